# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports in Chinese: both languages are whole, nothing of ours is left in English, and what others wrote stays as it came."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import unended
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.checks import VERDICTS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import BUILT_IN
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import SEVERITIES
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.secret_rows import SecretRows
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import JUDGED_STATUSES
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.words import STATUS, noun
from ansible_collections.multicloud.secrets.plugins.module_utils._report import (
    chinese,
    chinese_hints,
    chinese_reasons,
    chinese_sentences,
    html_script,
    language,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.plugins.module_utils._report.grouping import CHANGE_LABELS
from ansible_collections.multicloud.secrets.plugins.module_utils._report.html_secrets import SPANS
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import SmallSpool
from ansible_collections.multicloud.secrets.tests.rule_schemas import FIELDS, SETTINGS
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, read, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results

SOURCE = Path(language.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")
TABLES: Mapping[str, Mapping[str, str]] = {
    "labels": chinese.LABELS,
    "hints": chinese_hints.HINTS,
    **{name.lower(): table for name, table in {**vars(chinese_sentences), **vars(chinese_reasons)}.items() if name.isupper() and isinstance(table, dict)},
}
PEOPLE = ("html", "markdown", "text")
SAMPLES = {
    "n": "2",
    "n2": "3",
    "day": "2026-11-21",
    "time": "2026-11-21T00:00:00Z",
    "span": "2 days",
    "span2": "1 hour",
    "dated": "2026-11-21 (in 2 days)",
    "noun": "the encryption key",
    "nouns": "name and encryption key",
    "status": "failed",
    "field": "x.y",
    "action": "x:Y",
    "place": "q/w/z",
    "blind": "failed",
    "blinds": "q/w/z is failed",
    "silent": "q does not tell x.y",
    "count": "at most 2 allowed",
    "reason": "the encryption key is disabled",
    "value": "yes",
    "value2": "no",
    "why": "quota",
    "judged": "secret",
    "way": "Run again.",
    "lack": "Run again: x",
}
"""What stands at a placeholder in these tests; at all others its name in capitals."""


def told(result: Mapping[str, Any], name: str, speaks: str = "zh") -> str:
    return FORMATS[name].render({**result, "language": speaks})


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    """A Chinese word has no plural, so that its end may be missing."""
    for english, said in TABLES[name].items():
        assert said or not english
        assert set(language.PLACEHOLDER.findall(said)) == set(language.PLACEHOLDER.findall(english)) - {"s"}, english
        assert said != english or not re.search("[A-Za-z]", language.PLACEHOLDER.sub("", english))


def test_every_text_in_the_code_has_its_translation_and_no_translation_is_idle() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCE.glob("*.py") if "chinese" not in path.name]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    script = set(re.findall(r'(?<=")[^"\n]+(?=")', html_script.SCRIPT)) | {"{first}–{last} of {count} finding{s}", "{first}–{last} of {count} secret{s}"}
    script |= {"No finding matches.", "No secret matches."}
    titles = {"Findings", "Changes", "Owners", "Map", "Rules", "Ledger", "Secrets"}
    assert set(chinese.LABELS) - texts - script - titles == set()
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and node.args]
    called = {first.value for node in calls if isinstance(first := node.args[0], ast.Constant)}
    asked = set(re.findall(r'say\("([^"]+)"', html_script.SCRIPT)) | set(re.findall(r'(?:label|empty): "([^"]+)"', html_script.SCRIPT))
    asked |= set(re.findall(r'\["([A-Z][^"]*)", ', html_script.SCRIPT))
    assert len(called) > 100 and len(asked) > 30
    assert called | asked | titles <= set(chinese.LABELS)


def test_every_word_of_a_result_has_its_translation() -> None:
    spans = {span for named in SPANS.values() for span in named}
    assert {*VERDICTS, *SEVERITIES, *JUDGED_STATUSES, *STATUS, *CHANGE_LABELS.values(), *spans} <= set(chinese.WORDS)


def test_every_built_in_rule_has_its_translation() -> None:
    said = {text for each in BUILT_IN for text in (each.title, each.remediation)} | {"The run has ended", "See what ended the run, and run again."}
    assert said == set(chinese_sentences.RULES)


