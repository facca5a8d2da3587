# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory file: what was written comes back, and what is not whole is refused wherever it was damaged."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.inventory_file import encode, encode_records, fingerprint, measure, opened, write
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RECORD_KEYS

NONCE = "00ff" * 8
ROW = {"provider": "toy", "account": "prod", "region": "r-1", "status": "complete", "count": 2, "seconds": 0.5, "requests": 3}
HEADER: dict[str, Any] = {
    "collected_at": "2026-02-05T03:04:05Z",
    "collector": "multicloud.secrets 0.1.0",
    "asked": {"accounts": ["prod"], "regions": {"prod": ["r-1"]}, "partitions": ["all"], "filters": {}},
    "stores": [ROW],
    "complete": True,
    "filtered": False,
}


def _record(name: str = "s", **values: Any) -> dict[str, Any]:
    named = {"provider": "toy", "account": "prod", "region": "r-1", "id": name, "name": name, "attributes": {}, "invalid": []}
    return {**dict.fromkeys(RECORD_KEYS), **named, **values}


RECORDS = [_record("a", reference_count=2**53 + 1), _record("b", description="密钥 \u2028 {{ 7*7 }} \"'\\ \x00 \U0001f600")]


HOSTILE = st.sampled_from(['},{"provider":', '"},{"provider":"', "\\", "\n", "}]", "密钥"]) | st.text(max_size=5)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.builds(_record, HOSTILE, description=HOSTILE, attributes=st.dictionaries(HOSTILE, HOSTILE | st.lists(HOSTILE)), invalid=st.lists(HOSTILE))))
def test_records_together_have_the_lines_that_each_has_alone(records: list[dict[str, Any]]) -> None:
    assert encode_records(records) == list(map(encode, records))


def _write(path: Path, records: list[dict[str, Any]] | None = None, header: dict[str, Any] | None = None) -> inventory_file.Fingerprint:
    return write(str(path), header or HEADER, map(encode, RECORDS if records is None else records), NONCE)


def _read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    with opened(str(path)) as inventory:
        return inventory.header, list(inventory.records())


def _refused(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SecretsError) as caught:
        _read(path)
    assert caught.value.kind == "file"
    assert str(path) in caught.value.message
    return caught.value.message


def _file(lines: list[bytes], records: Any = None, digest: str | None = None) -> bytes:
    """A file of these lines with a trailer that fits, unless another is wanted."""
    content = b"".join(lines)
    count = len(lines) - 1 if records is None else records
    return content + encode({"end": True, "records": count, "sha256": digest or hashlib.sha256(content).hexdigest()})


HEAD_LINE = encode({"format": "multicloud.secrets/1", **HEADER})


