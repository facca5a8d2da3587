# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JUnit report: what a CI server makes of it is what the verdict says."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._report import junit_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import waived


def suites(result: dict[str, Any]) -> dict[str, ElementTree.Element]:
    """Suite by name, as a program reads it."""
    return {suite.attrib["name"]: suite for suite in ElementTree.fromstring(junit_report.JunitReport.render(result).encode("utf-8"))}


def outcomes(suite: ElementTree.Element) -> dict[str, str]:
    """Outcome by name of case."""
    return {case.attrib["name"]: next((child.tag for child in case if child.tag != "system-out"), "passed") for case in suite}


def cases(result: dict[str, Any], rule: str) -> dict[str, str]:
    """The same for one rule, without its properties."""
    suite = suites(result)[rule]
    suite.remove(suite[0])
    return outcomes(suite)


def test_junit_as_it_reads(plain: dict[str, Any]) -> None:
    prints = {finding["name"] or "store": finding["fingerprint"] for finding in plain["findings"] if finding["rule"] == "on"}
    assert (
        junit_report.JunitReport.render(plain).split('<testsuite name="on"')[1].split("</testsuite>")[0]
        == """\
 tests="4" failures="1" errors="2" skipped="0" time="0" timestamp="2026-11-21T00:00:00">
<properties>
<property name="title" value="Secrets are enabled"/>
<property name="severity" value="high"/>
<property name="verdict" value="fail"/>
<property name="remediation" value="Enable it."/>
</properties>
<testcase classname="on" name="tencent_ssm/prod/r1/off" time="0">\
<failure type="high fail" message="is disabled">\
status: &quot;disabled&quot;, expected eq &quot;enabled&quot;
fingerprint: 894e7ee6fec5ed728b145c876908bf5b:1</failure></testcase>
<testcase classname="on" name="tencent_ssm/prod/r1/odd" time="0">\
<error type="high unknown" message="is in a state that is not known">\
status: &quot;unknown&quot;, expected eq &quot;enabled&quot;
fingerprint: {odd}</error></testcase>
<testcase classname="on" name="tencent_ssm/prod/r2/" time="0">\
<error type="high unknown" message="not all secrets of the store are known: failed (AuthFailure: no)">\
not all secrets of the store are known: failed (AuthFailure: no)
fingerprint: {store}</error></testcase>
<testcase classname="on" name="checks that pass" time="0"><system-out>2 passed</system-out></testcase>
""".format(**prints)
    )


def test_every_rule_is_a_suite_and_every_finding_a_case(plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    for result in (plain, hostile):
        found = suites(result)
        assert list(found) == [rule["id"] for rule in result["rules"]]
        for name, suite in found.items():
            ours = [finding for finding in result["findings"] if finding["rule"] == name]
            listed = [case for case in suite.iter("testcase") if case.attrib["name"] not in (junit_report.PASSING, junit_report.IDLE)]
            assert len(listed) == len(ours)
            assert len({case.attrib["name"] for case in suite.iter("testcase")}) == len(list(suite.iter("testcase")))


def test_outcomes(plain: dict[str, Any]) -> None:
    assert cases(plain, "idle") == {junit_report.IDLE: "skipped"}
    assert cases(plain, "fleet-empty") == {junit_report.PASSING: "passed"}
    assert cases(plain, "root") == {"///root": "error"}
    assert cases(waived(plain), "on")["tencent_ssm/prod/r1/off"] == "skipped"
    error = {**plain, "findings": [{**finding, "verdict": "error"} for finding in plain["findings"]]}
    assert cases(error, "root") == {"///root": "error"}


def test_a_waiver_is_told(plain: dict[str, Any]) -> None:
    report = junit_report.JunitReport.render(waived(plain))
    assert '<skipped message="waived: known (owner: team-a, expires: 2027-01-31, ticket: T-1): is disabled' in report


@pytest.mark.parametrize("fail_on", ["critical", "high", "medium", "low", "info"])
def test_it_is_red_exactly_if_something_counts(plain: dict[str, Any], fail_on: str) -> None:
    """A finding below fail_on does not count for the verdict, so it must not turn a build red."""
    severities = list(plain["summary"]["findings"])
    counted = severities[: severities.index(fail_on) + 1]
    for severity in severities:
        result = {
            **plain,
            "fail_on": fail_on,
            "findings": [{**finding, "severity": severity} for finding in plain["findings"]],
        }
        root = ElementTree.fromstring(junit_report.JunitReport.render(result).encode("utf-8"))
        assert (int(root.attrib["failures"]) + int(root.attrib["errors"]) > 0) is (severity in counted)


def test_totals_are_what_is_there(plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    for result in (plain, hostile, waived(plain)):
        root = ElementTree.fromstring(junit_report.JunitReport.render(result).encode("utf-8"))
        for element in (root, *root):
            found = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
            assert {name: element.attrib[name] for name in found} == {name: str(len(list(element.iter(tag)))) for name, tag in found.items()}


def test_names_are_told_apart(plain: dict[str, Any]) -> None:
    duplicates = [{**finding, "id": "other"} for finding in plain["findings"]] + plain["findings"] * 2
    names = list(cases({**plain, "findings": duplicates}, "on"))
    assert names[0] == "tencent_ssm/prod/r1/off [other]"
    assert {"tencent_ssm/prod/r1/off", "tencent_ssm/prod/r1/off #2"} < set(names)