@pytest.mark.parametrize("field", [*FIELDS, *SETTINGS])
def test_every_field_can_be_named(field: str) -> None:
    said = language.read(f"{noun(field)} is x")
    assert said and said.endswith("为 x") and " the " not in said


@pytest.mark.parametrize("sentence", [*chinese_sentences.WHOLE, *chinese_sentences.PARTS])
def test_every_sentence_is_read_as_it_is_written(sentence: str) -> None:
    names = language.PLACEHOLDER.findall(sentence)
    values = {name: SAMPLES.get(name, name.upper()) for name in names}
    said = language.read(sentence.format(**values))
    assert said and CHINESE.search(said)
    assert all(value in said for name, value in values.items() if name not in SAMPLES)
    left = re.sub(r"on_empty: not_applicable|scopes|key_state|allow_empty|exclude|organization|details|id|x[.:][yY]|q/w/z|[A-Z0-9]+", "", said)
    assert not re.search("[A-Za-z]{2,}", left), said


READ = {
    "hints": language.WAYS_OUT,
    "whole": language.WHOLES,
    "parts": language.SENTENCES,
    "ledger": language.LEDGERS,
    "expected": language.EXPECTATIONS,
    "limits": language.LIMITED_BY,
    "counts": language.COUNTED,
    "stores": language.SEVERAL,
    "untold": language.SILENT,
}


@pytest.mark.parametrize("name", READ)
def test_no_sentence_is_taken_for_a_shorter_one(name: str) -> None:
    """A shorter one would take the end of the sentence for a name, and leave it in English."""
    for english, (pattern, said) in zip(TABLES[name], READ[name]):
        names = language.PLACEHOLDER.findall(english)
        values = {each: SAMPLES.get(each) or SAMPLES.get(each.rstrip("0123456789")) or f"x-{place}" for place, each in enumerate(names)}
        sentence = english.format(**values)
        assert language._first(READ[name], sentence) == language._first([(pattern, said)], sentence), english


def test_a_store_that_was_refused_is_told_with_its_way_out() -> None:
    way = "Grant the action ssm:ListSecrets on all resources (*) in CAM; regions: all needs ssm:GetRegions too."
    said = "请在 CAM 中对所有资源 (*) 授予操作权限 ssm:ListSecrets；regions: all 还需要 ssm:GetRegions。"
    assert language.told(way) == said
    assert language.read(f"failed: {way} (Denied: no (x); y)") == f"失败：{said}（Denied: no (x); y）"
    assert language.read("failed: Raise deadline. (the listing has more than 7 pages)") == "失败：请调大 deadline。（列表超过 7 页）"
    lack = "The endpoint does not serve this API; check region and endpoint: NotFound: no; such API"
    said = "加密密钥的状态未知（details：keys）：该 endpoint 不提供此 API；请检查地域和 endpoint。NotFound: no; such API"
    assert language.read(f"the state of the encryption key is not known (details: keys): {lack}") == said


def test_a_sentence_is_read_whole_or_not_at_all() -> None:
    assert language.read("is disabled; has no description") == "已禁用；没有描述"
    assert language.read("is disabled; and the cloud says so") is None
    assert language.read("rotation is 53 days overdue") == "轮转已逾期 53 天"
    assert language.read("the period of rotation is x (at least 1 required and at most 90 required)") == "轮转周期为 x（要求至少 1，要求最多 90）"
    assert language.read("is rotated every 120 days (at most 90 required)") == "每 120 天轮转（要求最多 90）"
    assert language.read("has no tags") == "没有标签"
    assert language.read("the tags are env=prod (required: owner, env)") == "标签为 env=prod（要求：owner, env）"


def test_what_can_be_read_in_two_ways_stays_as_it_came() -> None:
    pattern = language.Pattern("{name}-{kind}", {})
    assert pattern.values("a-b") == {"name": "a", "kind": "b"}
    assert pattern.values("a-b-c") is None and pattern.values("-b") is None and pattern.values("ab") is None
    assert language.Pattern("{name}-{n}", {"n": "[0-9]+"}).values("a-b-7") == {"name": "a-b", "n": "7"}
    assert language.Pattern("{name}={kind}-{n}", {"n": "[0-9]+"}).values("a=b-x") is None
    assert language.Pattern("{name} and {name}", {}).values("a and b") is None


