# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of details of SSM: what is asked, what of an answer is believed, and what it means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import DetailFlow
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.calls import limit
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm import details
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.details import with_zone, zone
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.fields import KINDS, SCHEMA

HERE = Target("ap-guangzhou")
VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "tencent.json").read_text(encoding="utf-8"))["vectors"]
ASKED = {
    "describe_secret": lambda: next(details.rotation(HERE, ["x1_003 "])),
    "list_versions": lambda: next(details.versions(HERE, ["test3-secret"])),
    "rotation_history": lambda: next(details.history(HERE, ["test3-db-secret"])),
    "get_service_status": lambda: next(details.service(HERE, [""])),
    "resource_tags": lambda: next(details.tags(HERE, ["creatorUin/700000579952/x1_003", "creatorUin/700000579952/x1_004"])),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_request_is_that_of_the_vendors_sdk(name: str) -> None:
    vector = next(vector for vector in VECTORS if vector["name"] == name)
    request, given = ASKED[name](), vector["input"]
    assert (request.service, request.action, request.url, request.method) == (given["service"], given["action"], vector["expected"]["url"], "POST")
    assert request.headers["x-tc-version"] == given["version"] and json.loads(request.body) == given["params"]


def run(flow: DetailFlow, *answers: Any) -> tuple[Any, list[Request]]:
    """What a flow returns for these answers, and its requests. Each answer is checked as on the wire."""
    asked, request = [], next(flow)
    for answer in answers:
        asked.append(request)
        try:
            if isinstance(answer, SecretsError):
                request = flow.throw(answer)
            else:
                request.check({"Response": answer})
                request = flow.send({"Response": answer})
        except StopIteration as end:
            return end.value, asked
    raise AssertionError(f"it asks on: {request.body!r}")


def asked_for(requests: Sequence[Request], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(json.loads(request.body).get(name) for name in names) for request in requests]


def keys(total: int, *idents: str, owner: str = "user") -> dict[str, Any]:
    return {"TotalCount": total, "KeyMetadatas": [{"KeyId": ident, "KeyState": "Enabled", "Owner": owner} for ident in idents]}


def test_keys_of_products_are_asked_for_only_where_some_are_missing() -> None:
    found, requests = run(details.keys(HERE, ["a", "b"]), keys(3, "a", "b", "c"))
    assert sorted(found) == ["a", "b"] and asked_for(requests, "Role", "Offset", "Limit") == [(0, 0, 200)]
    found, requests = run(details.keys(HERE, ["a", "z"]), keys(1, "a"), keys(1, "y", owner="ssm"), keys(0), keys(0, owner="ssm"))
    assert found["z"] == {"KeyState": "missing"} and asked_for(requests, "Role", "SearchKeyAlias") == [(0, None), (1, None), (0, "z"), (1, "z")]


def test_a_key_that_is_found_by_its_name_after_all_is_not_missing() -> None:
    found, _requests = run(details.keys(HERE, ["a"]), keys(0), keys(0), keys(2, "a", "ab"), keys(0))
    assert found["a"]["KeyState"] == "Enabled"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        pytest.param([keys(1, "a", owner="ssm")], "protocol", id="of the other role"),
        pytest.param([{"TotalCount": 1}, {"TotalCount": 1, "KeyMetadatas": []}], "pagination", id="fewer than it counts"),
        pytest.param([keys(300, *map(str, range(200))), keys(299, *map(str, range(99)))] * 2, "pagination", id="changed meanwhile, twice"),
        pytest.param([keys(300, *map(str, range(200)))] * 4, "pagination", id="the same page for ever"),
        pytest.param([keys(400, *map(str, range(200)))] * 4, "pagination", id="the same page, as many rows as it counts"),
        pytest.param([keys(1, "a", "b")] * 2, "pagination", id="more than it counts"),
        pytest.param([{"KeyMetadatas": []}], "schema", id="no total"),
        pytest.param([{"TotalCount": True, "KeyMetadatas": []}], "schema", id="a flag as total"),
        pytest.param([{"TotalCount": 1, "KeyMetadatas": {}}], "schema", id="no list"),
        pytest.param([{"TotalCount": 1, "KeyMetadatas": ["a"]}], "schema", id="no objects"),
        pytest.param([{"TotalCount": 1, "KeyMetadatas": [{}]}], "schema", id="a key without an id"),
    ],
)
def test_an_answer_that_cannot_be_that_of_the_keys_is_not_believed(answers: list[Any], kind: str) -> None:
    with pytest.raises(SecretsError) as error:
        run(details.keys(HERE, ["z"]), *answers)
    assert error.value.kind == kind


