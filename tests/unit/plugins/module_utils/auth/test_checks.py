# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and roles that are copied wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.checks import LONGEST_DURATION, checked_role, key_pair, service_answer
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.auth.sources import Home

ROLE = "acs:ram::1:role/auditor"


@pytest.mark.parametrize("value", ["'canary-value", "canary-value'"])
def test_one_quote_is_one_too_many(tmp_path: Path, value: str) -> None:
    with pytest.raises(SecretsError, match="still has its quotes"):
        key_pair(Home(tmp_path).context(), ("id", "secret", "token"), ("LTAI5tCanaryId", value, None), "a test")


@pytest.mark.parametrize("duration", [LONGEST_DURATION, str(LONGEST_DURATION)])
def test_the_longest_duration_of_a_role(tmp_path: Path, duration: object) -> None:
    assert checked_role(Home(tmp_path).context(), "a file", name=ROLE, duration=duration).duration == LONGEST_DURATION


@pytest.mark.parametrize("duration", [LONGEST_DURATION + 1, 99_999])
def test_a_longer_duration_of_a_role(tmp_path: Path, duration: int) -> None:
    with pytest.raises(SecretsError, match="the duration of the role is not valid"):
        checked_role(Home(tmp_path).context(), "a file", name=ROLE, duration=duration)


def test_where_an_answer_is_wrong_is_not_told() -> None:
    with pytest.raises(SecretsError) as refused:
        service_answer(Home(Path("/nonexistent")).context(), '{"a": 1, "a": 2}', "the service")
    assert "occurs twice" in refused.value.message and "line" not in refused.value.message
