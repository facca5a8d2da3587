# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions of a cloud: where to ask, which answers are believed, and what is said of a region that is none."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.regions import believed_regions, explain, home_region_of


@pytest.mark.parametrize("regions, home", [(("b", "c"), "b"), (("all",), "a")])
def test_what_belongs_to_no_region_is_asked_in_one_of_the_accounts_own(regions: tuple[str, ...], home: str) -> None:
    assert home_region_of(regions, "a") == home


@pytest.mark.parametrize("answer", [SecretsError("proxy", "refused"), ["r"]], ids=["not known", "known"])
def test_where_the_proxy_is_at_fault_nothing_is_said_of_the_region(answer: SecretsError | list[str]) -> None:
    error = SecretsError("proxy", "refused", hint="Check proxy.", http_status=407)
    explain(error, "r", "Toys", answer)
    assert error.hint == "Check proxy."


def test_all_is_no_regions_name() -> None:
    with pytest.raises(SecretsError, match="names a region 'all'"):
        believed_regions(["ap-guangzhou", "all"])


@pytest.mark.parametrize("named", [[], ["ap-guangzhou", "all"], ["ap guangzhou"]], ids=str)
def test_a_list_that_is_not_believed_has_a_way_out(named: list[str]) -> None:
    with pytest.raises(SecretsError) as raised:
        believed_regions(named)
    assert raised.value.hint == "Name the regions one by one, instead of all."
