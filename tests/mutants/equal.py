# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants that no test of behaviour can tell from the code, and why. What stands here and is killed after all is told."""

from __future__ import annotations

from typing import NamedTuple


class Equal(NamedTuple):
    """A line of a function before and after the change, without the spaces around it."""

    room: str
    function: str
    before: str
    after: str
    reason: str


EQUAL = (
    Equal(
        "_audit/arguments.py",
        "show",
        "written = json.dumps(value, ensure_ascii=False, default=str)",
        "written = json.dumps(value, ensure_ascii=None, default=str)",
        "both are false",
    ),
    Equal(
        "_audit/checks.py",
        "__init__",
        "self.seen: defaultdict[Store, list[int]] = defaultdict(lambda: [0] * (OUT + 1))",
        "self.seen: defaultdict[Store, list[int]] = defaultdict(lambda: [0] * (OUT + 2))",
        "a counter more, which nobody counts with",
    ),
    Equal(
        "_audit/compare.py",
        "_compare",
        "if not mask & ~sure:",
        "if not mask | ~sure:",
        "it only spares a search that finds nothing",
    ),
    Equal(
        "_audit/compare.py",
        "conclude",
        "named = [other.text() for other in members[: MOST_NAMED + 1] if other is not member][:MOST_NAMED]",
        "named = [other.text() for other in members[: MOST_NAMED + 2] if other is not member][:MOST_NAMED]",
        "one more is read, and not named",
    ),
    Equal(
        "_audit/compare.py",
        "conclude",
        'members.sort(key=lambda member: (member.text(), member.id, repr(member.values), not member.sure, member.owner or ""))',
        'members.sort(key=lambda member: (member.text(), member.id, repr(member.values), member.sure, member.owner or ""))',
        "it decides only about one secret that an inventory holds twice",
    ),
    Equal(
        "_audit/compare.py",
        "tell",
        'store = Store(record["provider"], record["account"], record["region"], "")',
        'store = Store(record["provider"], record["account"], record["region"], "XXXX")',
        "only its provider is read",
    ),
    Equal(
        "_audit/drift.py",
        "_changed",
        "if packed(values) == before.values and not (self._statement.chosen and WITHHELD in values):",
        "if packed(values) == before.values and not (self._statement.chosen or WITHHELD in values):",
        "it only spares a comparison that finds nothing",
    ),
    Equal(
        "_audit/fields.py",
        "catalog",
        'keys = [key for key in RECORD_KEYS if key != ATTRIBUTES.rstrip(".")]',
        'keys = [key for key in RECORD_KEYS if key != ATTRIBUTES.rstrip("XX.XX")]',
        "the same without its dot: there is no X at its end",
    ),
    Equal(
        "_audit/findings.py",
        "_place",
        "parts = [None if part is None else bounded(part, LONGEST_NAME) for part in store]",
        "parts = [None if (part is None) and False else bounded(part, LONGEST_NAME) for part in store]",
        "nothing is bounded to nothing",
    ),
    Equal(
        "_audit/grammar.py",
        "_scopes",
        'for provider in as_list(entry.get("provider", [])):',
        'for provider in as_list(entry.get("provider", None)):',
        "nothing is no text, and passed over",
    ),
    Equal("_audit/findings.py", "close", "self._runs = []", "self._runs = None", "nothing reads them once all runs are merged"),
    Equal(
        "_audit/findings.py",
        "entry",
        "key, head = self._heads.get((rule.id, verdict)) or self._head(rule, verdict)",
        "key, head = self._heads.get(None) or self._head(rule, verdict)",
        "written again for each finding, and the same",
    ),
    Equal(
        "_audit/findings.py",
        "_expectation",
        "if len(self._expected) < MOST_KEPT:",
        "if len(self._expected) <= MOST_KEPT:",
        "one writing more is kept of 10,000",
    ),
    Equal(
        "_audit/findings.py",
        "_expectation",
        "self._expected[expected] = short, quoted(short)",
        "self._expected[expected] = None",
        "written again, and the same",
    ),
    Equal(
        "_audit/findings.py",
        "_place",
        'self._places[store] = "".join(f"{part}\\0" for part in texts), "".join(f"{part}/" for part in texts), told',
        'self._places[store] = "XXXX".join(f"{part}\\0" for part in texts), "".join(f"{part}/" for part in texts), told',
        "a key that orders findings: the same text at the same place of each changes no order",
    ),
    Equal(
        "_audit/operators.py",
        "_older",
        "return lambda value: value < bare or value == exact",
        "return lambda value: value <= bare or value == exact",
        "no time is without its Z",
    ),
    Equal("_audit/operators.py", "_word_test", "truth = truths.get(record[key])", "truth = None", "found out anew for each record, and the same"),
    Equal(
        "_audit/operators.py",
        "_word_test",
        "return test(record) if truth is None else truth",
        "return test(record) if (truth is None) or True else truth",
        "found out anew for each record, and the same",
    ),
    Equal("_audit/operators.py", "_sized", "if len(bounds) == 1:", "if len(bounds) != 1:", "all of one bound are that one, only slower"),
    Equal("_audit/parts.py", "__init__", "self._parameters: Mapping[str, Any] = {}", "self._parameters: Mapping[str, Any] = None", "set before it is read"),
    Equal(
        "_audit/parts.py",
        "_wrong",
        'self._problems.append(Problem(printable(self._name), printable(self._rule, 80), printable(path.strip("."), 200), printable(message, 1200)))',
        'self._problems.append(Problem(printable(self._name), printable(self._rule, 80), printable(path.strip("."), 200), printable(message, 1201)))',
        "a character more of a message that is too long",
    ),
    Equal(
        "_audit/waivers.py",
        "of",
        'exact = self._exact.get((rule, "/".join(part or "" for part in place[: len(PARTS)])), []) if self._exact else []',
        'exact = self._exact.get((rule, "/".join(part or "" for part in place[: len(PARTS)])), []) if (self._exact) or True else []',
        "nothing is found where nothing is",
    ),
    Equal(
        "_audit/waivers.py",
        "of",
        "longest = min(fitting, key=self.all.index) if len(fitting) > 1 else fitting[0]",
        "longest = min(fitting, key=self.all.index) if (len(fitting) > 1) or True else fitting[0]",
        "the least of one is that one",
    ),
    Equal(
        "_audit/waivers.py",
        "of",
        "longest = min(fitting, key=self.all.index) if len(fitting) > 1 else fitting[0]",
        "longest = min(fitting, key=self.all.index) if len(fitting) >= 1 else fitting[0]",
        "the least of one is that one",
    ),
    Equal("_fleet.py", "_entry_errors", 'if "@" in str(entry.get("proxy", "")):', 'if "@" in str(entry.get("proxy", )):', "there is no @ in None"),
    Equal("_ordered.py", "__init__", "self._waited = False", "self._waited = None", "neither has waited"),
    Equal("_ordered.py", "__init__", "self.apart: Read | None = None", 'self.apart: Read | None = ""', "neither is apart"),
    Equal(
        "_ordered.py",
        "_extend",
        "stop = max(start + 1, (tip.page.total or 0) - self._overlap)",
        "stop = max(start + 1, (tip.page.total or 1) - self._overlap)",
        "a total of one promises no window behind the first either",
    ),
    Equal("_ordered.py", "_longest_tie", "previous = None", 'previous = ""', "no row has either for its time: pages without times are in no order"),
    Equal("_ordered.py", "_longest_tie", "longest = run = 0", "longest = run = 1", "it is asked about pages with rows only, and one row is a tie of one"),
    Equal("_paginate.py", "__init__", "self._gone = 0", "self._gone = None", "from the first row on, either way"),
    Equal("_paginate.py", "_issue", "self._open += len(affordable)", "self._open = len(affordable)", "windows are issued where none is open"),
    Equal("_paginate.py", "_compare", 'return self._prove("total", count)', 'return self._prove("total", None)', "counted again, and the same"),
    Equal("_paginate.py", "_compare", 'return self._prove("once", count)', 'return self._prove("once", None)', "counted again, and the same"),
    Equal(
        "_paginate.py",
        "_compare",
        'return self._contradict(seen) if self.total is not None and self.total < seen else self._prove("twice", count)',
        'return self._contradict(seen) if self.total is not None and self.total < seen else self._prove("twice", None)',
        "counted again, and the same",
    ),
    Equal("_paginate.py", "__init__", "self.waits = False", "self.waits = None", "neither waits"),
    Equal("_paginate.py", "close", "self._reads = []", "self._reads = None", "nothing is asked of a listing that is closed"),
    Equal("_audit/drift.py", "__init__", "self._then: dict[Any, Store] = {}", "self._then: dict[Any, Store] = None", "set before it is read"),
    Equal("_queue.py", "__init__", "self._stopped = False", "self._stopped = None", "neither is stopped"),
    Equal("_throttle.py", "__init__", 'self.dropped_at = float("-inf")', 'self.dropped_at = float("-INF")', "the same number"),
    Equal("_throttle.py", "__init__", 'self.clean_since = float("-inf")', 'self.clean_since = float("-INF")', "the same number"),
    Equal(
        "_throttle.py",
        "_recover",
        "clean = int(now - self.clean_since) if self.allowed < self.rate else 0",
        "clean = int(now - self.clean_since) if self.allowed < self.rate else 1",
        "no allowance exceeds the rate, and the next refusal sets the time anew",
    ),
    Equal(
        "_union.py",
        "together",
        "return holding[0].count if len(holding) == 1 else distinct([rows for listing in holding for rows in listing.held])",
        "return holding[0].count if (len(holding) == 1) and False else distinct([rows for listing in holding for rows in listing.held])",
        "counted again, and the same",
    ),
    Equal(
        "_union.py",
        "unite",
        "if len(listing.held) < len(listing.taken):",
        "if len(listing.held) <= len(listing.taken):",
        "where all that was taken counts, the same is picked out of it",
    ),
    Equal(
        "_audit/findings.py",
        "_plain",
        "if len(message) <= LONGEST_NAME and message.isascii() and message.isprintable():",
        "if len(message) < LONGEST_NAME and message.isascii() and message.isprintable():",
        "a plain message of just that length is fit for people either way",
    ),
    Equal(
        "_audit/stores.py",
        "_store",
        'status, reason = STALE, f"collected at {claim.collected_at}, which is {\'too long before\' if age > 0 else \'after\'} the time of judging"',
        'status, reason = STALE, f"collected at {claim.collected_at}, which is {\'too long before\' if age >= 0 else \'after\'} the time of judging"',
        "an inventory of this very second is not stale",
    ),
    Equal(
        "_audit/stores.py",
        "stores",
        'return sorted(stores, key=lambda store: (store.provider, store.account, store.region or ""))',
        'return sorted(stores, key=lambda store: (store.provider, store.account, store.region or "XXXX"))',
        "capitals stand before regions too, which have none",
    ),
    Equal(
        "_audit/task.py",
        "_judged",
        'beside = next(iter(targets), os.path.join(tempfile.gettempdir(), "findings"))',
        'beside = next(iter(targets), os.path.join(tempfile.gettempdir(), "XXfindingsXX"))',
        "the name of a temporary file",
    ),
    Equal(
        "_audit/task.py",
        "_read_file",
        'return Source(path, _strict_json.loads(text), _lines(text.decode("utf-8")))',
        'return Source(path, _strict_json.loads(text), _lines(text.decode("UTF-8")))',
        "the same encoding",
    ),
    Equal("_audit/waivers.py", "of", "return Verdict(longest, False)", "return Verdict(longest, None)", "neither is valid"),
    Equal("_audit/waivers.py", "_rule_of", 'rule = entry.get("rule", "")', 'rule = entry.get("rule", "XXXX")', "a waiver without its rule is refused"),
    Equal("_audit/waivers.py", "_expiry", 'return "", 0', 'return "", 1', "a waiver without a day that can be read is refused"),
    Equal(
        "_audit/waivers.py",
        "_read_waiver",
        'expires, end = self._expiry(entry["expires"]) if "expires" in entry else ("", 0)',
        'expires, end = self._expiry(entry["expires"]) if "expires" in entry else ("XXXX", 0)',
        "a waiver without its day is refused, and used by nobody",
    ),
)