@pytest.mark.parametrize("records", [[], RECORDS[:1], RECORDS, [_record(str(number)) for number in range(1000)]], ids=["none", "one", "two", "a thousand"])
def test_what_was_written_comes_back(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    _write(tmp_path / "i", records)
    assert _read(tmp_path / "i") == (HEADER, records)


def test_the_file_is_lines_of_json_with_a_trailer_that_proves_them(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    content = (tmp_path / "i").read_bytes()
    first, *records, last = content.splitlines(keepends=True)
    assert first.startswith(b'{"format":"multicloud.secrets/1","collected_at":')
    assert [json.loads(line) for line in records] == RECORDS
    assert json.loads(last) == {"end": True, "records": 2, "sha256": hashlib.sha256(content[: -len(last)]).hexdigest()}
    assert "密钥".encode() in records[1]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(_record, st.text(st.characters(exclude_categories=["Cs"])), description=st.none() | st.text(st.characters(exclude_categories=["Cs"]))),
        max_size=5,
    )
)
def test_any_records_come_back(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    told = _write(tmp_path / "i", records)
    assert _read(tmp_path / "i") == (HEADER, records)
    assert told == fingerprint(str(tmp_path / "i")) == measure(HEADER, map(encode, records))


def test_records_are_read_one_by_one(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    with opened(str(tmp_path / "i")) as inventory:
        assert next(inventory.records()) == RECORDS[0]


def test_the_encoded_lines_can_be_had_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    with opened(str(tmp_path / "i")) as inventory:
        assert list(inventory.lines()) == [encode(record) for record in RECORDS]


def test_a_file_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    for length in reversed(range((tmp_path / "i").stat().st_size)):
        os.truncate(tmp_path / "i", length)
        _refused(tmp_path / "i")


def test_a_file_that_lacks_any_line_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    lines = (tmp_path / "i").read_bytes().splitlines(keepends=True)
    for number in range(len(lines)):
        _refused(tmp_path / "cut", b"".join(lines[:number] + lines[number + 1 :]))


def test_a_file_with_any_bit_flipped_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "i", RECORDS[:1])
    content = (tmp_path / "i").read_bytes()
    with open(tmp_path / "i", "r+b", buffering=0) as handle:
        for position, byte in enumerate(content):
            for bit in (1 << position % 8, 0x20):
                os.pwrite(handle.fileno(), bytes([byte ^ bit]), position)
                _refused(tmp_path / "i")
            os.pwrite(handle.fileno(), bytes([byte]), position)
    assert _read(tmp_path / "i")[1] == RECORDS[:1]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda lines: [lines[0], lines[2], lines[1], lines[3]], id="two records change places"),
        pytest.param(lambda lines: [*lines[:2], lines[1], *lines[2:]], id="a record stands twice"),
        pytest.param(lambda lines: [*lines, lines[-1]], id="two trailers"),
        pytest.param(lambda lines: [*lines, b"\n"], id="an empty line at the end"),
        pytest.param(lambda lines: [lines[0], b"\n", *lines[1:]], id="an empty line inside"),
        pytest.param(lambda lines: [*lines, b'{"provider":"toy"}\n'], id="a record behind the trailer"),
        pytest.param(lambda lines: [line[:-1] + b"\r\n" for line in lines], id="line ends of another system"),
        pytest.param(lambda lines: [b"\xef\xbb\xbf", *lines], id="a byte order mark"),
        pytest.param(lambda lines: lines * 2, id="the file twice in a row"),
        pytest.param(lambda lines: [*lines, b"\x00" * 4096], id="zeros behind it, as after a crash"),
    ],
)
def test_a_file_that_was_edited_is_refused(tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]]) -> None:
    _write(tmp_path / "i")
    _refused(tmp_path / "edited", b"".join(damage((tmp_path / "i").read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "is not an inventory", id="nothing"),
        pytest.param(b"[]\n", "is not an inventory", id="a list"),
        pytest.param(b'{"a":1}\n', "is not an inventory", id="another object"),
        pytest.param(b'{"format":"other/1"}\n', "is not an inventory", id="another family"),
        pytest.param(b'{"format":null}\n', "is not an inventory", id="a format that is null"),
        pytest.param(b"[" * 100_000 + b"\n", "is not an inventory", id="lists without end"),
        pytest.param(b"\xff\xfe\n", "is not an inventory", id="no UTF-8"),
        pytest.param(HEAD_LINE.replace(b"/1", b"/2"), "of another format", id="a later format"),
        pytest.param(HEAD_LINE.replace(b"/1", b"/10"), "of another format", id="a format that begins like ours"),
        pytest.param(HEAD_LINE.replace(b"/1", b"/1.1"), "of another format", id="a format with a point"),
        pytest.param(HEAD_LINE.replace(b"/1", b"/"), "of another format", id="a format without a number"),
        pytest.param(_file([HEAD_LINE[:-2] + b',"complete":true}\n']), "a key occurs twice in one object at line 1, column ", id="a key twice in the header"),
        pytest.param(
            _file([HEAD_LINE.replace(b'"filtered":false', b'"filtered":NaN')]),
            "is not an inventory: its header is not usable: NaN is not JSON at line 1, column ",
            id="a number that is none in the header",
        ),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "stores": []})]), "no ledger", id="nothing was asked"),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "asked": []})]), "no ledger", id="what was asked is a list"),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "asked": {}})]), "no ledger", id="no ledger"),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "asked": {}, "stores": {}})]), "no ledger", id="a ledger that is no list"),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "asked": {}, "stores": [None]})]), "no ledger", id="a ledger of nulls"),
        pytest.param(
            _file([encode({"format": "multicloud.secrets/1", "asked": {}, "stores": [{**ROW, "status": 1}]})]), "no ledger", id="a status that is no text"
        ),
        pytest.param(_file([encode({"format": "multicloud.secrets/1", "asked": {}, "stores": [{"region": "r"}]})]), "no ledger", id="a row of a region only"),
        pytest.param(_file([HEAD_LINE, b"[]\n"]), "line 2 is not a JSON object", id="a record that is a list"),
        pytest.param(_file([HEAD_LINE, b"{\n"]), "what should be a JSON object is not JSON at line 2, column 2", id="a record that is no JSON"),
        pytest.param(_file([HEAD_LINE, b"[" * 100_000 + b"\n"]), "nested too deeply at line 2, column 101", id="a record that is lists without end"),
        pytest.param(
            _file([HEAD_LINE, encode(_record("a")), encode(_record("b"))[:-2] + b',"status":null}\n']),
            "a key occurs twice in one object at line 3, column ",
            id="a record with a key twice",
        ),
        pytest.param(_file([HEAD_LINE, b'{"a":{"b":1,"b":2}}\n']), "a key occurs twice in one object at line 2, column 13", id="a key twice inside a record"),
        pytest.param(_file([HEAD_LINE, b'{"a":1,"b": NaN}\n']), "NaN is not JSON at line 2, column 13", id="a record with a number that is none"),
        pytest.param(_file([HEAD_LINE, b"{}\n"]), "the record in line 2 has no account and no id and no name and no", id="a record without keys"),
        pytest.param(_file([HEAD_LINE, encode(_record(description="x" * (1 << 20)))]), "cut off", id="a record longer than any can be"),
        pytest.param(_file([HEAD_LINE], records=1), "does not match", id="a count too high"),
        pytest.param(_file([HEAD_LINE, encode(_record())], records=0), "does not match", id="a count too low"),
        pytest.param(_file([HEAD_LINE], records="0"), "does not match", id="a count as text"),
        pytest.param(_file([HEAD_LINE], digest="0" * 64), "does not match", id="another digest"),
        pytest.param(HEAD_LINE + b'{"end":1}\n', "no trailer", id="a trailer whose end is 1"),
        pytest.param(HEAD_LINE + b'{"records":0}\n', "no trailer", id="a trailer without end"),
        pytest.param(HEAD_LINE, "no trailer", id="a header only"),
    ],
)
def test_what_is_no_whole_inventory_is_refused_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in _refused(tmp_path / "i", content)


