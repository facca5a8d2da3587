# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What action plugins share on the controller: files, folders, plain data, and the variables of the role."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import (
    ROLE,
    Given,
    as_list,
    end_reports,
    forget_runs,
    given,
    is_data,
    plain,
)


def test_a_file_is_looked_for_where_ansible_was_started_then_beside_the_playbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, play, home = (tmp_path / name for name in ("start", "play", "home"))
    for folder in (start, play, home, start / "x.yml"):
        folder.mkdir()
    for file in (play / "x.yml", play / "y.yml", start / "y.yml", home / "z.yml"):
        file.touch()
    monkeypatch.chdir(start)
    monkeypatch.setenv("HOME", str(home))
    here = Given(DataLoader(), str(play), "")
    assert [here.find(path) for path in ("x.yml", "y.yml", "~/z.yml", "none.yml")] == [
        str(play / "x.yml"),  # a folder of that name is no file
        str(start / "y.yml"),
        str(home / "z.yml"),
        None,
    ]


def test_what_the_role_returns_is_no_variable_to_suggest() -> None:
    task = SimpleNamespace(_role=SimpleNamespace(get_name=lambda: ROLE), args={})
    with pytest.raises(SecretsError) as refused:
        given(task, {"assert_secrets_resultt": 1}, None)
    assert "assert_secrets_result?" not in refused.value.sentence()
    task._role = SimpleNamespace(get_name=lambda: "somebody.elses.role")
    assert given(task, {"assert_secrets_resultt": 1}, None).prefix == ""


def test_data_is_plain() -> None:
    class Marked(str):
        """As Ansible marks texts."""

    made = plain({Marked("key"): (Marked("text"), 1, None, True)})
    assert made == {"key": ["text", 1, None, True]}
    assert type(next(iter(made))) is type(made["key"][0]) is str


@pytest.mark.parametrize("value, items", [(None, []), ("a, b,,", ["a", "b"]), (("a",), ["a"]), ({"id": "a"}, [{"id": "a"}]), (7, [7])])
def test_a_list_may_be_a_text(value: Any, items: list[Any]) -> None:
    assert as_list(value) == items


def test_what_is_data_and_no_path() -> None:
    assert [is_data(text) for text in ("[]", "{}", "\n  [a]", "", "rules.yml", "a[0].yml")] == [True, True, True, False, False, False]


def test_the_inventories_of_old_runs_are_removed_and_nothing_else(tmp_path: Path) -> None:
    now = parse_time("2026-11-30T12:00:00Z")
    runs = [f"202611{day:02}T120000Z-0000000{number}" for number, day in enumerate((1, 2, 3, 29, 30))]
    others = ["baseline", "20261101T120000Z", "20261101T120000Z-0000000g", ".0a.tmp"]
    for name in (*runs, *others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "localhost.tencent_ssm-1.jsonl").touch()
    (tmp_path / runs[1] / "notes.txt").touch()
    (tmp_path / "20261031T120000Z-00000009").symlink_to(tmp_path / "baseline")
    forget_runs(str(tmp_path), 1, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([runs[1], runs[3], runs[4], *others, "20261031T120000Z-00000009"])
    assert [path.name for path in (tmp_path / runs[1]).iterdir()] == ["notes.txt"], "what somebody else has put there stays"
    assert [path.name for path in (tmp_path / "baseline").iterdir()] == ["localhost.tencent_ssm-1.jsonl"]
    forget_runs(str(tmp_path / "nowhere"), 1, now)
    forget_runs(str(tmp_path), 1, now + 2 * 86_400)
    assert not (tmp_path / runs[3]).exists() and (tmp_path / runs[4]).exists(), "the newest stays, however old it is"


def test_only_reports_that_are_there_are_ended(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("PASS", encoding="utf-8")
    end_reports(str(tmp_path), SecretsError("argument", "that is why"))
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"] and "that is why" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_what_expands_without_end_is_refused() -> None:
    nested: Any = ["x"] * 9
    for _level in range(9):
        nested = [nested] * 9
    with pytest.raises(SecretsError, match="more than 2000000 values after its aliases are expanded"):
        plain({"rules": nested})
    deep: Any = "x"
    for _level in range(60):
        deep = [deep]
    with pytest.raises(SecretsError, match="more than 50 levels"):
        plain(deep)
