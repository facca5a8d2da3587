# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JMESPath expression of the user: what it makes of the records, and how little it may cost."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core import jmespath_query
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.jmespath_query import LONGEST_EXPRESSION, Query, TooLong, missing_library, time_limit

RECORDS = [
    {"name": "a", "status": "enabled", "reference_count": 2**53 + 1, "attributes": {"uin": "1"}, "tags": ["x", "y"], "delete_at": None},
    {"name": "b", "status": "disabled", "reference_count": 0, "attributes": {"uin": None}, "tags": [], "delete_at": "2026-02-05T03:04:05Z"},
]


def _doubling(step: str, times: int, start: str = "@") -> str:
    return "|".join([start, *[step] * times])[: jmespath_query.LONGEST_EXPRESSION]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        pytest.param("[].name", ["a", "b"], id="names"),
        pytest.param("[?status=='enabled'].name", ["a"], id="a filter"),
        pytest.param("[?delete_at].name", ["b"], id="what is not null"),
        pytest.param("length(@)", 2, id="a number"),
        pytest.param("[].{n: name, u: attributes.uin}", [{"n": "a", "u": "1"}, {"n": "b", "u": None}], id="other objects"),
        pytest.param("[0].reference_count", 2**53 + 1, id="a large integer, exactly"),
        pytest.param("[?contains(tags, 'x')] | [0]", RECORDS[0], id="a record"),
        pytest.param("sort_by(@, &name)[-1].name", "b", id="a function with an expression"),
        pytest.param("[5]", None, id="nothing"),
        pytest.param("@", RECORDS, id="everything"),
        pytest.param('`"密钥 {{ 7*7 }}"`', "密钥 {{ 7*7 }}", id="any text"),
    ],
)
def test_what_an_expression_makes_of_the_records(expression: str, result: Any) -> None:
    assert Query(expression).apply(RECORDS) == result


def test_without_records_an_expression_still_says_something() -> None:
    assert [Query(expression).apply([]) for expression in ("[].name", "length(@)", "[0]")] == [[], 0, None]


def test_the_records_are_left_alone() -> None:
    records = [dict(RECORDS[0])]
    Query("[].merge(@, {name: 'changed'}) | sort_by(@, &name)").apply(records)
    assert records == [RECORDS[0]]


def _refused(expression: str, records: list[dict[str, Any]] | None = None) -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        Query(expression).apply(RECORDS if records is None else records)
    error = caught.value
    assert (error.kind, error.message.startswith("query: ")) == ("query", True)
    assert "\n" not in error.message
    return error


@pytest.mark.parametrize(
    "expression",
    [
        "[",
        "]",
        "a.b.",
        "a b",
        "[?",
        "[?a==",
        "{",
        "{a}",
        "foo(",
        "'x",
        "`{",
        "|",
        "@@",
        "a..b",
        "[1:2:3:4]",
        "\x00",
        "a\n.\n\n[",
        "(" * 2000 + "@" + ")" * 2000,
        "!" * 4000 + "a",
    ],
    ids=lambda expression: ascii(expression[:12]),
)
def test_bad_syntax_is_refused_before_anything_is_asked(expression: str) -> None:
    with pytest.raises(SecretsError) as caught:
        Query(expression)
    assert caught.value.kind == "query"
    assert caught.value.message.startswith("query: ")
    assert caught.value.hint and "jmespath.org" in caught.value.hint


