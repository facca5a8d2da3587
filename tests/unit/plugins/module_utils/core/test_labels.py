# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels that people give to accounts: what is taken, and what is refused with the place and the way out."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.labels import read_labels


def test_labels_are_texts() -> None:
    given = {"env": "prod", "tier": 1, "share": 0.5, "on_call": True, "team-1": "支付"}
    assert read_labels(given, "labels") == {"env": "prod", "tier": "1", "share": "0.5", "on_call": "true", "team-1": "支付"}
    assert read_labels(None, "labels") == {} == read_labels({}, "labels")


@pytest.mark.parametrize(
    "given, start",
    [
        pytest.param("env=prod", "labels is not a mapping", id="a text"),
        pytest.param(["env"], "labels is not a mapping", id="a list"),
        pytest.param({f"l{number}": "x" for number in range(33)}, "labels is not a mapping of at most 32", id="too many"),
        pytest.param({"a.b": "x"}, "labels: 'a.b' cannot be the name of a label", id="a dot, which separates"),
        pytest.param({"": "x"}, "labels: '' cannot be", id="no name"),
        pytest.param({1: "x"}, "labels: '1' cannot be", id="a number for a name"),
        pytest.param({"env": None}, "labels.env is not a text", id="null"),
        pytest.param({"env": " "}, "labels.env is not a text", id="blank"),
        pytest.param({"env": ["prod"]}, "labels.env is not a text", id="a list for a value"),
        pytest.param({"env": "x" * 129}, "labels.env is not a text of 1 to 128", id="too long"),
        pytest.param({"env": "a\nb"}, "labels.env is not a text", id="two lines"),
    ],
)
def test_what_is_refused(given: Any, start: str) -> None:
    with pytest.raises(SecretsError) as caught:
        read_labels(given, "labels")
    assert caught.value.message.startswith(start) and caught.value.hint and caught.value.kind == "argument"
