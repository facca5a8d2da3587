# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in a real ansible-rulebook: what it tells, what a playbook makes of it, and what is left of it when it is killed."""

from __future__ import annotations

import re
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from emulator import Emulator
from rulebooks import HERE, PAY, SHOP, TELL, Rulebook, clouds

PLUGIN = HERE.parents[1] / "extensions" / "eda" / "plugins" / "event_source" / "secret_changes.py"
PAGE = HERE.parents[1] / "docs" / "events.md"
NAME = "multicloud.secrets.secret_changes"
SHOP_KEYS = {"SHOP_ALIBABA_CLOUD_ACCESS_KEY_ID": SHOP["id"], "SHOP_ALIBABA_CLOUD_ACCESS_KEY_SECRET": SHOP["secret"]}
PAY_KEYS: dict[str, Any] = {"TENCENTCLOUD_SECRET_ID": PAY["id"], "TENCENTCLOUD_SECRET_KEY": PAY["secret"]}
QUICK = {"retries": 2, "timeout": 5.0}
BASELINES = ["listing_baseline cn-hangzhou", "listing_baseline cn-shanghai", "listing_baseline ap-guangzhou"]
SAVE = """
- name: Note what will be deleted
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write it down, as whoever trusts extra variables would
      ansible.builtin.copy:
        content: "{{ ansible_eda.event.id }} {{ ansible_eda.event.secret.description }}"
        dest: "FOLDER/{{ ansible_eda.event.secret.name }}.noted"
        mode: "0600"
"""


@pytest.fixture(name="emulator")
def running_emulator() -> Iterator[Emulator]:
    with Emulator(clouds()) as emulator:
        yield emulator


def example() -> list[dict[str, Any]]:
    """The rulebook of the plugin's documentation, but for the place of its cursor and its pace."""
    text = re.search(r'EXAMPLES = r"""\n(.*?)"""', PLUGIN.read_text(encoding="utf-8"), re.DOTALL)
    assert text
    rulesets: list[dict[str, Any]] = yaml.safe_load(text[1])
    arguments = rulesets[0]["sources"][0][NAME]
    arguments.update(cursor="secrets.cursor", interval=1)
    arguments["fleet"] = [{**entry, **QUICK} for entry in arguments["fleet"]]
    rulesets[0]["rules"].append(TELL)
    rulesets[0]["match_multiple_rules"] = True
    return rulesets


def plain(**more: Any) -> list[dict[str, Any]]:
    """A rulebook with one store, and nothing but the rule that writes events down."""
    arguments = {"fleet": [{"name": "pay", "provider": "tencent_ssm", "region": "ap-guangzhou", **QUICK}], "cursor": "secrets.cursor", "interval": 1, **more}
    return [{"name": "secrets", "hosts": "localhost", "sources": [{"name": "secrets", NAME: arguments}], "rules": [TELL]}]


def pending(emulator: Emulator, name: str) -> None:
    """From now on the secret waits for its deletion."""
    update = [{"id": name, "set": {"Status": "PendingDelete", "DeleteTime": 1_900_000_000}}]
    emulator.behave({"account": "pay", "region": "ap-guangzhou", "changes": [{"update": update}]})


def test_a_day_in_the_life_of_a_fleet(tmp_path: Path, emulator: Emulator) -> None:
    rulebook = Rulebook(tmp_path, emulator, example(), {"vaulted_credentials": {"pay": {"secret_id": PAY["id"], "secret_key": PAY["secret"]}}})
    (tmp_path / "save_secret.yml").write_text(SAVE.replace("FOLDER", str(tmp_path)), encoding="utf-8")
    told = list(BASELINES)
    with rulebook.running(keeping=True, **SHOP_KEYS):
        rulebook.until_seen(*told)

        pending(emulator, "db-password")
        told.append("secret_changed ap-guangzhou")
        rulebook.until_seen(*told)
        noted = tmp_path / "db-password.noted"
        rulebook.until(noted.is_file)

        denied = {"act": "error", "code": "Forbidden.NoPermission", "status": 403, "times": "forever"}
        emulator.behave({"account": "shop", "region": "cn-shanghai", "faults": [denied]})
        told.append("listing_incomplete cn-shanghai")
        rulebook.until_seen(*told)
        emulator.behave({"account": "pay", "region": "ap-guangzhou", "changes": [{"delete": ["session-key"]}, {"insert": ["new-key"]}]})
        told += ["secret_vanished ap-guangzhou", "secret_appeared ap-guangzhou"]
        rulebook.until_seen(*told)
        emulator.behave({"account": "shop", "region": "cn-shanghai", "clear": ["faults"]})
        told.append("listing_complete cn-shanghai")
        rulebook.until_seen(*told)

        emulator.behave({"faults": [{"act": "reset", "times": "forever"}]})
        told += [f"listing_incomplete {region}" for region in ("cn-hangzhou", "cn-shanghai", "all")]
        rulebook.until_seen(*told)
        rulebook.until(lambda: "a cloud fails or refuses requests" in rulebook.text())
        pending(emulator, "new-key")
        emulator.behave({"clear": ["faults"], "rate_limit": {"per_second": 8}})
        told += [f"listing_complete {region}" for region in ("cn-hangzhou", "cn-shanghai", "all")] + ["secret_changed ap-guangzhou"]
        rulebook.until_seen(*told)
        rulebook.until((tmp_path / "new-key.noted").is_file)
        assert any(row["code"] == "RequestLimitExceeded" for row in emulator.requests()), "the server has refused requests for their rate"

    changed = next(line.split()[0] for line in rulebook.seen() if "secret_changed" in line)
    content = noted.read_text(encoding="utf-8")
    assert content == changed + " { { lookup('ansible.builtin.pipe', 'touch PWNED') }}{ % for x in [1] %}{ { x }}{ % endfor %}"
    assert not list(tmp_path.rglob("PWNED"))
    assert "Forbidden.NoPermission" not in rulebook.types() and "shop/cn-shanghai: " in rulebook.text()
    cursor = tmp_path / "secrets.cursor"
    assert stat.S_IMODE(cursor.stat().st_mode) == 0o600
    for secret in (PAY["secret"], SHOP["secret"]):
        assert secret not in rulebook.text() and secret.encode() not in cursor.read_bytes()


