# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt: signed afresh with the host's time, decoded strictly, and every failure one typed error that tells no secret."""

from __future__ import annotations

import contextlib
import json
import threading
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import http_client
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.retry import hinted
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import LONGEST_READ, Transport
from ansible_collections.multicloud.secrets.tests.unit.fakes import FakeClock, ScriptedHttp, json_answer

SECRET = "canary-secret-value-0123456789"
TOKEN = "canary-token-" + "t0" * 40
KEY = Credentials("key-id", SECRET, TOKEN, "options")
REQUEST = Request("toy", "ListSecrets", "GET", "https://toy.r-1.example.com/v1")
OTHER = Request("toy", "ListSecrets", "GET", "https://toy.r-2.example.com/v1")
NOW = 1_770_260_645.0
HTTP_NOW = "Thu, 05 Feb 2026 03:04:05 GMT"


def _toy_sign(request: Request, key: Credentials, now: float, nonce: str) -> dict[str, str]:
    return {"authorization": f"{key.key_id} {now:.0f} {nonce[-1]} {request.url}"}


def _toy_error(payload: Mapping[str, Any]) -> SecretsError | None:
    """Errors of the toy cloud: {"error": {kind, code, message, id, time}}; an answer without 'items' breaks its schema."""
    error = payload.get("error")
    if error is not None:
        kind = error.get("kind", "request")
        return SecretsError(kind, error.get("message", "it failed"), code=error.get("code"), request_id=error.get("id"), server_time=error.get("time"))
    return None if "items" in payload else SecretsError("schema", "the answer has no items")