def test_a_hostile_text_does_not_make_reading_slow() -> None:
    """The first cannot be read at all, and a regex would try every way to cut it."""
    words = " ".join(f"{{{name}}}" for name in "abcdefgh")
    assert language.Pattern(words + "!", {}).values("x " * 2_000) is None
    assert language.between("x " * 2_000 + "!", ["", *[" "] * 7, "!"]) is None


def test_what_a_cloud_says_stays_as_it_came() -> None:
    assert language.told("AuthFailure: the encryption key is disabled") == "AuthFailure: the encryption key is disabled"
    assert language.told("Grant the action ssm:ListSecrets.") == "请授予操作权限 ssm:ListSecrets。"
    assert language.read("not all secrets of the store are known: failed (no: is disabled)") == "该凭据库中的凭据未全部看到：失败（no: is disabled）"


# --- ways out ---

FLOORS = ("_core", "_paging", "_auth", "_wire", "_listing", "_alibaba", "_tencent")
"""The folders whose errors can stand in a ledger."""
BEFORE = ("argument", "file", "rules", "query")
"""Kinds of errors that end a run before there is a ledger."""
SOURCES = [ast.parse(path.read_text("utf-8")) for floor in FLOORS for path in sorted((SOURCE.parent / floor).rglob("*.py"))]
CONSTANTS = {node.targets[0].id: node.value for tree in SOURCES for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}


def hint_nodes(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of hints that a piece of code holds."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        if name == "SecretsError" and isinstance(kind := node.args[0], ast.Constant) and kind.value in BEFORE:
            return
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "hint")
        yield from node.args[{"ErrorKind": 2, "broken": 1, "unexpired": 3}.get(name, len(node.args)) :]
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("error.hint"):
        yield node.value