# --- files of other releases ---


def _foreign(tmp_path: Path, record: dict[str, Any], header: dict[str, Any] | None = None) -> tuple[dict[str, Any], list[dict[str, Any]], set[str]]:
    (tmp_path / "i").write_bytes(_file([encode({"format": "multicloud.secrets/1", **(header or HEADER)}), encode(record)]))
    with opened(str(tmp_path / "i")) as inventory:
        return inventory.header, list(inventory.records()), inventory.missing


def _without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in _record("a", description="x", reference_count=3).items() if key not in keys}


@pytest.mark.parametrize("missing", [["description"], ["reference_count", "encryption"], sorted(set(RECORD_KEYS) - inventory_file.IDENTITY)], ids=str)
def test_a_key_that_an_older_release_did_not_have_is_null_and_invalid(tmp_path: Path, missing: list[str]) -> None:
    header, (record,), told = _foreign(tmp_path, _without(*missing))
    assert list(record) == list(RECORD_KEYS) and told == set(missing)
    assert record["invalid"] == sorted(missing)
    assert {key: record[key] for key in missing if key not in ("attributes", "invalid")} == dict.fromkeys(set(missing) - {"attributes", "invalid"})
    assert (record["name"], record["attributes"]) == ("a", {})


def test_what_was_malformed_already_stays_so(tmp_path: Path) -> None:
    header, (record,), told = _foreign(tmp_path, {**_without("description"), "invalid": ["status"]})
    assert record["invalid"] == ["status", "description"]


