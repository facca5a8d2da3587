# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The language of reports for people. English stands in the code itself; the tables say the same in Chinese.

The judge speaks English, for it writes each finding once for all reports. Its sentences are read back by the patterns of a
table. A sentence is read whole or not at all: what no pattern fits, or what could be read in two ways, stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .._core.counting import plural
from .chinese import LABELS, WORDS
from .chinese_hints import HINTS
from .chinese_reasons import FAULTS, MALFORMED, REASONS, SOURCES
from .chinese_sentences import COUNTS, EXPECTED, LEDGER, LIMITS, NOUNS, PARTS, RULES, STORES, UNTOLD, VALUES, WHOLE

LANGUAGES = ("en", "zh")
"""English comes first: what stands in no other language is English."""
MOST_KEPT = 10_000
"""Sentences that are remembered once they were read."""
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
END = re.compile(r"(?<=[.?]) (?=[A-Z])")
"""The end of a sentence."""
LIMITED = re.compile(r"(.+) \(([^()]+)\)")
ENDED = re.compile(r"(.+); its waiver ended on (\d{4}-\d\d-\d\d)")
OWN = ("provider", "account", "region", "name", "id")
"""Fields of a message whose values a finding has, too."""


class Language:
    """English. Called with a text of ours, it gives that text with its values. A word that is counted ends with {s}."""

    tag = "en"

    def __call__(self, text: str, /, **values: object) -> str:
        return text.format(s=plural(str(values.get("count"))), **values) if values else text

    def word(self, word: str) -> str:
        """A verdict, severity or status."""
        return word.replace("_", " ")

    def listed(self, items: Iterable[str]) -> str:
        """Several things in a sentence."""
        return ", ".join(items)

    def counted(self, number: object, word: str) -> str:
        """How many there are of a verdict, severity or status."""
        return f"{number} {self.word(word)}"

    def result(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """A result whose sentences are in this language."""
        return result

    def finding(self, finding: Mapping[str, Any]) -> Mapping[str, Any]:
        """A finding whose sentences are in this language."""
        return finding

    def texts(self) -> Mapping[str, str]:
        """All texts and words of ours, for the page's script."""
        return {}


class Chinese(Language):
    """Simplified Chinese. texts: what each rule says of itself, see Rule.texts()."""

    tag = "zh-CN"

    def __init__(self, texts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self._texts = texts
        self._known: dict[str, str] = {}

    def __call__(self, text: str, /, **values: object) -> str:
        return LABELS[text].format(**values) if values else LABELS[text]

    def word(self, word: str) -> str:
        return WORDS.get(word, word)

    def listed(self, items: Iterable[str]) -> str:
        return "、".join(items)

    def counted(self, number: object, word: str) -> str:
        return f"{self.word(word)} {number}"

    def result(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        compared = result["compared"]
        if compared:
            reasons = [{**item, "reason": self._read(item["reason"])} for item in compared["not_comparable"]]
            compared = {**compared, "not_comparable": reasons}
        stores = [{**store, "reason": told(store["reason"]), "hint": store["hint"] and told(store["hint"])} for store in result["stores"]]
        return {**result, "note": self._note(result["note"]), "rules": [*map(self._rule, result["rules"])], "stores": stores, "compared": compared}

    def finding(self, finding: Mapping[str, Any]) -> Mapping[str, Any]:
        names = finding["name"], finding["id"]
        evidence = [{**item, "expected": item["expected"] if item["expected"] in names else expected(item["expected"])} for item in finding["evidence"]]
        return {**finding, "message": self._message(finding), "evidence": evidence}

    def texts(self) -> Mapping[str, str]:
        return {**LABELS, **WORDS}

    def _note(self, note: str) -> str:
        """A note, before which the name of an owner may stand."""
        owner, semicolon, rest = note.partition("; ")
        said = self._read(note)
        return f"{self._read(owner)}；{self._read(rest)}" if said == note and semicolon else said

    def _rule(self, rule: Mapping[str, Any]) -> Mapping[str, Any]:
        """A rule with its own texts; a text that it has once is for all languages. Those of built-in rules stand in a table."""
        own = self._texts.get(rule["id"])
        said = {key: own.get(key, {}).get("zh", rule[key]) if own else RULES.get(rule[key], rule[key]) for key in ("title", "remediation")}
        about = rule["not_judged"]
        return {**rule, **said, "not_judged": {**about, "reason": self._read(about["reason"])}}

    def _message(self, finding: Mapping[str, Any]) -> str:
        message = str(finding["message"])
        if ended := ENDED.fullmatch(message):
            return f"{self._message({**finding, 'message': ended[1]})}；其豁免已于 {ended[2]} 到期"
        own = self._texts.get(finding["rule"], {}).get("message")
        if not own:
            return self._read(message)
        known = {key: str(finding[key] or "-") for key in OWN}
        values = _read_own(own["en"], message, known)
        if values is None:
            return self._read(message)
        return PLACEHOLDER.sub(lambda name: values[name[1]], own["zh"]) if "zh" in own else message

    def _read(self, sentence: str) -> str:
        if sentence not in self._known:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[sentence] = read(sentence) or sentence
        return self._known[sentence]


ENGLISH = Language()


def language_of(result: Mapping[str, Any]) -> Language:
    """The language in which a result is told to people."""
    return Chinese(result.get("texts", {})) if result.get("language") == "zh" else ENGLISH


class Pattern:
    """A text with {placeholders}, read backwards. kinds: the regexes of placeholders; a digit at the end of a name does not count.

    Where any text can stand at several placeholders, it is searched for its literals only: a regex could backtrack without end.
    """

    def __init__(self, text: str, kinds: Mapping[str, str]) -> None:
        self._literals = PLACEHOLDER.split(text)[::2]
        self._names = PLACEHOLDER.findall(text)
        self._kinds = [kinds.get(name) or kinds.get(name.rstrip("0123456789")) for name in self._names]
        self._hint = max(self._literals, key=len)
        self._made: tuple[re.Pattern[str], ...] = ()

    def values(self, sentence: str) -> dict[str, str] | None:
        """What stands at the placeholders; None where the text does not fit, or fits in more than one way."""
        if self._hint not in sentence:  # so most regexes are never made
            return None
        found = self._matched(sentence) if self._kinds.count(None) < 2 else self._searched(sentence)
        values = dict(zip(self._names, found or ()))
        return None if found is None or [values[name] for name in self._names] != list(found) else values

    def _matched(self, sentence: str) -> Sequence[str] | None:
        if not self._made:
            for loose in (".+?", ".+"):
                groups = [*(f"({kind or loose})" for kind in self._kinds), ""]
                whole = "".join(re.escape(literal) + group for literal, group in zip(self._literals, groups))
                self._made += (re.compile(whole, re.DOTALL),)
        first, last = (regex.fullmatch(sentence) for regex in self._made)
        return first.groups() if first and last and first.groups() == last.groups() else None

    def _searched(self, sentence: str) -> Sequence[str] | None:
        found = between(sentence, self._literals)
        return found if found is not None and all(kind is None or re.fullmatch(kind, part, re.DOTALL) for kind, part in zip(self._kinds, found)) else None


def _read_own(text: str, message: str, known: Mapping[str, str]) -> Mapping[str, str] | None:
    """The values of a rule's own message. known: those that the finding has, which stand where they were filled in."""
    literals, names = [""], []
    for index, part in enumerate(PLACEHOLDER.split(text)):
        if index % 2 and part not in known:
            names.append(part)
            literals.append("")
        else:
            literals[-1] += known[part] if index % 2 else part
    found = between(message, literals)
    values = dict(zip(names, found or ()))
    return None if found is None or [values[name] for name in names] != list(found) else {**known, **values}


def between(sentence: str, literals: Sequence[str]) -> Sequence[str] | None:
    """What stands between literals; None where these do not fit, or fit in more than one way."""
    if len(literals) == 1:
        return () if sentence == literals[0] else None
    found = _cut(sentence, literals)
    back = _cut(sentence[::-1], [literal[::-1] for literal in reversed(literals)])
    return found if found is not None and back is not None and found == [part[::-1] for part in reversed(back)] else None


def _cut(sentence: str, literals: Sequence[str]) -> list[str] | None:
    """What stands between literals, each of which is taken where it comes first."""
    begin, *between, end = literals
    last = len(sentence) - len(end)
    if not sentence.startswith(begin) or not sentence.endswith(end):
        return None
    place, parts = len(begin), []
    for literal in between:
        found = sentence.find(literal, place + 1, last)
        if found < 0:
            return None
        parts.append(sentence[place:found])
        place = found + len(literal)
    return [*parts, sentence[place:last]] if place < last else None


SPAN = r"(?:\d+ (?:day|hour)s?|less than an hour)"
DAY = r"\d{4}-\d\d-\d\d"
NOUN = "|".join(sorted((f"(?:the )?{re.escape(noun)}" for noun in NOUNS), key=len, reverse=True))
KINDS: Mapping[str, str] = {
    "n": r"-?\d[\d,.]*",
    "day": DAY,
    "time": rf"{DAY}T[\d:.]+Z",
    "span": SPAN,
    "dated": rf"{DAY} \((?:in {SPAN}|{SPAN} ago)\)",
    "noun": rf"(?:{NOUN}|(?:the )?tag .+|(?:the )?[a-z ]+ (?:id|arn)|the [a-z]+\.[a-z]+)",
    "status": "|".join(map(re.escape, filter(None, WORDS))),
    "field": r"[\w.\[\]-]+",
    "action": r"[\w:.]+",
    "place": r"\S+/\S*/\S*",
    "region": r"[^;\s]*",
    "way": r".+?[.?]",
    "lack": r".+",
    "who": r"accounts\[[^\]]+\]",
    "host": r"[\w.:\[\]%-]+",
    "proxy": r"the proxy(?: \S+)?",
    "setting": r"(?:proxy|the variable \w+)",
    "code": r"[\w.]+",
    "seconds": r"seconds?",
    "stores": r"stores?",
}
"""What can stand at a placeholder. At all others any text can."""


def read(sentence: str) -> str | None:
    """A sentence of the judge in Chinese, or None."""
    if not sentence:
        return sentence
    return _first(WHOLES, sentence) or _joined(map(_part, sentence.split("; ")), "；")


def told(text: str) -> str:
    """A reason or a way out of the ledger. What a cloud said stays as it came."""
    return _first(LEDGERS, text) or _ours(text) or _joined((_first(WAYS_OUT, each) for each in END.split(text)), "") or text


def expected(text: str) -> str:
    """What evidence says was expected. The rule language stays as it is."""
    return _first(EXPECTATIONS, text) or text


def _part(part: str) -> str | None:
    limited = LIMITED.fullmatch(part)
    limit = _joined((_first(LIMITED_BY, each) for each in limited[2].split(" and ")), "，") if limited else None
    if limited and limit:
        state = _first(SENTENCES, limited[1])
        return state and f"{state}（{limit}）"
    return _first(SENTENCES, part)


def _first(patterns: Iterable[tuple[Pattern, str]], sentence: str) -> str | None:
    """The first of the patterns that can be read."""
    for pattern, chinese in patterns:
        values = pattern.values(sentence)
        if values is not None:
            said = {name: READERS.get(name.rstrip("0123456789"), str)(value) for name, value in values.items()}
            if None not in said.values():
                return chinese.format(**said)
    return None


def _joined(texts: Iterable[str | None], comma: str) -> str | None:
    """All of them, or None."""
    made = [*texts]
    return comma.join(filter(None, made)) if all(made) else None


def _span(text: str) -> str:
    number, _space, unit = text.partition(" ")
    return f"{number} {'天' if unit.startswith('day') else '小时'}" if number.isdigit() else "不到 1 小时"


def _dated(text: str) -> str:
    day, _space, rest = text.partition(" (")
    span = rest.removeprefix("in ").removesuffix(")").removesuffix(" ago")
    return f"{day}（{_span(span)}{'后' if rest.startswith('in ') else '前'}）"


def _noun(text: str) -> str:
    plain = text.removeprefix("the ")
    return NOUNS.get(plain) or (f"标签 {plain.removeprefix('tag ')} " if plain.startswith("tag ") else f" {plain} ")


def _blind(text: str) -> str | None:
    """Why not all of a store is known: 'failed (reason)', or what else the judge says."""
    status, _space, reason = text.partition(" (")
    if status in WORDS:
        return WORDS[status] + (f"（{told(reason.removesuffix(')'))}）" if reason else "")
    return _first(SENTENCES, text)


BETWEEN = re.compile(r", (?=\S+/\S*/\S* is |and \d+ more$)|; (?=\S+/\S*/\S* is )")


def _blinds(text: str) -> str | None:
    """The same of several stores."""
    return _joined((_first(SEVERAL, each) for each in BETWEEN.split(text)), "、")


def _silent(text: str) -> str | None:
    """Which clouds do not tell what."""
    return _joined((_first(SILENT, each) for each in re.split(", and (?=[a-z_]+ does not tell )", text)), "，")


def _patterns(table: Mapping[str, str]) -> list[tuple[Pattern, str]]:
    return [(Pattern(english, KINDS), chinese) for english, chinese in table.items()]


def _lack(text: str) -> str | None:
    """What to do about a detail that is not known, and why it is not: 'way out: reason'."""
    for colon in re.finditer(": ", text):
        behind = colon.end()
        way = _joined((_first(WAYS_OUT, each) for each in END.split(f"{text[: colon.start()]}.")), "")
        if way:
            return way + told(text[behind:])
    return None


CODE = re.compile(r"(?!organization\.)([A-Za-z][\w.]*[a-z][\w.]*): ")
"""The code of a cloud, behind which the cloud speaks."""


def _ours(text: str) -> str | None:
    """A reason of the ledger whose words are ours, or None."""
    code = CODE.match(text)
    if code is None:
        return _first(WHYS, text)
    behind = code.end()
    said = text[behind:]
    own = _first(WHYS, said) if said.startswith(f"the cloud says {code[1]}, and ") else None
    return own and f"{code[1]}：{own}"


LOOKED = re.compile(r"(?<=\)); (?=the )")


def _looked(text: str) -> str:
    """Where keys were looked for, and why each place did not serve. A reason that was cut off stays as it came."""
    return "；".join(map(_place, LOOKED.split(text)))


def _place(text: str) -> str:
    name, _space, reason = text.partition(" (")
    return f"{SOURCES.get(name, name)}（{told(reason.removesuffix(')'))}）" if reason else text


WHOLES, SENTENCES, EXPECTATIONS, LEDGERS, WAYS_OUT, LIMITED_BY = map(_patterns, (WHOLE, PARTS, EXPECTED, LEDGER, HINTS, LIMITS))
WHYS, BROKEN, UNREAD = map(_patterns, (REASONS, FAULTS, MALFORMED))
COUNTED, SEVERAL, SILENT = map(_patterns, (COUNTS, STORES, UNTOLD))

READERS: Mapping[str, Callable[[str], str | None]] = {
    "span": _span,
    "dated": _dated,
    "noun": _noun,
    "nouns": lambda text: "、".join(map(_noun, text.split(" and "))),
    "status": lambda text: WORDS[text],
    "value": lambda text: VALUES.get(text, text),
    "reason": read,
    "judged": lambda text: "凭据库" if text == "store" else "凭据",
    "cloud": told,
    "way": told,
    "lack": _lack,
    "why": lambda text: text.replace("quota", "配额").replace(" less headroom ", "，预留 "),
    "blind": _blind,
    "blinds": _blinds,
    "ours": _ours,
    "error": told,
    "fault": lambda text: _first(BROKEN, text),
    "malformed": lambda text: _first(UNREAD, text),
    "looked": _looked,
    "proxy": lambda text: text.replace("the proxy", "代理"),
    "setting": lambda text: text.replace("the variable", "变量"),
    **dict.fromkeys(("listed", "actions"), lambda text: text.replace(" and ", " 和 ")),
    "seconds": lambda text: "秒",
    "stores": lambda text: "个凭据库",
    "silent": _silent,
    "count": lambda text: _first(COUNTED, text),
    "others": lambda text: re.sub(r", (\d+) more$", r"，另有 \1 个", text),
    "scopes": lambda text: re.sub(r" \(known: (.+?)\)", r"（已知：\1）", re.sub(r" \(did you mean (.+?)\?\)", r"（是否要写 \1？）", text)),
}
"""How what stands at a placeholder is said. All else is said as it came."""