def hint_texts(node: ast.AST) -> list[str]:
    """What an expression can say, with X for what is only known in a run, unless that is a sentence. Nothing for what comes from elsewhere."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.JoinedStr):
        said = [""]
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            ends = hint_texts(inner) if isinstance(inner, (ast.Constant, ast.Name)) else []
            said = [text + end for text in said for end in ends or ["" if text.endswith(".") else "X"]]
        return said
    if isinstance(node, ast.Name):
        return hint_texts(CONSTANTS[node.id]) if node.id in CONSTANTS else []
    inside = {ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",), ast.Dict: ("values",), ast.Subscript: ("value",)}.get(type(node), ())
    found = (getattr(node, name) for name in inside)
    return [text for each in found for child in (each if isinstance(each, list) else [each]) for text in hint_texts(child)]


HINTS = sorted({text for tree in SOURCES for node in ast.walk(tree) for found in hint_nodes(node) for text in hint_texts(found) if text.strip("X ")})


def test_the_hints_of_the_code_are_found() -> None:
    assert len(HINTS) > 60 and all(text[-1] in ".?X" for text in HINTS), [text for text in HINTS if text[-1] not in ".?X"]


@pytest.mark.parametrize("hint", HINTS)
def test_every_way_out_has_its_translation(hint: str) -> None:
    said = language.told(hint)
    assert CHINESE.search(said) and said[-1] in "。？", "chinese_hints.py lacks a sentence of this way out"


@pytest.mark.parametrize("hint", chinese_hints.HINTS)
def test_every_sentence_of_a_way_out_is_read_as_it_is_written(hint: str) -> None:
    names = language.PLACEHOLDER.findall(hint)
    values = {name: "7" if name == "n" else f"x-{place}" if name == "region" else f"X{place}" for place, name in enumerate(names)}
    said = language.told(hint.format(**values))
    assert CHINESE.search(said) and all(value in said for value in values.values())


def test_ways_out_are_told_sentence_by_sentence_or_not_at_all() -> None:
    assert language.told("Run again. Raise deadline.") == "请重新运行。请调大 deadline。"
    assert language.told("Run again. The cloud is tired.") == "Run again. The cloud is tired."
    assert language.told("alibaba_apig has no region cn-x; did you mean cn-y?") == "alibaba_apig 没有地域 cn-x；是否要写 cn-y？"


# --- whole reports ---


def whole(folder: Path) -> dict[str, Any]:
    """A result with every part of a page."""
    rows = [
        row(),
        row(region="r2", status="failed", error={"code": "AuthFailure", "message": "no", "hint": "Grant the action ssm:ListSecrets."}),
        row(region="r3", status="partial", error={"code": None, "message": "late", "hint": "Raise deadline."}),
        row("alibaba_apig", filtered=True),
    ]
    secrets = [record("ok"), record("off", status="disabled"), record("odd", status="unknown"), record("late", next_rotation_at="2026-09-01T00:00:00Z")]
    path = write(folder / "whole", rows, [*secrets, record("k", "alibaba_apig")])
    made = SecretRows(SmallSpool)
    rules = (
        rule("on", expect={"status": "enabled"}, title={"en": "Enabled", "zh": "已启用"}, remediation={"en": "Enable it.", "zh": "启用它。"}),
        rule("turn", severity="low", scopes={"provider": "tencent_ssm"}, title="T1", expect={"next_rotation_at": {"newer_than": "1d"}}, owner="team-a"),
        rule("root", severity="low", title="T2", fleet={"required": ["root"]}),
        rule("few", severity="medium", title="T3", fleet={"count": {"max": 1, "per": ["account"]}}),
        rule("idle", scopes={"region": "nowhere"}, on_empty="not_applicable", title="T4", expect={"status": "enabled"}),
        rule("own", title="T5", expect={"status": "enabled"}, message={"en": "{name} is off", "zh": "{name} 已关闭"}),
        rule("mine", title="T6", expect={"status": "enabled"}, message="{name} is disabled"),
    )
    excused = {"rule": "few", "secret": "*/*/*/*", "reason": "known", "owner": "team-b", "expires": "2026-11-30", "ticket": "T-1"}
    result = judged([path], *rules, rows=made, waivers=[excused], expected=(("tencent_ssm", "gone", "r9"),))
    texts = {each.id: each.texts for each in read(*rules).rules}
    reasons = [{"reason": "the rule root is not the same in both reports", "findings": 2}]
    fixed = [{"fingerprint": "f", "rule": "root", "severity": "low", "subject": "tencent_ssm/prod/r1/a", "since": "2026-11-01T00:00:00Z"}]
    told_changes = {"compared": {"as_of": "2026-11-20T00:00:00Z", "not_comparable": reasons}, "fixed": fixed}
    organization = {"provider": "tencent_ssm", "name": "org", "complete": False, "members": 3, "entered": 1, "refused": 1, "excluded": 1}
    summary = {**result["summary"], "new": 1, "still": 1, "fixed": 1, "not_comparable": 2}
    findings = [{**finding, "since": "2026-11-20T00:00:00Z", "new": index == 0} for index, finding in enumerate(result["findings"])]
    run = {"as_of": "2026-11-20T00:00:00Z", "findings": result["summary"]["findings"]}
    sources = {"rules": ["r.yml"], "waivers": ["w.yml"], "inventories": 1}
    aside = {"secrets": list(made), "sources": sources, "texts": texts, "history": [run, run]}
    note = "no rules were given: only completeness was judged"
    return {**result, **told_changes, "summary": summary, "findings": findings, "organizations": [organization], **aside, "note": note}


NAMES = re.compile(
    r"\b(tencent_ssm|alibaba_apig|prod|gone|org|team-[ab]|AuthFailure|no|late|off|odd|ok|key-1|r\.yml|w\.yml|known|root|on|own|mine|turn|few|idle|user|ai"
    r"|ssm:ListSecrets|deadline|UTC|JSON|CSV|Markdown|JavaScript|HTML|secrets|multicloud\.secrets|allow_empty|names|eq|newer_than|enabled|disabled|unknown"
    r"|status|count|max"
    r"|next_rotation_at|collection-complete|inventory-superseded|fleet-empty|waiver-[a-z]+|region|nowhere|complete|account"
    r"|expires|name|is|id|null|partial|failed|made by hand)\b"
)
"""Names, words of the rule language and fields, and the cloud's own words."""


