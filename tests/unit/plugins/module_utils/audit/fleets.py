# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets made by hand for the tests of the judge: records, ledger rows, inventory files, and their judging."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import grammar, waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import AuditRequest, judge
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import compiled
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import Problem, Rulebook, RulesError, RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import Expected, MergedInventories
from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import ATTRIBUTES, RECORD_KEYS, sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._report import language
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SCHEMAS as SERVICE_SCHEMAS

ROOT = Path(__file__).resolve().parents[5]
PACKS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(ROOT.glob("roles/assert_secrets/files/packs/*.yml"))}
BY_PROVIDER = {schema.provider: schema for schema in SERVICE_SCHEMAS}
AS_OF = "2026-11-21T00:00:00Z"
COLLECTED_AT = "2026-11-20T23:00:00Z"
RULE_LANGUAGE = re.compile(
    r"\b(eq|ne|not_in|gt|ge|lt|le|glob|regex|contains|contains_any|size|older_than|newer_than|due_within|due_after|present|absent)\b"
    r"|\b(expected|true|false|null)\b|_at\b"
)
"""Words of rules that no sentence for people has."""

STRANGE = re.compile(r"[<>&*=`$]|\\u|1{40}|x{40}|0{40}")
"""What only hostile names and values hold."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "tencent_ssm": {
        "status": "enabled",
        "provider_status": "Enabled",
        "kind": "user",
        "description": "made by hand",
        "created_at": "2026-10-01T00:00:00Z",
        "kms_key_id": "key-1",
        "kms_key_type": "customer",
        "encryption": "kms",
        "rotation_enabled": True,
        "rotation_days": 30,
        "next_rotation_at": "2026-12-01T00:00:00Z",
    },
    "alibaba_apig": {
        "status": "enabled",
        "provider_status": "ENABLE",
        "kind": "ai",
        "description": "made by hand",
        "created_at": "2026-10-01T00:00:00.250Z",
        "updated_at": "2026-10-02T00:00:00.250Z",
        "kms_key_id": "key-1",
        "kms_instance_id": "kms-1",
        "reference_count": 1,
        "source": "KMS",
    },
    "alibaba_kms": {
        "status": "enabled",
        "kind": "generic",
        "created_at": "2026-10-01T00:00:00Z",
        "updated_at": "2026-10-02T00:00:00Z",
        "tags": {"env": "prod", "owner": "web"},
    },
}


def record(name: str | None = "a", provider: str = "tencent_ssm", account: str = "prod", region: str = "r1", **values: Any) -> dict[str, Any]:
    """A whole record. Attributes are given as a dict that is laid over those that the cloud has, all null."""
    attributes = {key[len(ATTRIBUTES) :]: None for key in BY_PROVIDER[provider].keys if key.startswith(ATTRIBUTES)}
    return {
        **dict.fromkeys(RECORD_KEYS),
        **DEFAULTS[provider],
        "provider": provider,
        "account": account,
        "region": region,
        "id": values.pop("id", name or "no-name"),
        "name": name,
        "invalid": values.pop("invalid", []),
        **{key: value for key, value in values.items() if key != "attributes"},
        "attributes": {**attributes, **values.get("attributes", {})},
    }


def row(provider: str = "tencent_ssm", account: str = "prod", region: str = "r1", status: str = "complete", **more: Any) -> dict[str, Any]:
    """A row of a ledger."""
    return {"provider": provider, "account": account, "account_id": None, "region": region, "status": status, "error": None, **more}


def header(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The header of an inventory."""
    statuses = {str(each["status"]) for each in rows}
    whole = "complete" in statuses and statuses <= {"complete", "not_offered"}
    details = sorted({word for each in rows for word in each.get("details", ())})
    asked = {"details": details} if details else {}
    return {"collected_at": COLLECTED_AT, "collector": "tests", "asked": asked, "stores": rows, "complete": whole, "filtered": False, **more}


def apig(name: str | None = "k", **values: Any) -> dict[str, Any]:
    """A secret of APIG."""
    return record(name, "alibaba_apig", **values)


def kms(name: str | None = "k", **values: Any) -> dict[str, Any]:
    """A secret of KMS."""
    return record(name, "alibaba_kms", **values)


def at_kms(name: str) -> dict[str, Any]:
    """A secret of a gateway, kept in KMS."""
    return apig(attributes={"kms_secret_arn": f"acs:kms:r1:200:secret/{name}"})


def write(path: Path, rows: list[dict[str, Any]], records: list[dict[str, Any]], **more: Any) -> str:
    """An inventory file."""
    lines = [inventory_file.encode(item) for item in sorted(records, key=sort_key)]
    inventory_file.write(str(path), header(rows, **more), lines, "0123456789abcdef")
    return str(path)