class Scene:
    """A transport whose network answers from a list."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.http = ScriptedHttp(*answers)
        self.clock = FakeClock(epoch=NOW)
        redactor = Redactor()
        redactor.register(SECRET)
        redactor.register(TOKEN)
        provider: Any = SimpleNamespace(sign=_toy_sign, read_error=_toy_error, retry_headers=(("x-toy-retry", 0.001), ("retry-after", 1.0)))
        self.transport = Transport(provider, self.http, self.clock, redactor)  # type: ignore[arg-type]  # self.http stands in for Http

    def attempt(self, request: Request = REQUEST) -> Mapping[str, Any]:
        """One attempt."""
        return self.transport.attempt(request, KEY)

    def failed(self, request: Request = REQUEST) -> SecretsError:
        """The error of one attempt. It holds no part of a secret and nothing that could forge a line."""
        with pytest.raises(SecretsError) as caught:
            self.attempt(request)
        shown = json.dumps(caught.value.as_dict(), ensure_ascii=False)
        shown.encode("utf-8")
        assert "canary" not in shown
        assert shown.isprintable()
        return caught.value


def _failed(answer: Response) -> SecretsError:
    return Scene(answer).failed()


def _body(body: bytes, status: int = 200, **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


# What goes well


def test_an_answer_is_returned_decoded() -> None:
    scene = Scene(json_answer({"items": [2**53 + 1, "密钥"]}))
    assert scene.attempt() == {"items": [2**53 + 1, "密钥"]}
    scene.http.assert_all_asked()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_body(b'\xef\xbb\xbf{"items": []}'), id="a byte order mark"),
        pytest.param(_body(b' \r\n{"items": []}\n '), id="white space round it"),
        pytest.param(_body(b'{"items": []}', content_type="text/html"), id="another type"),
        pytest.param(_body(b'{"items": []}', 201), id="another status of success"),
    ],
)
def test_what_does_no_harm_is_accepted(answer: Response) -> None:
    assert Scene(answer).attempt() == {"items": []}


def test_each_attempt_is_signed_afresh_with_the_time_of_that_moment() -> None:
    scene = Scene(*[json_answer({"items": []})] * 3)
    scene.attempt()
    scene.clock.advance(10)
    scene.attempt()
    scene.attempt(OTHER)
    assert [headers["authorization"] for headers in scene.http.signed] == [
        f"key-id 1770260645 1 {REQUEST.url}",
        f"key-id 1770260655 2 {REQUEST.url}",
        f"key-id 1770260655 3 {OTHER.url}",
    ]


# What the service refuses


def test_an_error_of_the_service_carries_all_that_it_said() -> None:
    error = _failed(json_answer({"error": {"kind": "denied", "code": "No.Rights", "message": "you may not", "id": "req-1"}}, 403))
    assert error.as_dict() == {
        "kind": "denied",
        "code": "No.Rights",
        "message": "ListSecrets at toy.r-1.example.com: you may not",
        "http_status": 403,
        "request_id": "req-1",
        "hint": None,
    }


def test_an_error_counts_even_with_status_200_and_data() -> None:
    error = _failed(json_answer({"items": [1], "error": {"kind": "auth"}}))
    assert (error.kind, error.http_status) == ("auth", 200)


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        pytest.param("request", 400, "request", id="an unknown code is a refused request"),
        pytest.param("request", 200, "request", id="with status 200 too"),
        pytest.param("request", 429, "throttled", id="with status 429 a refusal for rate"),
        pytest.param("request", 500, "server", id="with status 500 a failure of the cloud"),
        pytest.param("request", 502, "server", id="with 502 too"),
        pytest.param("request", 503, "server", id="with 503 too"),
        pytest.param("request", 504, "server", id="with 504 too"),
        pytest.param("request", 501, "request", id="but not with 501, which never gets better"),
        pytest.param("request", 505, "request", id="nor with 505"),
        pytest.param("denied", 503, "denied", id="a known code is what it is, whatever the status"),
        pytest.param("denied", 429, "denied", id="with status 429 too"),
        pytest.param("throttled", 400, "throttled", id="a refusal for rate may come with status 400"),
    ],
)
def test_a_code_that_tells_nothing_is_told_by_the_status(kind: str, status: int, told: str) -> None:
    assert _failed(json_answer({"error": {"kind": kind}}, status)).kind == told


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, "protocol"),
        (304, "server"),
        (302, "protocol"),
        (307, "protocol"),
        (308, "protocol"),
        (400, "protocol"),
        (401, "protocol"),
        (404, "protocol"),
        (407, "proxy"),
        (408, "server"),
        (418, "protocol"),
        (429, "throttled"),
        (500, "server"),
        (501, "protocol"),
        (502, "server"),
        (503, "server"),
        (504, "server"),
        (505, "protocol"),
        (507, "server"),
        (511, "protocol"),
        (520, "server"),
        (530, "server"),
        (599, "server"),
        (600, "protocol"),
        (199, "protocol"),
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Bad Gateway</html>", b'{"message": "Bad Gateway"}', b"[]", b"null", b'{"items": []}'],
    ids=["empty", "HTML", "other JSON", "a list", "null", "data"],
)
def test_without_an_error_of_the_service_the_status_tells(status: int, kind: str, body: bytes) -> None:
    error = _failed(_body(body, status))
    assert (error.kind, error.http_status, error.message) == (kind, status, f"ListSecrets at toy.r-1.example.com: HTTP status {status}")
    hint = {"protocol": "Redirects are never followed" if 300 <= status < 400 else "Check proxy and endpoint"}.get(kind)
    assert hint in error.hint if hint and error.hint else error.hint == hint


def _kept(age: str, status: int = 200) -> Response:
    return replace(_body(b'{"items": []}', status), headers={"age": age})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        *((_body(b'{"items": []}', status), f"HTTP status {status}") for status in (203, 206, 226)),
        (_kept("1"), "kept for 1 s"),
        (_kept(" 0600", 201), "0600"),
    ],
)
def test_a_success_that_is_no_whole_answer_of_the_cloud_is_not_believed(answer: Response, said: str) -> None:
    error = _failed(answer)
    assert (error.kind, error.http_status) == ("protocol", answer.status) and said in error.message and "Check proxy" in str(error.hint)


@pytest.mark.parametrize("age", ["0", "", "-5", "soon"])
def test_a_cache_that_has_asked_is_believed(age: str) -> None:
    assert Scene(_kept(age)).attempt() == {"items": []}


def test_a_refusal_that_a_cache_has_kept_stays_what_it_is() -> None:
    assert _failed(_kept("60", 503)).kind == "server"


# What cannot be read


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "protocol", id="nothing"),
        pytest.param(b" \n", "protocol", id="white space"),
        pytest.param(b"<html><body>Please log in</body></html>", "protocol", id="a captive portal"),
        pytest.param(b"[]", "schema", id="a list"),
        pytest.param(b'"text"', "schema", id="text"),
        pytest.param(b"null", "schema", id="null"),
        pytest.param(b"17", "schema", id="a number"),
        pytest.param(b"{}", "schema", id="an object without what is promised"),
        pytest.param(b'{"items": NaN}', "protocol", id="a number that is none"),
        pytest.param(b'{"items": 1e400}', "protocol", id="a number beyond all bounds"),
        pytest.param(b'{"items": 1, "items": 2}', "protocol", id="a key twice"),
        pytest.param(b'{"items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "protocol", id="lists without end"),
        pytest.param(b'{"items": "\xff"}', "protocol", id="no UTF-8"),
        pytest.param('{"items": []}'.encode("utf-16"), "protocol", id="UTF-16"),
        pytest.param(b'{"items": []} trailing', "connect", id="data after the end"),
        pytest.param(b'{"items": [', "connect", id="an end that is missing"),
        pytest.param(b'{"items": [{"a": 1}', "connect", id="an end that is missing behind a row"),
        pytest.param(b'{"items": [{"a": {"b": 1}}, {"a": "x', "connect", id="an end that is missing inside a text"),
    ],
)
def test_what_is_not_an_answer(body: bytes, kind: str) -> None:
    error = _failed(_body(body))
    assert (error.kind, error.http_status) == (kind, 200)
    assert error.message.startswith("ListSecrets at toy.r-1.example.com: ")
    assert len(error.message) < 300


def test_an_answer_cut_off_anywhere_may_be_asked_for_again() -> None:
    whole = json.dumps({"items": [{"name": "a", "on": True, "n": 1.5}, {"name": 'b"}', "deep": {"x": [None]}}], "total": 12}).encode()
    for length in range(1, len(whole)):
        assert _failed(_body(whole[:length])).kind == "connect", whole[:length]


def test_of_an_answer_that_is_no_json_the_beginning_is_shown() -> None:
    error = _failed(_body(b"<html>\r\n\x1b[31m" + b"x" * 1000))
    assert error.message == "ListSecrets at toy.r-1.example.com: the answer is not JSON at line 1, column 1: <html> \\u001b[31m" + "x" * 68 + "..."
    assert error.hint


HOSTILE = {
    "lists": b"[[]," * 2_000_000,
    "objects": b'[{"":0},' * 1_000_000,
    "numbers": b"[" + b"1.1," * 2_000_000,
    "keys": b'{"a":1,' * 1_100_000,
    "a long text beside a wide character": b'{"items": "' + b"a" * 8_000_000 + b'\xf0\x9f\x98\x80"}',
    "no JSON": b"<" * 8_000_000 + b"\xf0\x9f\x98\x80",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_costs_a_small_multiple_of_its_size(body: bytes) -> None:
    assert len(body) <= http_client.LARGEST_BODY
    scene = Scene(_body(body))
    tracemalloc.start()
    try:
        with contextlib.suppress(SecretsError):
            scene.attempt()
        assert tracemalloc.get_traced_memory()[1] < 10 * len(body)
    finally:
        tracemalloc.stop()


def test_a_page_that_is_as_large_as_any_is_read() -> None:
    row = {f"field{number}": "a, [b]: {c}" for number in range(60)}
    assert Scene(json_answer({"items": [row] * 100})).attempt() == {"items": [row] * 100}


@pytest.mark.parametrize("before", range(0, 82, 3))
def test_the_excerpt_never_ends_inside_a_secret(before: int) -> None:
    assert _failed(_body(b"<" * before + TOKEN.encode() + b">" * 80)).kind == "protocol"


# What is shown


@pytest.mark.parametrize("field", ["message", "code", "id"])
@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        TOKEN,
        f"StringToSign={SECRET}\n{TOKEN}",
        "x" * 115 + SECRET,
        "x" * 490 + SECRET,
        "\x1b[31m\r\nok: [prod]\u202e\u2028",
        "\ud800",
        "y" * 20_000,
        f"{SECRET}" * 100,
    ],
    ids=[
        "the secret",
        "the token",
        "both",
        "a secret at the end of a code",
        "a secret at the end of a message",
        "control characters",
        "a lone surrogate",
        "20,000 characters",
        "secrets without end",
    ],
)
def test_whatever_the_service_says_is_scrubbed_escaped_and_cut(field: str, text: str) -> None:
    error = _failed(json_answer({"error": {field: text}}, 400))
    shown = {"message": error.message, "code": error.code, "id": error.request_id}[field]
    assert shown
    assert len(shown) <= (600 if field == "message" else 140)
    if SECRET in text and len(text) < 100:
        assert MASK in shown


def test_what_the_service_did_not_say_stays_null() -> None:
    error = _failed(json_answer({"error": {}}, 400))
    assert (error.code, error.request_id) == (None, None)


def test_an_error_of_the_network_comes_through_as_it_is() -> None:
    scene = Scene(SecretsError("timeout", "it took too long", hint="Wait."))
    error = scene.failed()
    assert (error.kind, error.message, error.hint, error.http_status) == ("timeout", "it took too long", "Wait.", None)


# When to come back


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="no hint"),
        pytest.param({"retry_after": "3"}, 3.0, id="seconds"),
        pytest.param({"retry_after": "0.5"}, 0.5, id="half a second"),
        pytest.param({"retry_after": "Thu, 05 Feb 2026 03:04:15 GMT"}, 10.0, id="a date to come"),
        pytest.param({"retry_after": "Thu, 05 Feb 2026 11:04:15 +0800"}, 10.0, id="a date with another zone"),
        pytest.param({"retry_after": "Thu, 05 Feb 2026 03:04:15"}, 10.0, id="a date without a zone"),
        pytest.param({"retry_after": "Thu, 05 Feb 2026 03:04:15 -0000"}, 10.0, id="a date of an unknown zone"),
        pytest.param({"retry_after": "Thu, 05 Feb 2025 03:04:15 GMT"}, 0.0, id="a date that has passed"),
        pytest.param({"retry_after": "soon"}, None, id="a word"),
        pytest.param({"retry_after": ""}, None, id="nothing"),
        pytest.param({"x_toy_retry": "1500"}, 1.5, id="the cloud's own header in milliseconds"),
        pytest.param({"x_toy_retry": "1500", "retry_after": "9"}, 1.5, id="the cloud's own header before the other"),
    ],
)
def test_the_hint_of_the_server(headers: dict[str, str], seconds: float | None) -> None:
    hint = _failed(json_answer({"error": {"kind": "throttled"}}, 429, **headers)).retry_after
    assert hint == (pytest.approx(seconds) if seconds is not None else None)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=40), st.sampled_from(["-1", "1e9", "1e999", "NaN", "inf", "-inf", "9" * 400, "1_000", "Thu, 05 Feb 9999 03:04:15 GMT", HTTP_NOW])
    )
)
def test_no_hint_whatsoever_brings_more_than_a_bounded_wait(value: str) -> None:
    hint = _failed(json_answer({"error": {"kind": "throttled"}}, 429, retry_after=value)).retry_after
    assert 0 <= hinted(hint) <= 30


# The clock


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        pytest.param(HTTP_NOW, NOW, id="as HTTP has it"),
        pytest.param("Thu, 05 Feb 2026 03:04:05", NOW, id="without a zone"),
        pytest.param("Thu, 05 Feb 2026 03:04:05 -0000", NOW, id="of an unknown zone"),
        pytest.param("Thu, 05 Feb 2026 11:04:05 +0800", NOW, id="with another zone"),
        pytest.param("now", None, id="a word"),
        pytest.param("", None, id="nothing"),
        pytest.param("Thu, 99 Feb 2026 03:04:05 GMT", None, id="no day of the calendar"),
        pytest.param(None, None, id="no header"),
    ],
)
def test_the_servers_time_does_not_depend_on_ours(in_shanghai: None, date: str | None, seconds: float | None) -> None:
    headers = {} if date is None else {"date": date}
    assert _failed(json_answer({"error": {"kind": "clock"}}, 400, **headers)).server_time == seconds


def test_what_the_service_says_of_its_time_goes_before_the_header() -> None:
    assert _failed(json_answer({"error": {"kind": "clock", "time": 1234.0}}, 400, date=HTTP_NOW)).server_time == 1234.0


@pytest.mark.parametrize("ahead", [-3600.0, -1.5, 0.0, 901.0])
def test_after_a_refusal_for_the_clock_that_host_is_sent_its_own_time(ahead: float) -> None:
    scene = Scene(json_answer({"error": {"kind": "clock", "time": NOW + ahead}}, 400), *[json_answer({"items": []})] * 3)
    assert scene.transport.learn_clock_offset(REQUEST, scene.failed())
    assert scene.transport.offsets == {"toy.r-1.example.com": ahead}
    scene.attempt()
    scene.clock.advance(100)
    scene.attempt()
    scene.attempt(OTHER)
    assert [headers["authorization"].split()[1] for headers in scene.http.signed] == [
        f"{NOW:.0f}",
        f"{NOW + ahead:.0f}",
        f"{NOW + 100 + ahead:.0f}",
        f"{NOW + 100:.0f}",
    ]


def _refusals(*times: float) -> Scene:
    return Scene(*(json_answer({"error": {"kind": "clock", "time": NOW + ahead}}, 400) for ahead in times))


@pytest.mark.parametrize("times", [(600.0, 0.0), (600.0, 900.0, 1200.0), (600.0, -3600.0, 600.0)], ids=["set meanwhile", "growing", "two front ends"])
def test_a_time_that_is_refused_as_well_is_learned_anew(times: tuple[float, ...]) -> None:
    scene = _refusals(*times)
    for ahead in times:
        assert scene.transport.learn_clock_offset(REQUEST, scene.failed())
        assert scene.transport.offsets == {"toy.r-1.example.com": ahead}


def test_a_hosts_time_is_learned_three_times() -> None:
    scene = _refusals(10.0, 20.0, 30.0, 40.0)
    assert [scene.transport.learn_clock_offset(REQUEST, scene.failed()) for _number in range(4)] == [True, True, True, False]
    assert scene.transport.offsets == {"toy.r-1.example.com": 30.0}


def test_a_request_that_was_signed_before_a_time_was_learned_teaches_nothing_and_is_signed_again() -> None:
    scene = _refusals(60.0, 999.0)
    first, second = scene.failed(), scene.failed()
    assert [scene.transport.learn_clock_offset(REQUEST, error) for error in (first, second)] == [True, True]
    assert scene.transport.offsets == {"toy.r-1.example.com": 60.0}


@pytest.mark.parametrize("times", [(0.0, 0.0), (-4.9, 0.0), (600.0, 602.0)], ids=["ours", "nearly ours", "what it said before"])
def test_where_the_time_that_was_refused_is_the_hosts_own_there_is_nothing_to_learn(times: tuple[float, ...]) -> None:
    scene = _refusals(*times)
    assert [scene.transport.learn_clock_offset(REQUEST, scene.failed()) for _time in times] == [True] * (len(times) - 1) + [False]


def test_without_the_servers_time_nothing_is_learned() -> None:
    scene = Scene()
    assert not scene.transport.learn_clock_offset(REQUEST, SecretsError("clock", "x"))
    assert scene.transport.offsets == {}


def test_threads_learn_one_time() -> None:
    scene = Scene()
    start = threading.Barrier(8)

    def learn(ahead: float) -> None:
        start.wait(5)
        scene.transport.learn_clock_offset(REQUEST, SecretsError("clock", "x", server_time=NOW + ahead))

    threads = [threading.Thread(target=learn, args=(float(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert list(scene.transport.offsets) == ["toy.r-1.example.com"]


@settings(deadline=None)
@given(st.binary(max_size=100), st.sampled_from([200, 204, 302, 400, 429, 500]))
def test_no_answer_brings_anything_but_an_object_or_a_typed_error(body: bytes, status: int) -> None:
    scene = Scene(_body(body, status))
    try:
        assert "items" in scene.attempt()
    except SecretsError as error:
        assert error.http_status == status


@pytest.mark.parametrize("shown", range(0, len(SECRET) + 1, 3))
def test_of_a_key_at_the_end_of_what_is_looked_at_no_part_is_shown(shown: int) -> None:
    message = " " * (LONGEST_READ - shown) + SECRET + "x" * LONGEST_READ
    with pytest.raises(SecretsError) as caught:
        Scene(json_answer({"error": {"message": message}})).attempt()
    assert not any(SECRET[place : place + 12] in caught.value.message for place in range(len(SECRET) - 11))