@pytest.mark.parametrize("name", PEOPLE)
def test_no_english_of_ours_is_left(tmp_path: Path, name: str) -> None:
    report = told(whole(tmp_path), name)
    if name == "html":
        assert '<html lang="zh-CN">' in report
        labels = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', report)
        report = re.sub(r"<(script|style|code|time)\b.*?</\1>", " ", report, flags=re.DOTALL)
        report = " ".join([*labels, re.sub("<[^>]*>", " ", report)])
    report = re.sub(r"&#x27;|&quot;|T[1-6]\b|T-1|[0-9]T[0-9]|[0-9]Z|\br[0-9]\b|`[^`]*: \"[^`]*`", " ", report)
    assert re.findall("[A-Za-z]{2,}", NAMES.sub(" ", report.replace("\\", ""))) == []


def test_the_page_holds_findings_in_chinese_and_filters_in_english(tmp_path: Path) -> None:
    report = told(whole(tmp_path), "html")
    data = json.loads(report.partition('id="data">')[2].partition("</script>")[0])
    messages = {(finding["rule"], finding.get("name")): finding["message"] for finding in data["findings"]}
    assert messages["on", "off"] == "已禁用" and messages["own", "off"] == "off 已关闭" and messages["mine", "off"] == "off is disabled"
    assert messages["turn", "late"] == "轮转已逾期 81 天"
    assert {finding["verdict"] for finding in data["findings"]} <= set(VERDICTS)
    assert {secret["age"] for secret in data["secrets"]} <= set(SPANS["age"])
    assert data["rules"]["on"] == {"title": "已启用", "severity": "high", "remediation": "启用它。", "references": []}
    assert data["texts"]["fail"] == "不通过" and data["texts"]["Search"] == "搜索"
    assert "#findings?severity=high" in report


def test_an_own_message_that_can_be_read_in_two_ways_stays_english() -> None:
    finding: dict[str, Any] = {"rule": "r", "message": "a of b of c", "evidence": [], **dict.fromkeys(("provider", "account", "region", "name", "id"))}
    said = language.Chinese({"r": {"message": {"en": "{status} of {kind}", "zh": "{kind} 的 {status}"}}})
    assert said.finding(finding)["message"] == "a of b of c"
    assert said.finding({**finding, "message": "a of b"})["message"] == "b 的 a"
    assert said.finding({**finding, "message": "a of b; its waiver ended on 2026-01-31"})["message"] == "b 的 a；其豁免已于 2026-01-31 到期"
    assert said.finding({**finding, "message": "this rule found nothing to judge"})["message"] == "该规则没有可判断的对象"


@pytest.mark.parametrize("name", FORMATS)
def test_english_is_what_there_was(tmp_path: Path, name: str) -> None:
    result = whole(tmp_path)
    plain = {key: value for key, value in result.items() if key != "texts"}
    assert told(result, name, "en") == FORMATS[name].render(plain)
    if name not in PEOPLE:
        assert told(result, name) == told(result, name, "en")


@pytest.mark.parametrize("name", PEOPLE)
def test_a_later_time_says_the_same(tmp_path: Path, name: str) -> None:
    result = results.seen(tmp_path)
    later = {**result, "as_of": "2026-11-21T00:00:07Z"}
    timeless = FORMATS[name].timeless
    assert told(result, name) != told(later, name)
    assert "".join(map(timeless, told(result, name).splitlines(True))) == "".join(map(timeless, told(later, name).splitlines(True)))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_run_that_has_not_ended_says_so(name: str) -> None:
    assert "本次运行没有结束：late" in FORMATS[name].render(unended.result(0, "late", "zh"))


@pytest.mark.parametrize("name", PEOPLE)
def test_hostile_texts_are_escaped_as_in_english(tmp_path: Path, name: str) -> None:
    """A text that is no text of ours stands as often in both languages, as it is and as markup; a rule's Chinese words are escaped, too."""
    for text in results.HOSTILE[:20]:
        poisoned = results.poisoned(results.seen(tmp_path), text)
        english, said = told(poisoned, name, "en"), told(poisoned, name)
        assert results.CONTROLS.search(said) is None or results.CONTROLS.search(english)
        assert [said.count(each) for each in (text, "<script", "<img", "<svg")] == [english.count(each) for each in (text, "<script", "<img", "<svg")]
    own = {each["id"]: {"title": {"en": "x", "zh": "<img src=x>"}, "remediation": {"en": "x", "zh": "</script><b>"}} for each in poisoned["rules"]}
    report = told({**poisoned, "texts": own}, name)
    assert "<img src=x>" not in report and "</script><b>" not in report