@settings(deadline=None)
@given(st.text(st.sampled_from("ab1-.,:;|&!?*@()[]{}<>='`\"\\ \n\té\U0001f600"), max_size=30) | st.text(max_size=20))
def test_no_text_whatsoever_brings_anything_but_a_result_or_a_typed_error(expression: str) -> None:
    try:
        Query(expression).apply(RECORDS)
    except SecretsError as error:
        assert error.kind == "query"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        pytest.param("nope(@)", "Unknown function", id="an unknown function"),
        pytest.param("length()", "", id="too few arguments"),
        pytest.param("[].length(reference_count)", "invalid type", id="a wrong type"),
        pytest.param("sum([].name)", "invalid type", id="texts where numbers are due"),
        pytest.param("sort([].[name, reference_count][])", "invalid type", id="mixed types"),
        pytest.param("max_by(@, &nothing)", "invalid type", id="nothing to compare"),
        pytest.param("[::0]", "zero", id="a step of nought"),
        pytest.param("[0].contains(name, `1`)", "", id="a number in a text"),
        pytest.param("&name", "not JSON serializable", id="an expression as result"),
        pytest.param("[].{a: &name}", "not JSON serializable", id="an expression inside the result"),
        pytest.param("ceil(to_number('nan'))", "NaN", id="rounding what is no number"),
        pytest.param("to_number('nan')", "not JSON compliant", id="a result that is no number"),
        pytest.param("[to_number('1e999')]", "not JSON compliant", id="a result beyond all bounds"),
    ],
)
def test_an_expression_that_fails_is_told_with_its_reason(expression: str, reason: str) -> None:
    error = _refused(expression)
    assert repr(expression) in error.message
    assert reason in error.message
    assert error.hint


def test_the_reason_does_not_quote_all_the_records() -> None:
    error = _refused("keys(@)", RECORDS * 1000)
    assert len(error.message) < 1000


def test_an_expression_may_be_as_long_as_this_and_no_longer() -> None:
    longest = "a" * LONGEST_EXPRESSION
    assert Query(longest).apply(RECORDS) is None
    error = _refused(longest + "a")
    assert error.message == f"query: the expression has {LONGEST_EXPRESSION + 1} characters; {LONGEST_EXPRESSION} are allowed"


