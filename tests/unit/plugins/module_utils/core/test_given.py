# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as set, as empty, and as neither."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.given import WAY_OUT, emptiness, empty_options, refuse_empty, wrong_types


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", "is empty"),
        (" \t\n", "is blank"),
        ("\u3000", "is blank"),
        ("\u200b\ufeff", "is blank"),
        (["a", "\u2060"], "holds an empty text"),
        ([], "is empty"),
        ({}, "is empty"),
        ([""], "holds an empty text"),
        (["a", " "], "holds an empty text"),
        (None, None),
        (0, None),
        (False, None),
        ("0", None),
        ("false", None),
        (["a"], None),
        ({"a": ""}, None),
        ([None], None),
    ],
)
def test_what_is_empty(value: Any, fault: str | None) -> None:
    assert emptiness(value) == fault


def test_only_the_named_options_are_looked_at() -> None:
    options: dict[str, Any] = {"profile": "", "regions": [], "account": None}
    assert empty_options(options) == ["profile is empty", "regions is empty"]
    assert empty_options(options, ["account", "regions", "unknown"]) == ["regions is empty"]


def test_the_refusal_names_the_option_and_the_way_out() -> None:
    with pytest.raises(SecretsError) as caught:
        refuse_empty({"name": "prod", "profile": " "}, who="accounts[prod]: ")
    assert (caught.value.kind, caught.value.message, caught.value.hint) == ("argument", "accounts[prod]: profile is blank", WAY_OUT)
    refuse_empty({"name": "prod", "profile": None})


@pytest.mark.parametrize("value", ["a\ud800", ["a", "\udfff"], {"a": ["\ud800"]}, {"\ud800": 1}])
def test_half_of_a_character_is_no_text(value: Any) -> None:
    assert empty_options({"oidc_provider_arn": value}) == ["oidc_provider_arn holds half of a character, a lone surrogate"]


SPEC = {
    "region": {},
    "names": {"type": "list", "elements": "str"},
    "dest": {"type": "path"},
    "page_size": {"type": "int"},
    "timeout": {"type": "float"},
    "verify": {"type": "bool"},
    "tags": {"type": "dict"},
    "rules": {"type": "raw"},
    "accounts": {"type": "list", "elements": "dict", "options": {"profile": {"type": "str"}, "duration": {"type": "int"}}},
}


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({"region": True}, ["region: true is no text. Put it into quotes."]),
        ({"region": ["a"]}, ["region: a list is no text. Give one text."]),
        ({"dest": {"a": 1}}, ["dest: a mapping is no text. Give one text."]),
        ({"names": ["a", False]}, ["names: false is no text. Put it into quotes."]),
        ({"names": [["a"]]}, ["names: a list is no text. Give one text."]),
        ({"names": True}, ["names: true is no text. Put it into quotes."]),
        ({"page_size": True, "timeout": False}, ["page_size: true is no number. Give a number.", "timeout: false is no number. Give a number."]),
        (
            {"accounts": [{"profile": ["x"]}, {"duration": True}]},
            ["accounts: profile: a list is no text. Give one text.", "accounts: duration: true is no number. Give a number."],
        ),
        ({"region": None, "names": ["a", 5], "page_size": "5", "timeout": 5, "verify": True, "tags": {"a": True}, "rules": [True], "strange": True}, []),
        ({"region": 5, "names": "a,b", "accounts": None}, []),
        ({"tags": "env"}, ["tags: a text is no mapping. Give a mapping, such as {key: value}."]),
        (
            {"tags": 7, "accounts": ["prod"]},
            [f"{name} is no mapping. Give a mapping, such as {{key: value}}." for name in ("tags: a number", "accounts: a text")],
        ),
        ({"accounts": [["prod"], True]}, [f"accounts: {what} is no mapping. Give a mapping, such as {{key: value}}." for what in ("a list", "true")]),
        ({"tags": "env=prod", "accounts": [' {"profile": "x"}']}, []),
    ],
)
def test_what_ansible_would_make_another_value_of(options: dict[str, Any], faults: list[str]) -> None:
    assert list(wrong_types(options, SPEC)) == faults