def test_killed_at_the_worst_moments_it_neither_loses_nor_repeats(tmp_path: Path, emulator: Emulator) -> None:
    rulebook = Rulebook(tmp_path, emulator, plain(feedback=True))
    first, second = "listing_baseline ap-guangzhou", "secret_changed ap-guangzhou"
    with rulebook.running("remembered 2", keeping=True, **PAY_KEYS):
        rulebook.until_seen(first)
        pending(emulator, "db-password")
        assert rulebook.ended() == -signal.SIGKILL
    assert rulebook.types() == [first], "it was killed when the event was written down, and before it was told"
    with rulebook.running("confirmed 1", keeping=True, **PAY_KEYS):
        assert rulebook.ended() == -signal.SIGKILL
    with rulebook.running("marking 1", keeping=True, **PAY_KEYS):
        assert rulebook.ended() == -signal.SIGKILL
    with rulebook.running(keeping=True, **PAY_KEYS):
        rulebook.until_seen(first, second)
        pending(emulator, "session-key")
        rulebook.until_seen(first, second, second)
        rulebook.until(lambda: (tmp_path / "secrets.cursor").read_bytes().endswith(b"}\n+\n"))
    ids = [line.split()[0] for line in rulebook.seen()]
    assert len(ids) == len(set(ids)) == 3


def test_the_page_runs_and_without_feedback_a_kill_repeats_nothing_that_was_acted_on(tmp_path: Path, emulator: Emulator) -> None:
    rulesets, playbook, fleet, *_settings = map(yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
    rulesets[0]["sources"][0][NAME].update(feedback=False, report_existing=True, interval=1)
    rulesets[0]["rules"].append(TELL)
    rulesets[0]["match_multiple_rules"] = True
    rulebook = Rulebook(tmp_path, emulator, rulesets)
    for name, content in {"fleet.yml": fleet, "on_deletion.yml": playbook}.items():
        (tmp_path / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    keys: dict[str, Any] = {**SHOP_KEYS, **{f"PAY_{name}": value for name, value in PAY_KEYS.items()}}
    with rulebook.running("marking 1", **keys):
        assert rulebook.ended() == -signal.SIGKILL
    assert rulebook.seen() == []
    told = [*BASELINES, *["secret_appeared cn-hangzhou"] * 3, *["secret_appeared cn-shanghai"] * 2, *["secret_appeared ap-guangzhou"] * 2]
    with rulebook.running(**keys):
        rulebook.until_seen(*told)
        pending(emulator, "db-password")
        rulebook.until_seen(*told, "secret_changed ap-guangzhou")
        rulebook.until(lambda: "db-password will be deleted at 2030-03-17T17:46:40Z" in rulebook.text())
        assert rulebook.interrupt() < 20
    ids = [line.split()[0] for line in rulebook.seen()]
    assert len(ids) == len(set(ids)) == 11


def test_misuse_ends_it_with_words(tmp_path: Path, emulator: Emulator) -> None:
    rulebook = Rulebook(tmp_path, emulator, plain(intervall=5))
    with rulebook.running(**PAY_KEYS):
        assert rulebook.ended() > 0
    assert "unknown argument 'intervall'; did you mean interval?" in rulebook.text() and PAY["secret"] not in rulebook.text()