def test_a_result_may_be_as_large_as_this_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jmespath_query, "LARGEST_RESULT", len('["abcd", "efgh"]'))
    records = [{"name": "abcd"}, {"name": "efgh"}]
    assert Query("[].name").apply(records) == ["abcd", "efgh"]
    assert "larger than" in _refused("[].name", [*records, {"name": ""}]).message


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("[@,@]", id="lists of two lists"),
        pytest.param("{a:@,b:@}", id="objects of two objects"),
        pytest.param("[@,{a:@}]", id="both"),
        pytest.param("[*].[@,@]", id="each row twice"),
    ],
)
def test_an_expression_that_doubles_is_stopped_by_the_size_of_what_it_builds(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Doubled a hundred times, two records would fill every memory there is."""
    monkeypatch.setattr(jmespath_query, "LARGEST_RESULT", 100_000)
    start = time.monotonic()
    tracemalloc.start()
    try:
        error = _refused(_doubling(step, 100))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.message == "query: the expression builds too much"
    assert peak < 20 << 20
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("step", ["[@,@]", "[@[],@[]][]", "[*].[@,@]"])
def test_an_expression_that_takes_too_long_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(jmespath_query, "SECONDS", 0.05)
    monkeypatch.setattr(jmespath_query, "LARGEST_RESULT", 1 << 40)
    start = time.monotonic()
    error = _refused(_doubling(step, 20 if step.endswith("[]") else 200))
    assert "too long" in error.message
    assert error.hint and "dest" in error.hint
    assert time.monotonic() - start < 30


def test_more_records_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda which, seconds, again=0.0: seen.append(seconds))
    Query("length(@)").apply([{}] * 100_000)
    Query("length(@)").apply([])
    assert seen == [pytest.approx(20.0), 0, pytest.approx(10.0), 0]


def test_an_alarm_that_was_swallowed_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jmespath_query, "SECONDS_BETWEEN_ALARMS", 0.05)
    with pytest.raises(TooLong), time_limit(0.05):
        try:
            time.sleep(20)
        except TooLong:
            time.sleep(20)


@pytest.mark.parametrize("expression", ["length(@)", "keys(@)", _doubling("[@,@]", 200)], ids=["that succeeds", "that fails", "that takes too long"])
def test_afterwards_the_alarm_is_what_it_was(monkeypatch: pytest.MonkeyPatch, expression: str) -> None:
    """Another alarm may be set by whoever runs the module."""

    def mine(number: int, frame: Any) -> None:
        raise AssertionError("the alarm went off")

    monkeypatch.setattr(jmespath_query, "SECONDS", 0.05)
    before = signal.signal(signal.SIGALRM, mine)
    try:
        with contextlib.suppress(SecretsError):
            Query(expression).apply(RECORDS)
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_library_is_there() -> None:
    assert missing_library() is None


def test_a_missing_library_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    told = missing_library()
    assert told and "ImportError" in told.replace("ModuleNotFoundError", "ImportError") and "jmespath" in told


KNOWN = ("name", "status", "attributes", "resource_id")


@pytest.mark.parametrize(
    ("expression", "strangers"),
    [
        pytest.param('[?status == "enabled"].name', ["enabled"], id="a text in the quotes of a name"),
        pytest.param("[?status == 'enabled'].name", [], id="a text"),
        pytest.param("[?status == `enabled`].name", [], id="a literal"),
        pytest.param("[].statsu", ["statsu"], id="misspelt"),
        pytest.param("[].{n: name, s: status} | [?s == 'x'].n", [], id="names that the expression gives"),
        pytest.param("[].attributes.resource_id", [], id="an attribute"),
        pytest.param("sort_by(@, &nmae)", ["nmae"], id="in a function"),
        pytest.param("length(@)", [], id="no name"),
    ],
)
def test_names_that_nobody_knows(expression: str, strangers: list[str]) -> None:
    assert Query(expression).strangers(KNOWN) == strangers
    told = jmespath_query.stranger_warnings(Query(expression), KNOWN, lambda: RECORDS)
    assert len(told) == len(strangers) and all(repr(name) in text and "single quotes" in text for name, text in zip(strangers, told))


def test_the_warning_names_the_nearest_field_and_believes_the_records() -> None:
    (told,) = jmespath_query.stranger_warnings(Query("[].statsu"), KNOWN, lambda: RECORDS)
    assert told.startswith("query: unknown field 'statsu'; did you mean status? No record has it.")
    assert jmespath_query.stranger_warnings(Query("[].tags.env"), KNOWN, lambda: [{"tags": {"env": "prod"}}]) == []


def test_records_are_looked_through_only_for_a_stranger() -> None:
    assert jmespath_query.stranger_warnings(Query("[].name"), KNOWN, lambda: pytest.fail("nobody needs them")) == []


NINES = "|".join(["[@,@,@,@,@,@,@,@,@]"] * 12)


@pytest.mark.parametrize(
    "expression",
    [
        NINES,
        f"{NINES} | [@ == @]",
        f"{NINES} | to_string(@)",
        f"{NINES} | [][][][][]",
        "|".join(["{a: @, b: @, c: @}"] * 30),
        "|".join(["merge({a: @}, {b: @}, {c: @})"] * 30),
        "to_string([@, @])" + " | to_string([@, @])" * 40,
        "[name, name, name] | join(@[0], @) " + "| [@, @, @] | join(@[0], @)" * 20,
    ],
)
def test_an_answer_about_one_record_is_bounded_while_it_is_built(expression: str) -> None:
    """Also what is small in memory, and without end where it is compared or written out."""
    tracemalloc.start()
    try:
        with pytest.raises(SecretsError, match="^query: the expression builds too much$"):
            Query(expression).ask({"name": "n" * 100})
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_what_is_moved_or_chosen_is_not_built() -> None:
    """However much there is of it, and however often."""
    records = [{"name": f"n{number:05}", "description": "x" * 1000} for number in range(1000)]
    query = "|".join(["reverse(sort_by(@, &name)) | [?name != 'x'] | [*]"] * 20) + "| [-1].name"
    assert Query(query).apply(records) == "n00000"