@pytest.mark.parametrize("key", sorted(inventory_file.IDENTITY))
def test_what_tells_secrets_apart_has_to_be_there(tmp_path: Path, key: str) -> None:
    assert f"the record in line 2 has no {key}" in _refused(tmp_path / "i", _file([HEAD_LINE, encode(_without(key))]))


def test_what_a_newer_release_tells_besides_is_ignored(tmp_path: Path) -> None:
    newer = {**_record("a"), "key_age": 3, "readers": [{"kind": "plugin"}]}
    header = {**HEADER, "fleet": {"members": 3}, "stores": [{**ROW, "details": {"keys": {"status": "complete"}}}]}
    assert _foreign(tmp_path, newer, header) == (header, [_record("a")], set())


def test_a_release_may_have_dropped_one_key_and_added_another(tmp_path: Path) -> None:
    header, (record,), told = _foreign(tmp_path, {**_without("description"), "key_state": None})
    assert (set(record), record["invalid"], told) == (set(RECORD_KEYS), ["description"], {"description"})


def test_an_inventory_may_be_reached_by_a_link(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    (tmp_path / "link").symlink_to("i")
    assert _read(tmp_path / "link")[1] == RECORDS


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: None], ids=["a FIFO", "a folder", "nothing"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "i")
    _refused(tmp_path / "i")


def test_a_record_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    _write(tmp_path / "i")
    with pytest.raises(SecretsError) as caught:
        _write(tmp_path / "i", [_record(description="x" * (1 << 20))])
    assert caught.value.kind == "too_large"
    assert _read(tmp_path / "i")[1] == RECORDS


def test_the_longest_record_that_is_written_can_be_read_back(tmp_path: Path) -> None:
    record = _record(description="x" * ((1 << 20) - len(encode(_record(description="")))))
    assert len(encode(record)) == 1 << 20
    _write(tmp_path / "i", [record])
    assert _read(tmp_path / "i")[1] == [record]


def test_a_failure_while_it_is_written_leaves_the_old_file(tmp_path: Path) -> None:
    _write(tmp_path / "i")

    def lines() -> Any:
        yield encode(RECORDS[0])
        raise SecretsError("server", "it broke")

    with pytest.raises(SecretsError):
        write(str(tmp_path / "i"), HEADER, lines(), NONCE)
    assert (_read(tmp_path / "i")[1], os.listdir(tmp_path)) == (RECORDS, ["i"])


def test_the_fingerprint_is_the_same_whether_written_measured_or_read(tmp_path: Path) -> None:
    assert _write(tmp_path / "i") == measure(HEADER, map(encode, RECORDS)) == fingerprint(str(tmp_path / "i"))


def _changed(**header: Any) -> inventory_file.Fingerprint:
    return measure({**HEADER, **header}, map(encode, RECORDS))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"collected_at": "2027-01-01T00:00:00Z"}, id="the time"),
        pytest.param({"collector": "multicloud.secrets 9.9.9"}, id="the collector"),
        pytest.param({"stores": [{**ROW, "seconds": 99.0, "requests": 99, "retries": 1, "throttled": 7, "count": 3}]}, id="counters of a store"),
        pytest.param({"stores": [{**ROW, "error": {"message": "another"}, "unknown_fields": ["New"], "proof": "twice"}]}, id="what else is said of a store"),
        pytest.param({"asked": dict(reversed(HEADER["asked"].items()))}, id="the order in which it is said what was asked"),
    ],
)
def test_the_fingerprint_ignores(header: dict[str, Any]) -> None:
    assert _changed(**header) == _changed()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"asked": {**HEADER["asked"], "accounts": ["other"]}}, id="the accounts asked for"),
        pytest.param({"asked": {**HEADER["asked"], "regions": {"prod": ["r-1", "r-2"]}}}, id="the regions asked for"),
        pytest.param({"asked": {**HEADER["asked"], "filters": {"name_like": "x"}}}, id="a filter"),
        pytest.param({"asked": {**HEADER["asked"], "partitions": []}}, id="the partitions"),
        pytest.param({"stores": [{**ROW, "status": "partial"}]}, id="a store's status"),
        pytest.param({"stores": [{**ROW, "region": "r-2"}]}, id="a store's region"),
        pytest.param({"stores": [{**ROW, "account": "other"}]}, id="a store's account"),
        pytest.param({"stores": [{**ROW, "provider": "other"}]}, id="a store's provider"),
        pytest.param({"stores": []}, id="the stores"),
        pytest.param({"stores": [ROW, ROW]}, id="their number"),
    ],
)
def test_the_fingerprint_tells(header: dict[str, Any]) -> None:
    assert _changed(**header) != _changed()


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([], id="no records"),
        pytest.param(RECORDS[:1], id="one record less"),
        pytest.param([*RECORDS, _record("c")], id="one more"),
        pytest.param([RECORDS[0], {**RECORDS[1], "description": ""}], id="a value"),
        pytest.param([RECORDS[0], {**RECORDS[1], "invalid": ["name"]}], id="what is malformed"),
        pytest.param([{**RECORDS[0], "reference_count": 2**53}, RECORDS[1]], id="the last digit of a large number"),
    ],
)
def test_the_fingerprint_tells_records_apart(records: list[dict[str, Any]]) -> None:
    assert measure(HEADER, map(encode, records)) != _changed()


