# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SARIF report: rules, results, where they point, and fingerprints that outlive a run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._report import sarif_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import waived


def run(result: dict[str, Any]) -> dict[str, Any]:
    """The only run of the report."""
    report: dict[str, Any] = json.loads(sarif_report.SarifReport.render(result))
    assert (report["version"], len(report["runs"])) == ("2.1.0", 1)
    ran: dict[str, Any] = report["runs"][0]
    return ran


def of(result: dict[str, Any], name: str | None) -> dict[str, Any]:
    """The result about one secret."""
    (index,) = [index for index, finding in enumerate(result["findings"]) if finding["name"] == name and finding["rule"] == "on"]
    told: dict[str, Any] = run(result)["results"][index]
    return told


def placed(result: dict[str, Any], file: str = "rules.yml") -> dict[str, Any]:
    """The result as it is when the rules come from a file."""
    places = {"on": {"file": file, "line": 7}, "root": {"file": file, "line": 12}}
    return {**result, "rules": [{**rule, **places.get(rule["id"], {"file": None, "line": None})} for rule in result["rules"]]}


def test_rules(plain: dict[str, Any]) -> None:
    driver = run(plain)["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule["id"] for rule in plain["rules"]]
    assert next(rule for rule in driver["rules"] if rule["id"] == "on") == {
        "id": "on",
        "shortDescription": {"text": "Secrets are enabled"},
        "fullDescription": {"text": "Secrets are enabled"},
        "help": {"text": "Enable it."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"security-severity": "8.0", "tags": ["security", "secrets"]},
    }


def test_a_result(plain: dict[str, Any]) -> None:
    found = of(placed(plain), "off")
    assert found.pop("partialFingerprints")["primaryLocationLineHash"].endswith(":1")
    rules = run(plain)["tool"]["driver"]["rules"]
    assert rules[found.pop("ruleIndex")]["id"] == "on"
    assert found == {
        "ruleId": "on",
        "kind": "fail",
        "level": "error",
        "message": {"text": "tencent_ssm/prod/r1/off: is disabled"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": "rules.yml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 7}},
                "logicalLocations": [{"kind": "secret", "name": "off", "fullyQualifiedName": "tencent_ssm/prod/r1/off"}],
            }
        ],
        "properties": {"verdict": "fail", "severity": "high", "evidence": [{"field": "status", "actual": "disabled", "expected": 'eq "enabled"'}]},
    }


def test_what_is_undecided_is_open_and_what_is_waived_suppressed(plain: dict[str, Any]) -> None:
    undecided = of(plain, "odd")
    assert (undecided["kind"], undecided["level"]) == ("open", "none")
    assert "suppressions" not in of(plain, "off")
    excused = of(waived(plain), "off")
    assert (excused["kind"], excused["level"]) == ("fail", "error")
    assert excused["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "waived: known (owner: team-a, expires: 2027-01-31, ticket: T-1)"}
    ]


def test_every_result_has_a_file_as_soon_as_there_is_one(plain: dict[str, Any]) -> None:
    for found in run(placed(plain))["results"]:
        physical = found["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "rules.yml"
        assert ("region" in physical) is (found["ruleId"] in ("on", "root"))
    assert all("physicalLocation" not in found["locations"][0] for found in run(plain)["results"])


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a b/r.yml", "a%20b/r.yml"), ("./r.yml", "r.yml"), ("/etc/r.yml", "file:///etc/r.yml"), ("r#1?.yml", "r%231%3F.yml"), ("\ud800", "%3F")],
)
def test_paths_become_uris(plain: dict[str, Any], path: str, uri: str) -> None:
    artifact = of(placed(plain, path), "off")["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) is (not path.startswith("/"))


def test_fingerprints_are_those_of_the_findings(plain: dict[str, Any]) -> None:
    prints = [found["partialFingerprints"]["primaryLocationLineHash"] for found in run(plain)["results"]]
    assert prints == [finding["fingerprint"] for finding in plain["findings"]]


def test_messages_hold_no_placeholder_and_no_link(hostile: dict[str, Any]) -> None:
    for found in run(hostile)["results"]:
        text = found["message"]["text"].replace("{{", "").replace("}}", "")
        assert "{" not in text and "}" not in text and "](" not in text


def test_only_urls_are_help_uris(plain: dict[str, Any]) -> None:
    references = ["see the wiki", "javascript:alert(1)", "https://example.com/a b", "https://example.com/a"]
    result = {**plain, "rules": [{**rule, "references": references} for rule in plain["rules"]]}
    rule = run(result)["tool"]["driver"]["rules"][0]
    assert rule["helpUri"] == "https://example.com/a"
    assert all(reference in rule["help"]["text"] for reference in references)