def test_a_key_that_comes_twice_with_two_states_has_none() -> None:
    """The cloud counts one, so that its number alone would show nothing."""
    rows = [{"KeyId": "a", "KeyState": state, "Owner": "user"} for state in ("Enabled", "PendingDelete")]
    doubled = {"KeyMetadatas": rows, "TotalCount": 1}
    with pytest.raises(SecretsError, match="the cloud counts 1 KeyMetadatas"):
        run(details.keys(HERE, ["a"]), doubled, doubled)
    found, requests = run(details.keys(HERE, ["a"]), doubled, keys(1, "a"))
    assert len(requests) == 2 and set(found) == {"a"}


def tag(subject: str, key: str, value: Any = "v") -> dict[str, Any]:
    return {"ResourceId": subject, "TagKey": key, "TagValue": value}


def test_tags_of_smaller_pages_are_asked_for_in_such_pages() -> None:
    rows = [tag("a", f"k{number}") for number in range(5)]
    pages = [rows[:2], rows[:2], rows[2:4], rows[4:]]
    found, requests = run(details.tags(HERE, ["a", "b"]), *({"TotalCount": 5, "Tags": page} for page in pages))
    assert asked_for(requests, "Offset", "Limit") == [(0, 200), (0, 2), (2, 2), (4, 2)]
    assert found == {"a": {"Tags": {f"k{number}": "v" for number in range(5)}}, "b": {"Tags": {}}}


def test_tags_that_contradict_themselves_are_read_again() -> None:
    """A page that comes twice would hide the tags of another."""
    rows = [tag("a", f"k{number}") for number in range(400)]
    first, second, twice = ({"TotalCount": 400, "Tags": page} for page in (rows[:200], rows[200:], rows[:200]))
    found, requests = run(details.tags(HERE, ["a"]), first, twice, first, second)
    assert len(found["a"]["Tags"]) == 400 and asked_for(requests, "Offset") == [(0,), (200,)] * 2
    for lie in ([first, twice], [{"TotalCount": 1, "Tags": rows[:2]}], [{"TotalCount": 2, "Tags": [tag("a", "k", "v"), tag("a", "k", "w")]}]):
        with pytest.raises(SecretsError) as error:
            run(details.tags(HERE, ["a"]), *lie * 2)
        assert error.value.kind == "pagination"


STRANGE = [
    (tag("c", "k"), "protocol"),
    ({"TagKey": "k"}, "protocol"),
    ({"ResourceId": ["a"], "TagKey": "k"}, "protocol"),
    ({"ResourceId": {}, "TagKey": "k"}, "protocol"),
    ({"ResourceId": "a"}, "schema"),
    (tag("a", ""), "schema"),
    *((tag("a", "k", value), None) for value in (5, 0, False, ["v"], None)),
]


@pytest.mark.parametrize(("row", "kind"), STRANGE)
def test_a_tag_is_of_a_secret_that_was_asked_for(row: dict[str, Any], kind: str | None) -> None:
    if kind:
        with pytest.raises(SecretsError) as error:
            run(details.tags(HERE, ["a"]), {"TotalCount": 1, "Tags": [row]})
        assert error.value.kind == kind
        return
    found, _requests = run(details.tags(HERE, ["a"]), {"TotalCount": 1, "Tags": [row]})
    read = SCHEMA.detail("tags", found["a"], "user")
    assert read == (({"tags": {"k": ""}}, []) if row["TagValue"] is None else ({}, ["tags"]))


@pytest.mark.parametrize("flow", [details.rotation, details.versions])
def test_an_answer_about_another_secret_is_not_believed(flow: Any) -> None:
    with pytest.raises(SecretsError) as error:
        run(flow(HERE, ["a "[: 2 if flow is details.rotation else 1]]), {"SecretName": "b", "Versions": []})
    assert error.value.kind == "protocol" and not error.value.stray, "the first answer on a connection is no better"


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("ResourceNotFound", True),
        ("ResourceNotFound.SecretNotExist", True),
        ("ResourceUnavailable.ResourcePendingDeleted", True),
        ("ResourceUnavailable.ResourceDisabled", True),
        ("UnsupportedOperation", True),
        ("ResourceUnavailable.NotPurchased", False),
        ("UnauthorizedOperation", False),
        ("InternalError", False),
    ],
)
def test_a_secret_that_is_gone_or_has_no_such_detail_is_no_error(code: str, gone: bool) -> None:
    error = SecretsError("request", "no", code=code)
    if gone:
        assert run(details.history(HERE, ["a"]), error)[0] == {}
    else:
        with pytest.raises(SecretsError):
            run(details.history(HERE, ["a"]), error)


