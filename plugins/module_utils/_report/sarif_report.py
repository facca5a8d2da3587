# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result as SARIF 2.1.0, for code scanning: where the rules are code, a finding points at the line of its rule."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .._core.redaction import printable
from .._core.version import COLLECTION, VERSION
from .grouping import WAIVED, excuse, short
from .json_report import lines
from .report import Finding, MakeSpool, Report, SmallSpool, evidence_of, line

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/multicloud-secrets/multicloud.secrets"
LONGEST_TEXT = 2_000
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.0"}
"""In the ranges by which code scanning calls an alert critical, high, medium or low."""
URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
TIMES = re.compile('"(as_of|endTimeUtc)":"[^"]*"')
"""Inside a text a quote is escaped, so this cannot match there."""


class SarifReport(Report):
    """The report: one rule and one result a line."""

    times = TIMES
    _separator = "[\n"

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        fallback = next((rule["file"] for rule in result["rules"] if rule.get("file")), None)
        self._places = {rule["id"]: (index, _physical(rule, fallback)) for index, rule in enumerate(result["rules"])}
        self._shared: dict[tuple[str, str], tuple[str, str]] = {}

    def head(self) -> str:
        facts = {key: self.result[key] for key in ("verdict", "note", "as_of", "fail_on", "summary")}
        driver = f'{{"name":{line(COLLECTION)},"semanticVersion":{line(VERSION)},"informationUri":{line(HOME)},"rules":'
        return "".join(
            (
                f'{{\n"version":"2.1.0",\n"$schema":{line(SARIF_SCHEMA)},\n"runs":[{{\n"tool":{{"driver":',
                f'{driver}{lines([_rule(rule) for rule in self.result["rules"]])}}}}},\n"columnKind":"unicodeCodePoints",\n',
                f'"invocations":[{{"executionSuccessful":true,"endTimeUtc":{line(self.result["as_of"])}}}],\n',
                f'"properties":{line(facts)},\n"results":',
            )
        )

    def add(self, finding: Finding, encoded: str) -> str:
        rule = finding["rule"], finding["verdict"]
        head, place = self._shared.get(rule) or self._shared.setdefault(rule, _shared(finding, *self._places[finding["rule"]]))
        message = line(_words(f"{finding['subject']}: {finding['message']}"))
        told = f'{head},"message":{{"text":{message}}},"locations":[{place}"logicalLocations":[{_logical(finding)}]}}],{_rest(finding)}'
        text, self._separator = f'{self._separator}{told},"properties":{_properties(finding, encoded)}}}', ",\n"
        return text

    def tail(self) -> Iterator[str]:
        yield "[]\n}]\n}\n" if self._separator == SarifReport._separator else "\n]\n}]\n}\n"


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    links = [link for link in rule["references"] if URL.fullmatch(link)]
    return {
        "id": rule["id"],
        "shortDescription": _message(rule["title"]),
        "fullDescription": _message(rule["title"]),
        "help": _message("\n".join([rule["remediation"] or rule["title"], *rule["references"]])),
        **({"helpUri": links[0]} if links else {}),
        "defaultConfiguration": {"level": LEVELS[rule["severity"]]},
        "properties": {
            "security-severity": SCORES[rule["severity"]],
            "tags": ["security", "secrets"],
            **({"owner": printable(rule["owner"])} if rule["owner"] else {}),
            **({"notJudged": _plain(rule["not_judged"]["reason"])} if rule["not_judged"]["reason"] else {}),
        },
    }


def _shared(finding: Finding, index: int, physical: Mapping[str, Any]) -> tuple[str, str]:
    """How all results of one rule and verdict begin, and their location."""
    undecided = finding["verdict"] == "unknown"
    level = "none" if undecided else LEVELS[finding["severity"]]
    head = line({"ruleId": finding["rule"], "ruleIndex": index, "kind": "open" if undecided else "fail", "level": level})
    return head[:-1], f"{line(physical)[:-1]}," if physical else "{"


def _rest(finding: Finding) -> str:
    """What stands behind the locations. By the name of this fingerprint code scanning tells apart what stands on one line, here all
    findings of a rule."""
    waived = {"kind": "external", "status": "accepted", "justification": _plain(excuse(finding))} if finding["verdict"] == WAIVED else None
    suppressions = f',"suppressions":[{line(waived)}]' if waived else ""
    return f'"partialFingerprints":{{"primaryLocationLineHash":{line(finding["fingerprint"])}}}{suppressions}'


def _properties(finding: Finding, encoded: str) -> str:
    memory = "".join(f',"{key}":{line(finding[key])}' for key in ("since", "new")) if finding["since"] else ""
    return f'{{"verdict":"{finding["verdict"]}","severity":"{finding["severity"]}","evidence":{evidence_of(finding, encoded)}{memory}}}'


def _physical(rule: Mapping[str, Any], fallback: str | None) -> dict[str, Any]:
    """Location of a rule. A built-in rule gets the first rule file, because code scanning refuses results without a file."""
    file = rule.get("file") or fallback
    if not file:
        return {}
    region = {"region": {"startLine": rule["line"]}} if rule.get("line") else {}
    return {"physicalLocation": {"artifactLocation": _artifact(file), **region}}


def _artifact(path: str) -> dict[str, str]:
    if posixpath.isabs(path):
        return {"uri": f"file://{_uri(path)}"}
    return {"uri": _uri(posixpath.normpath(path)), "uriBaseId": "%SRCROOT%"}


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "replace"))


def _logical(finding: Finding) -> str:
    what = "secret" if finding["name"] is not None or finding["id"] is not None else "store" if finding["region"] else "fleet"
    name = finding["name"] or finding["id"] or finding["region"] or finding["account"] or what
    return f'{{"kind":"{what}","name":{line(_plain(name))},"fullyQualifiedName":{line(_plain(finding["subject"]))}}}'


def _message(text: str) -> dict[str, str]:
    return {"text": _words(text)}


def _words(text: str) -> str:
    """The text of a message, in which braces would be placeholders and '[text](target)' a link."""
    shown = "\n".join(map(_plain, text.split("\n")))
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _plain(text: str) -> str:
    return short(text, LONGEST_TEXT)
