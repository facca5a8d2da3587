# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML and JSON that people wrote: what is read, what is refused, and that no error repeats what stands there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.plugin_utils import _yaml_file
from ansible_collections.multicloud.secrets.plugins.plugin_utils._yaml_file import DEEPEST, read

LIMIT = _yaml_file.MOST_NODES
MOST = 2000
"""Stands in for the limit of values, so that documents beyond it are small."""
CANARY = "CANARYcanary0123456789"
NO_VALUES = [".inf", "-.inf", "!!float 1e400", "!!int ''", "!!bool maybe"]
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))


PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__, autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All parsers that are here: machines without libyaml read alike."""
    monkeypatch.setattr(_yaml_file, "MOST_NODES", MOST)
    monkeypatch.setattr(_yaml_file, "PARSER", request.param)


@pytest.mark.parametrize(
    "text, data",
    [
        ("", None),
        ("# nothing\n", None),
        ("a: 1\nb: [x, 2.5, true, ~, '1']\n", {"a": 1, "b": ["x", 2.5, True, None, "1"]}),
        ("a: yes\nb: 0x10\nc: 0o17\nd: 1_000\ne: 0\nf: .5\n", {"a": True, "b": 16, "c": "0o17", "d": 1000, "e": 0, "f": 0.5}),
        ("a: '010'\nb: 0.5\nc: 089x\nd: 10:99\ne: -0\n", {"a": "010", "b": 0.5, "c": "089x", "d": "10:99", "e": 0}),
        ("day: 2026-12-31\nat: 2026-12-31T01:02:03Z\n", {"day": "2026-12-31", "at": "2026-12-31T01:02:03Z"}),
        ("a: !!str 1\nb: !unsafe '{{ x }}'\nc: =\n", {"a": "1", "b": "{{ x }}", "c": "="}),
        ("a: |\n  two\n  lines\nb: >\n  one\n  line\n", {"a": "two\nlines\n", "b": "one line\n"}),
        ("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", {"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}}),
        ("x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz:\n  <<: [*x, *y]\n", {"x": {"a": 1}, "y": {"a": 2, "b": 2}, "z": {"a": 1, "b": 2}}),
        ("x: &x [1]\ny: *x\n", {"x": [1], "y": [1]}),
        ("\ufeffa: 1", {"a": 1}),
        ('{"a": [1, 2.5, null, "\\ud83d\\ude00\\/"]}', {"a": [1, 2.5, None, "\U0001f600/"]}),
        ("{a: 1, b: [x]}", {"a": 1, "b": ["x"]}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("a: ! 1\n", {"a": 1}),
        ('\ufeff{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    ],
)
def test_what_is_read(text: str, data: Any) -> None:
    assert read(text.encode("utf-8"), "rules.yml") == data
    assert not text or text[0] == "\ufeff" or read(text, "rules.yml") == data


@pytest.mark.parametrize(
    "text, reason",
    [
        ("rules:\n  - expect: 1\n    expect: 2\n", "rules.yml: line 3, column 5: the key expect is given twice"),
        (f"{CANARY}: 1\n{CANARY}: 2\n", "rules.yml: line 2, column 1: this key is given twice"),
        ('{"regions": 1, "regions": 2}', "rules.yml: line 1, column 16: the key regions is given twice"),
        ("x: &x {a: 1}\ny: {<<: *x, a: 2, a: 3}\n", "rules.yml: line 2, column 19: the key a is given twice"),
        ("a: 1\n b: 2\n", "rules.yml: line 2, column 3: this is not YAML"),
        (f'a: "{CANARY}\nb: 1\n', "this is not YAML"),
        (f"a: *{CANARY}\n", "rules.yml: line 1, column 4: this alias names no anchor before it"),
        ("a: &a [*a]\n", "rules.yml: line 1, column 8: this alias stands inside what it names"),
        (f"a: !vault |\n  {CANARY}\n", "rules.yml: line 1, column 4: a single value is encrypted here"),
        (f"a: !!python/object/apply:os.system [{CANARY}]\n", "rules.yml: line 1, column 4: this tag is not known here"),
        (f"a: !{CANARY} x\n", "rules.yml: line 1, column 4: this tag is not known here"),
        ("a: !!binary aGVsbG8=\n", "this tag is not known here"),
        ("a: !!int x\n", "rules.yml: line 1, column 4: this is not a number or value that can be used"),
        *((f"a: {value}\n", "rules.yml: line 1, column 4: YAML reads this as a number of another base") for value in ("0123", "-07", "1:30", "0_1", "1:30.5")),
        ("a: .nan\n", "this is not a number or value that can be used"),
        *((f"a: {value}\n", "rules.yml: line 1, column 4: this is not a number or value") for value in NO_VALUES),
        (f"a: {'9' * 5000}\n", "this is not a number or value that can be used"),
        ("1: a\n", "rules.yml: line 1, column 1: this key is not a text"),
        ("[a, b]: c\n", "rules.yml: line 1, column 1: this key is not a text"),
        ("<<: 1\n", "rules.yml: line 1, column 1: only mappings can be merged"),
        ("a: 1\n---\nb: 2\n", "rules.yml: line 2, column 1: a second document begins"),
        ("a: \x00\n", "rules.yml: line 1: YAML does not allow the character U+0000"),
        ("a: 1\n\x07b: 2\n", "rules.yml: line 2: YAML does not allow the character U+0007"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"the document has more than {DEEPEST} levels"),
        ("[" * 100_000, f"more than {DEEPEST} levels"),
        ("- " * 100_000, f"more than {DEEPEST} levels"),
        (BOMB, f"more than {MOST} values"),
        (BOMB.replace("[", "{<<: [").replace("]", "]}"), "only mappings can be merged"),
        ("[" + "1," * MOST + "1]", f"more than {MOST} values"),
        ("- 1\n" * MOST, f"more than {MOST} values"),
    ],
)
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SecretsError) as refused:
        read(text.encode("utf-8"), "rules.yml")
    assert reason in refused.value.sentence()
    assert CANARY not in refused.value.sentence()
    assert refused.value.__cause__ is None and (refused.value.__suppress_context__ or refused.value.__context__ is None)


def test_a_bomb_goes_off_at_once_under_the_real_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_yaml_file, "MOST_NODES", LIMIT)
    with pytest.raises(SecretsError, match=f"line 6, .* {_yaml_file.MOST_NODES} values"):
        read(BOMB, "rules.yml")


def test_depth_counts_what_aliases_bring() -> None:
    half = DEEPEST // 2 + 1
    with pytest.raises(SecretsError, match="levels"):
        read(f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n", "x.yml")


@pytest.mark.parametrize(
    "text, reason",
    [
        ("{a: 1}", "rules.json: not JSON at line 1, column 2"),
        ('{"a": NaN}', "rules.json: not usable: NaN is not JSON at line 1, column 7"),
        ('{"a": 1,\n "a": 2}', "rules.json: not usable: a key occurs twice in one object at line 2, column 2"),
        ('{"a": 1,\n\t"\\/": 2, "\\/": 2}', "rules.json: not usable: a key occurs twice in one object at line 2, column 11"),
        ('{"\\ud83d\\ude00": 1, "😀": 2}', "rules.json: not usable: a key occurs twice in one object at line 1, column 21"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "levels"),
        ("", "not JSON"),
    ],
)
def test_a_file_that_is_called_json_is_json(text: str, reason: str) -> None:
    with pytest.raises(SecretsError) as refused:
        read(text, "rules.json")
    assert reason in refused.value.sentence()


@pytest.mark.parametrize("encoding, line", [("utf-16", 1), ("gbk", 2)])
def test_other_encodings_are_refused_in_plain_words(encoding: str, line: int) -> None:
    with pytest.raises(SecretsError) as refused:
        read("a: b\ntitle: 秘密\n".encode(encoding), "rules.yml")
    assert refused.value.message == f"rules.yml: line {line} is not UTF-8" and refused.value.hint == "Save the file in UTF-8."


def test_the_limits_themselves_are_allowed() -> None:
    half = DEEPEST // 2
    assert len(read("- 1\n" * (MOST - 1), "x.yml")) == len(read("[" + "1," * (MOST - 2) + "1]", "x.yml")) == MOST - 1
    assert read("[" * DEEPEST + "]" * DEEPEST, "x.yml") and read("- " * (DEEPEST - 1) + "1", "x.yml")
    assert read(f"a: &a {'[' * (half - 1)}{']' * (half - 1)}\nb: {'[' * half}*a{']' * half}\n", "x.yml")


@pytest.mark.parametrize(
    "text",
    ['{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), "a: &a {b: {c: {d: 1}}}\ne: " + "[" * (DEEPEST - 3) + "*a" + "]" * (DEEPEST - 3)],
    ids=["JSON", "an alias"],
)
def test_mappings_are_levels_too(text: str) -> None:
    with pytest.raises(SecretsError, match="levels"):
        read(text, "x.yml")


def test_half_a_character_is_told() -> None:
    with pytest.raises(SecretsError, match="YAML does not allow the character U.D800"):
        read("a: \ud800", "fleet")
    with pytest.raises(SecretsError, match="^fleet.json: not UTF-8"):
        read('{"a": "\ud800"}', "fleet.json")


def test_single_values_may_be_encrypted_where_that_is_said() -> None:
    assert read("a: !vault |\n  X\n", "fleet.yml", encrypted=True) == {"a": "X\n"}