def test_an_answer_without_a_name_comes_on_a_connection_of_its_own() -> None:
    assert not next(details.history(HERE, ["a"])).is_checked and not next(details.service(HERE, [""])).is_checked
    assert all(next(flow).is_checked for flow in (details.versions(HERE, ["a"]), details.keys(HERE, ["a"]), details.tags(HERE, ["a"])))


def test_the_password_in_force_is_what_counts() -> None:
    accounts = [
        {"Version": "SSM_Rotate_20261111111111", "RotatedTime": "2026-11-11 11:11:11", "Host": ["%"]},
        {"Version": "SSM_Current", "RotatedTime": "2026-07-14 14:21:52", "Host": ["10.%", "192.168.%"]},
        {"Version": "SSM_Current", "RotatedTime": "2026-07-13 14:21:52", "Host": ["10.%"]},
    ]
    found, _requests = run(details.rotation(HERE, ["a "]), {"SecretName": "a", "AccountInfoList": accounts, "AdditionalConfig": "{}"})
    values, _invalid = SCHEMA.detail("rotation", found["a "], "product")
    assert values == {"last_rotated_at": "2026-07-14T06:21:52Z", "attributes.account_hosts": ["10.%", "192.168.%"]}
    found, _requests = run(details.rotation(HERE, ["a "]), {"SecretName": "a"})
    assert SCHEMA.detail("rotation", found["a "], "redis") == ({}, [])


@pytest.mark.parametrize(
    ("text", "due", "hours"),
    [
        ("2026-12-01 08:00:00", "2026-12-01T00:00:00Z", 8),
        ("2026-12-01 00:00:00", "2026-12-01T00:00:00Z", 0),
        ("2026-11-30 19:00:00", "2026-12-01T00:00:00Z", -5),
        ("2026-12-01 05:30:00", "2026-12-01T00:00:00Z", 5.5),
        ("2026-12-01 05:31:00", "2026-12-01T00:00:00Z", 8),
        ("2026-12-31 00:00:00", "2026-12-01T00:00:00Z", 8),
        ("2026-12-01 00:00:00", "", 8),
        ("2026-13-01 00:00:00", "2026-12-01T00:00:00Z", 8),
        ("", "2026-12-01T00:00:00Z", 8),
        (None, "2026-12-01T00:00:00Z", 8),
    ],
)
def test_texts_are_of_beijing_unless_the_listing_says_otherwise(text: Any, due: str, hours: float) -> None:
    assert zone(text, due) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("versions", "read"),
    [
        ([("a", 1_770_260_645), ("b", 1_770_260_646)], ({"version_count": 2, "newest_version_at": "2026-02-05T03:04:06Z"}, [])),
        ([("a", 1_770_260_645), ("b", "1770260646")], ({"version_count": 2}, ["newest_version_at"])),
        ([("a", 1_770_260_645), ("b", True)], ({"version_count": 2}, ["newest_version_at"])),
        ([("a", 1_770_260_645), ("a", 1_770_260_646)], ({"newest_version_at": "2026-02-05T03:04:06Z"}, ["version_count"])),
        ([], ({}, ["newest_version_at", "version_count"])),
    ],
    ids=["each once", "a time as text", "a flag as time", "a version twice", "none at all"],
)
def test_a_version_that_cannot_be_read_is_not_passed_over(versions: list[tuple[str, Any]], read: Any) -> None:
    """Else the newest would be another one."""
    listed = [{"VersionId": ident, "CreateTime": moment} for ident, moment in versions]
    found, _requests = run(details.versions(HERE, ["a"]), {"SecretName": "a", "Versions": listed})
    assert SCHEMA.detail("versions", found["a"], "user") == read


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ({"TotalCount": 2, "VersionIDs": ["b", "a"]}, ({"rotation_count": 2}, [])),
        ({"TotalCount": 12, "VersionIDs": list("lkjihgfedc")}, ({"rotation_count": 12}, [])),
        ({"TotalCount": 0, "VersionIDs": []}, ({"rotation_count": 0}, [])),
        ({"TotalCount": 2}, ({"rotation_count": 2}, [])),
        ({"TotalCount": 0, "VersionIDs": ["a"]}, ({}, ["rotation_count"])),
        ({"TotalCount": 1, "VersionIDs": ["b", "a"]}, ({}, ["rotation_count"])),
        ({"TotalCount": 2, "VersionIDs": []}, ({}, ["rotation_count"])),
        ({"TotalCount": "2", "VersionIDs": ["b", "a"]}, ({}, ["rotation_count"])),
    ],
)
def test_a_count_of_rotations_fits_the_versions_that_stand_beside_it(answer: dict[str, Any], read: Any) -> None:
    found, _requests = run(details.history(HERE, ["a"]), answer)
    assert SCHEMA.detail("history", found["a"], "product") == read