def read(*rules: Any, baselines: Any = (), values: Any = None, **more: Any) -> Any:
    """A rulebook of these rules. values: parameters of the option."""
    return rulebook(RuleSource("rules", {"rules": list(rules), **more}), baselines=baselines, params=values)


def rulebook(*sources: RuleSource, baselines: Iterable[str] = (), params: Any = None) -> Rulebook:
    """The rules of these files. Raises RulesError with everything that is wrong with any of them."""
    problems: list[Problem] = []
    book = grammar.read(sources, SERVICE_SCHEMAS, baselines, params or {}, problems)
    if problems:
        raise RulesError(problems)
    return book


def rule(name: str = "r", **values: Any) -> dict[str, Any]:
    """A rule as data."""
    return {"id": name, "title": f"Title of {name}", "severity": "high", **values}


def waiver(secret: str = "tencent_ssm/prod/r1/b", **values: Any) -> dict[str, Any]:
    """A waiver as data."""
    return {"rule": "r", "secret": secret, "reason": "being moved", "owner": "team", "expires": "2026-12-31", **values}


def truth_of(predicate: Any, item: dict[str, Any]) -> int:
    """Truth of a predicate, read from a rule, for a record."""
    book = read(rule(expect=predicate))
    return compiled(book.rules[0].statement.predicate, BY_PROVIDER[item["provider"]], parse_time(AS_OF)).test(item)


def can_be_meant(predicate: dict[str, Any]) -> bool:
    """Whether a predicate does not contradict itself."""
    return is_a_rule({"expect": predicate})


def is_a_rule(about: dict[str, Any]) -> bool:
    """Whether the parts of a rule do not contradict each other."""
    problems: list[Problem] = []
    grammar.read([RuleSource("rules", [rule(**about)])], SERVICE_SCHEMAS, ("before",), {}, problems)
    return not problems


def judged(paths: list[str], *rules: Any, expected: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    """The whole result of judging, with its findings as a list."""
    settings = {"as_of": AS_OF, "max_age": 86_400, "fail_on": "low", "allow_empty": False, **more}
    settings["as_of"] = int(parse_time(settings["as_of"]))
    owners = settings.pop("owners", None)
    make_scratch = settings.pop("make_scratch", None)
    rows = settings.pop("rows", None)
    settings["baselines"] = {name: MergedInventories(sorted(files), BY_PROVIDER) for name, files in settings.get("baselines", {}).items()}
    parts = {"owners": owners, "owner_tag": settings.pop("owner_tag", None), "params": settings.pop("params", None)}
    content = {"baselines": settings["baselines"], **{name: part for name, part in parts.items() if part}}
    book = read(*rules, **content) if rules else rulebook()
    settings["waivers"] = excuses(settings.get("waivers", []), [made.id for made in book.rules], settings["as_of"])
    question = AuditRequest(book, [Expected(*store) for store in expected], **settings)
    result = judge(question, MergedInventories(sorted(paths), BY_PROVIDER), SERVICE_SCHEMAS, make_scratch, rows)
    result = {**result, "findings": list(result["findings"])}
    own = {rule.id for rule in book.rules if rule.message}
    unread = [sentence for sentence in sentences(result, own) if language.read(sentence) is None]
    assert not unread, f"reports in Chinese cannot read: {unread}"
    return result


def sentences(result: dict[str, Any], own: set[str]) -> Iterator[str]:
    """What the judge says of findings, rules and changes. own: rules that say it in words of their own. Texts that hold what joins sentences are left out."""
    said = [finding["message"] for finding in result["findings"] if finding["rule"] not in own]
    said += [rule["not_judged"]["reason"] for rule in result["rules"]] + [item["reason"] for item in (result["compared"] or {}).get("not_comparable", ())]
    told = (sentence.partition("; its waiver ended on ")[0] for sentence in said)
    return (sentence for sentence in told if sentence.isascii() and not STRANGE.search(sentence))


def excuses(given: list[Any], rules: list[str], as_of: float) -> list[Any]:
    """Waivers, checked."""
    problems: list[Problem] = []
    found = waivers.read([RuleSource("waivers", given)], rules, BY_PROVIDER, as_of, problems)
    if problems:
        raise RulesError(problems)
    return found


def verdict_of(result: dict[str, Any], name: str = "r") -> str:
    """The verdict of one rule."""
    return str(next(item["verdict"] for item in result["rules"] if item["id"] == name))


def says(told: str, expected: str) -> bool:
    """True if the text is the expected one; ... in the expected text matches any text."""
    return re.fullmatch(".*".join(map(re.escape, expected.split("..."))), told, re.DOTALL) is not None


def findings_of(result: dict[str, Any], name: str = "r") -> list[dict[str, Any]]:
    """The findings of one rule."""
    return [finding for finding in result["findings"] if finding["rule"] == name]
