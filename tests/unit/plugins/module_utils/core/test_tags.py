# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option 'tags': its check, and whether a secret has what it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.tags import check_tags, has_tags, tag_values

TAGS = {"env": "prod", "team": "web", "empty": "", "year": "2026", "2026": "x", "live": "true"}


@pytest.mark.parametrize(
    ("wanted", "has"),
    [
        ({"env": "prod"}, True),
        ({"env": "prod", "team": "web"}, True),
        ({"env": "prod", "team": "core"}, False),
        ({"env": ["dev", "prod"]}, True),
        ({"env": ["dev", "stage"]}, False),
        ({"env": "Prod"}, False),
        ({"env": "pro"}, False),
        ({"Env": "prod"}, False),
        ({"env": None}, True),
        ({"owner": None}, False),
        ({"empty": ""}, True),
        ({"empty": None}, True),
        ({"env": ""}, False),
        ({"year": 2026}, True),
        ({2026: "x"}, True),
        ({"live": True}, True),
        ({"live": False}, False),
        ({}, True),
    ],
    ids=str,
)
def test_a_secret_has_all_tags_or_it_has_not(wanted: dict[Any, Any], has: bool) -> None:
    check_tags(wanted)
    assert has_tags(TAGS, wanted) is has


def test_a_secret_without_tags_has_none() -> None:
    assert not has_tags({}, {"env": None}) and not has_tags({}, {"env": "prod"})


def test_a_secret_whose_tags_nobody_told_has_none() -> None:
    assert not has_tags(None, {"env": None}) and not has_tags(None, {"env": "prod"})


@pytest.mark.parametrize("key", ["", " ", "env ", "\nenv"])
def test_a_key_has_a_name(key: str) -> None:
    with pytest.raises(SecretsError, match="cannot be the key of a tag"):
        check_tags({key: "prod"})


def test_values_are_texts() -> None:
    assert tag_values(["a", 1, True]) == ["a", "1", "true"] and tag_values("a") == ["a"] and tag_values(None) is None


@pytest.mark.parametrize("value", [1.5, [], {}, [None], ["a", 1.5], {"a": "b"}], ids=str)
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(SecretsError, match="the value of 'env' is no text") as caught:
        check_tags({"env": value})
    assert caught.value.kind == "argument" and "Put numbers with a point into quotes" in str(caught.value.hint)