def test_a_time_of_rotation_that_cannot_be_read_is_not_passed_over() -> None:
    accounts = [{"Version": "SSM_Current", "RotatedTime": moment, "Host": ["%", 5]} for moment in ("2026-07-14 14:21:52", "14 July 2026")]
    found, _requests = run(details.rotation(HERE, ["a "]), {"SecretName": "a", "AccountInfoList": accounts})
    assert SCHEMA.detail("rotation", found["a "], "product") == ({}, ["attributes.account_hosts", "last_rotated_at"])


def test_a_text_that_is_no_time_is_invalid() -> None:
    assert with_zone("2026-07-14 14:21:52", timedelta(hours=-5, minutes=-30)) == "2026-07-14T14:21:52-05:30"
    account = {"Version": "SSM_Current", "RotatedTime": "soon", "Host": 5}
    found, _requests = run(details.rotation(HERE, ["a "]), {"SecretName": "a", "AccountInfoList": [account]})
    assert SCHEMA.detail("rotation", found["a "], "product") == ({}, ["last_rotated_at"])


def test_the_service_without_an_end_has_none() -> None:
    found, _requests = run(details.service(HERE, [""]), {"ServiceEnabled": True, "ExpireTime": "", "SecretLimit": 10})
    assert SCHEMA.service("service", found[""]) == {"enabled": True, "expires_at": None, "quota": 10, "hosted": None}


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        (HERE, ("kms.tencentcloudapi.com", "tag.tencentcloudapi.com")),
        (Target("ap-singapore", None, {"site": "international"}), ("kms.intl.tencentcloudapi.com", "tag.intl.tencentcloudapi.com")),
        (Target("ap-guangzhou", None, {"network": "internal"}), ("kms.internal.tencentcloudapi.com", "tag.internal.tencentcloudapi.com")),
        (Target("ap-guangzhou", None, {"network": "regional"}), ("kms.ap-guangzhou.tencentcloudapi.com", "tag.ap-guangzhou.tencentcloudapi.com")),
        (Target("ap-shanghai-fsi"), ("kms.ap-shanghai-fsi.tencentcloudapi.com", "tag.ap-shanghai-fsi.tencentcloudapi.com")),
        (Target("r", "https://ssm.{region}.example.com"), ("kms.r.example.com", "tag.r.example.com")),
        (Target("r", "http://127.0.0.1:5"), ("127.0.0.1:5", "127.0.0.1:5")),
    ],
)
def test_neighbours_are_asked_where_the_service_is(target: Target, hosts: tuple[str, str]) -> None:
    assert (next(details.keys(target, ["a"])).host, next(details.tags(target, ["a"])).host) == hosts


def test_documented_limits_depend_on_the_site() -> None:
    abroad = Target("ap-singapore", None, {"site": "international"})
    assert [limit(next(details.versions(target, ["a"]))) for target in (HERE, abroad)] == [300, 40]
    assert [limit(next(details.history(target, ["a"]))) for target in (HERE, abroad)] == [20, 20]
    assert limit(Request("ssm", "ListSecrets", "POST", "https://ssm.tencentcloudapi.com/")) is None


@pytest.mark.parametrize("kind", ["user", "product", "ssh_key", "api_key", "redis", "unknown"])
def test_who_can_have_a_detail(kind: str) -> None:
    number = [*KINDS.values(), "unknown"].index(kind)
    record = SCHEMA.record({"SecretName": "s", "SecretType": number, "Status": "Enabled"}, "a", "r")
    subjects = {detail.word: detail.subject(record, ()) for detail in details.DETAILS if detail.subject}
    rotates, is_product = kind in ("product", "redis"), kind == "product"
    expected = {"keys": None, "tags": None, "rotation": "s " if rotates else None, "history": "s" if is_product else None, "versions": "s"}
    assert subjects == expected, "without a key and a creator there is nothing to ask about"
    assert SCHEMA.null_meaning("last_rotated_at", kind) == ("never" if kind in ("user", "ssh_key", "api_key") else "gap")
    for status in ("pending_create", "create_failed"):
        assert not any(detail.subject({**record, "status": status}, ()) for detail in details.DETAILS if detail.subject)


def test_what_is_not_asked_for_is_named() -> None:
    assert SCHEMA.word_to_ask_for("tags", ()) == "tags" and SCHEMA.word_to_ask_for("tags", ("tags",)) is None
    assert SCHEMA.word_to_ask_for("attributes.key_owner", ("tags",)) == "keys" and SCHEMA.word_to_ask_for("name", ()) is None
