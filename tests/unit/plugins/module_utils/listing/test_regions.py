# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions of a cloud: where to ask, which answers are believed, and what is said of a region that is none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import Account
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.regions import believed_regions, explain, find_regions, home_region_of
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.rate_limit import RateLimiter
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.scheduler import Scheduler
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import Transport
from ansible_collections.multicloud.secrets.plugins.modules.tencent_ssm_secrets_info import PROVIDER as SSM
from ansible_collections.multicloud.secrets.tests.unit.fakes import fixed_key
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import Http


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


SITE: dict[str, Any] = {"site": "international"}


def found(accounts: list[Account], *answers: Any) -> tuple[dict[str, Any], int]:
    """What is found of the regions of some accounts, one after the other, and how many requests that took."""
    left = list(answers)

    def answer(request: Request) -> Any:
        named = left.pop(0)
        return named if isinstance(named, Exception) else {"Response": {"Regions": [f"ap-{name}" for name in named]}}

    clock, http = Clock(), Http(answer)
    scheduler = Scheduler(Transport(SSM, http, clock, Redactor()), RateLimiter(1_000_000), clock, 1, 0)
    told = find_regions(SSM, accounts, scheduler, clock.monotonic(), 10)
    return {name: each.kind if isinstance(each, SecretsError) else "".join(region[-1] for region in each) for name, each in told.items()}, len(http.requests)


def account(name: str, **more: Any) -> Account:
    return Account(name, fixed_key(), ("all",), **more)


def test_accounts_that_ask_the_same_hosts_confirm_each_other() -> None:
    """A fleet takes no request more for it."""
    assert found([account(str(number)) for number in range(5)], *["ab"] * 5) == (dict.fromkeys("01234", "ab"), 5)


def test_an_account_whose_list_is_its_own_is_asked_again() -> None:
    assert found([account("0"), account("1"), account("2")], "ab", "ab", "a", "ab") == ({"0": "ab", "1": "ab", "2": "ab"}, 4)
    assert found([account("0"), account("1"), account("2")], "ab", "ab", "abc", "abc") == ({"0": "ab", "1": "ab", "2": "abc"}, 4)
    assert found([account("0"), account("1")], "a", "ab", "ab", "ab") == ({"0": "ab", "1": "ab"}, 4)


def test_the_list_of_another_site_confirms_nothing() -> None:
    assert found([account("0"), account("1", place=SITE)], "ab", "ab", "ab", "ab") == ({"0": "ab", "1": "ab"}, 4)


def test_a_refusal_of_one_account_leaves_no_other_waiting() -> None:
    refused = SecretsError("denied", "no")
    assert found([account("0"), account("1")], "ab", refused, "ab") == ({"0": "ab", "1": "denied"}, 3)
    assert found([account("0"), account("1")], "ab", refused, "a", "b") == ({"0": "pagination", "1": "denied"}, 4)