def test_where_there_is_no_file_there_is_no_fingerprint(tmp_path: Path) -> None:
    assert fingerprint(str(tmp_path / "i")) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(HEAD_LINE, id="cut behind the header"),
        pytest.param(HEAD_LINE[:40], id="cut inside the header"),
        pytest.param(_file([HEAD_LINE], digest="0" * 64), id="with another digest"),
        pytest.param(_file([HEAD_LINE, b"{}\n"], records=7), id="with another count"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_broken_inventory_has_no_fingerprint_and_may_be_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "i").write_bytes(content)
    assert fingerprint(str(tmp_path / "i")) is None
    _write(tmp_path / "i")
    assert _read(tmp_path / "i")[1] == RECORDS


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"my precious notes\n", id="text"),
        pytest.param(b'{"secrets": []}\n', id="JSON"),
        pytest.param(b'{"format":"multicloud.secret"}\n', id="JSON that begins like an inventory"),
        pytest.param(b' {"format":"multicloud.secrets/1"}\n', id="an inventory that a formatter has been at"),
        pytest.param(b"\x7fELF\x00\x01", id="a program"),
    ],
)
def test_what_is_no_inventory_is_nobodys_to_replace(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "i").write_bytes(content)
    with pytest.raises(SecretsError) as caught:
        fingerprint(str(tmp_path / "i"))
    assert (caught.value.kind, "is not an inventory" in caught.value.message, bool(caught.value.hint)) == ("file", True, True)


def test_an_inventory_of_a_later_format_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(HEAD_LINE.replace(b"/1", b"/2"))
    with pytest.raises(SecretsError, match="is an inventory of another format"):
        fingerprint(str(tmp_path / "i"))


def test_a_fifo_is_refused_before_it_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "i")
    with pytest.raises(SecretsError):
        fingerprint(str(tmp_path / "i"))


def test_a_header_that_is_longer_than_any_can_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory_file, "LONGEST_LINE", len(HEAD_LINE) - 2)
    assert "is not an inventory" in _refused(tmp_path / "i", _file([HEAD_LINE]))
    monkeypatch.setattr(inventory_file, "LONGEST_LINE", len(HEAD_LINE))
    assert _read(tmp_path / "i") == (HEADER, [])


def test_what_stands_behind_the_trailer_or_is_a_header_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(b"")
    _write(tmp_path / "i")
    whole = (tmp_path / "i").read_bytes()
    last = whole.count(b"\n")
    assert f"line {last} is the trailer of an inventory, and more stands behind it" in _refused(tmp_path / "i", whole * 2)
    assert "line 2 is another header" in _refused(tmp_path / "i", whole.splitlines(keepends=True)[0] + whole)
    assert "is empty, or begins with an empty line" in _refused(tmp_path / "i", b"\n" + whole)
