# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools of execution environments let pass, and what the checks must say about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import verdicts

REQUIREMENTS = "# Floors only.\n\nrequests>=2.33.0\nurllib3>=2.6.3\n"
FOUND = """# Dependency data for /c
---
python:
- 'requests>=2.33.0  # from collection multicloud.secrets'
- urllib3>=2.6.3  # from collection multicloud.secrets
system: []
"""
CONTEXT = {"Containerfile": "ARG A\nFROM $EE_BASE_IMAGE AS base\n", "_build/requirements.yml": "collections:\n- name: multicloud.secrets\n"}


def test_what_is_required_is_found() -> None:
    """All of it, quoted or not."""
    verdict = verdicts.introspected(FOUND, REQUIREMENTS)
    assert (verdict.passed, verdict.problems) == (1, [])


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("# Dependency data for /c\n---\npython: []\nsystem: []\n", "ansible-builder lists []"),
        (FOUND.replace("- urllib3", "- urllib4"), "urllib4"),
        (FOUND.replace("multicloud.secrets", "another.one"), "ansible-builder lists []"),
        (FOUND + "WARNING: requirements.txt of multicloud.secrets could not be read", "ansible-builder: WARNING"),
    ],
)
def test_introspect_succeeds_without_finding(log: str, expected: str) -> None:
    """An empty folder, an unreadable file and a collection without metadata are no error to ansible-builder."""
    verdict = verdicts.introspected(log, REQUIREMENTS)
    assert verdict.passed == 0
    assert any(expected in problem for problem in verdict.problems)


@pytest.mark.parametrize(
    ("log", "context", "expected"),
    [
        ("Complete!", {}, "wrote no Containerfile"),
        ("Complete!", {**CONTEXT, "_build/requirements.yml": "collections: []"}, "does not install the collection"),
        ("Complete!\nWARNING: base image", CONTEXT, "ansible-builder: WARNING"),
    ],
)
def test_create_has_to_make_something(log: str, context: dict[str, str], expected: str) -> None:
    """A definition of nothing is valid."""
    assert verdicts.created("Complete!", CONTEXT).passed == 1
    assert any(expected in problem for problem in verdicts.created(log, context).problems)


@pytest.mark.parametrize(
    ("result", "log", "expected"),
    [
        (None, "", "has no host"),
        ({"_meta": {"hostvars": {}}}, "", "has no host"),
        ({"_meta": {"hostvars": {"a": {}}}}, "[WARNING]: Unable to parse x", "Unable to parse"),
    ],
)
def test_inventory_has_hosts(tmp_path: Path, result: Any, log: str, expected: str) -> None:
    """ansible-inventory warns of a file that no plugin takes, and succeeds."""
    if result is not None:
        (tmp_path / "i.json").write_text(json.dumps(result), encoding="utf-8")
    assert any(expected in problem for problem in verdicts.listed(tmp_path / "i.json", log, "x").problems)


def test_inventory_passes(tmp_path: Path) -> None:
    """Hosts and no word."""
    (tmp_path / "i.json").write_text('{"_meta": {"hostvars": {"a": {}}}}', encoding="utf-8")
    assert verdicts.listed(tmp_path / "i.json", "", "x").passed == 1


@pytest.mark.parametrize(
    ("result", "passed"),
    [
        (None, 0),
        ({"verdict": "pass", "summary": {"secrets": 0}}, 0),
        ({"verdict": "unknown", "summary": {"secrets": 1}}, 0),
        ({"verdict": "pass", "summary": {"secrets": 1}}, 1),
    ],
)
def test_audit_has_a_report(tmp_path: Path, result: Any, passed: int) -> None:
    """A playbook that was not run leaves no report."""
    if result is not None:
        (tmp_path / "report.json").write_text(json.dumps(result), encoding="utf-8")
    verdict = verdicts.reported(tmp_path / "report.json", "x")
    assert (verdict.passed, not verdict.problems) == (passed, bool(passed))
