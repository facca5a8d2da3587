# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of KMS: which calls each word makes, about which secrets, and what is kept of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms import details
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.fields import DETAIL_FIELDS, SCHEMA
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import PROVIDER, read_error
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.alibaba.flows import TARGET, of_kms, parameters, refused, run

GONE = refused("Forbidden.ResourceNotFound", 404)
DENIED = refused("Forbidden.NoPermission", 403, "denied")
DESCRIBED = {
    "SecretName": "db",
    "SecretType": "Rds",
    "Arn": "acs:kms:cn-hangzhou:1:secret/db",
    "Description": "of the shop",
    "EncryptionKeyId": "key-1",
    "DKMSInstanceId": "kst-1",
    "AutomaticRotation": "Enabled",
    "RotationInterval": "604800s",
    "LastRotationDate": "2026-11-01T00:00:00Z",
    "NextRotationDate": "2026-11-08T00:00:00Z",
    "ExtendedConfig": '{"CustomData": {"free": "canary"}}',
}
BY_WORD = {detail.word: detail for detail in PROVIDER.details}


def _record(**changes: Any) -> dict[str, Any]:
    record = SCHEMA.record({"SecretName": "db", "SecretType": "Rds"}, "prod", "cn-hangzhou")
    return {**record, **changes}


def _read(word: str, row: dict[str, Any]) -> dict[str, Any]:
    """The values of a row, by the fields of a word, and whether one is not there or cannot be read."""
    values: dict[str, Any] = {}
    for field in DETAIL_FIELDS[word]:
        raw = row.get(field.source)
        try:
            values[field.key] = "withheld" if raw is None else field.read(raw)
        except ValueError:
            values[field.key] = "malformed"
    return values


def test_every_word_has_fields_calls_and_actions() -> None:
    assert list(DETAIL_FIELDS) == list(BY_WORD) == ["instances", "describe", "describe_all", "keys", "versions", "policy"]
    assert all(action.startswith("kms:") and detail.actions for detail in PROVIDER.details for action in detail.actions)
    assert {detail.word: detail.implies for detail in PROVIDER.details if detail.implies} == {"keys": ("describe_all",), "policy": ("instances",)}


@pytest.mark.parametrize(
    ("word", "changes", "words", "expected"),
    [
        ("describe", {}, (), "db"),
        ("describe", {"kind": "generic"}, (), None),
        ("describe", {"kind": "unknown"}, (), "db"),
        ("describe", {}, ("describe", "describe_all"), None),
        ("describe_all", {"kind": "generic"}, (), "db"),
        ("instances", {}, (), "db"),
        ("versions", {"kind": "generic"}, (), "db"),
        ("keys", {"kms_key_id": "key-1"}, (), "key-1"),
        ("keys", {"kms_key_id": None}, (), None),
        ("keys", {"kms_key_id": "key-1", "attributes": {"owning_service": "aigw"}}, (), None),
        ("keys", {"kms_key_id": "key-1", "kms_instance_id": "kst-1", "attributes": {"owning_service": "aigw"}}, (), "key-1"),
        ("policy", {"kms_instance_id": None}, (), None),
        ("policy", {"kms_instance_id": "kst-1"}, (), "db"),
    ],
)
def test_only_secrets_that_can_have_a_detail_are_asked_about(word: str, changes: dict[str, Any], words: tuple[str, ...], expected: str | None) -> None:
    subject = BY_WORD[word].subject
    assert subject is not None and subject(_record(**changes), words) == expected


def test_a_secret_is_described() -> None:
    found, asked = run(details.describe(TARGET, ["db"]), lambda action, given: DESCRIBED)
    assert [(request.action, parameters(request)) for request in asked] == [("DescribeSecret", {"SecretName": "db"})]
    assert _read("describe_all", found["db"]) == {
        "rotation_enabled": True,
        "attributes.rotation_state": "Enabled",
        "rotation_days": 7,
        "next_rotation_at": "2026-11-08T00:00:00Z",
        "last_rotated_at": "2026-11-01T00:00:00Z",
        "description": "of the shop",
        "kms_key_id": "key-1",
        "kms_instance_id": "kst-1",
    }


def test_what_may_hold_anything_is_kept_nowhere() -> None:
    answer = {**DESCRIBED, "SecretData": "canary", "New": {"any": "canary"}}
    found, _asked = run(details.describe(TARGET, ["db"]), lambda action, given: answer)
    assert "canary" not in json.dumps(found["db"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"AutomaticRotation": "Disabled"}, {"rotation_enabled": False, "attributes.rotation_state": "Disabled"}),
        ({"AutomaticRotation": "Invalid"}, {"rotation_enabled": False, "attributes.rotation_state": "Invalid"}),
        ({"AutomaticRotation": "On"}, {"rotation_enabled": "malformed", "attributes.rotation_state": "On"}),
        ({"AutomaticRotation": None}, {"rotation_enabled": "withheld", "attributes.rotation_state": "withheld"}),
        ({"RotationInterval": "21600s"}, {"rotation_days": 0.25}),
        ({"RotationInterval": "3153600s"}, {"rotation_days": 36.5}),
        ({"RotationInterval": None}, {"rotation_days": None}),
        ({"RotationInterval": "7d"}, {"rotation_days": "malformed"}),
        ({"RotationInterval": 604_800}, {"rotation_days": "malformed"}),
        ({"RotationInterval": 0}, {"rotation_days": "malformed"}),
        ({"LastRotationDate": None, "NextRotationDate": ""}, {"last_rotated_at": None, "next_rotation_at": None}),
        ({"LastRotationDate": "soon"}, {"last_rotated_at": "malformed"}),
        ({"Description": ""}, {"description": ""}),
        ({"EncryptionKeyId": None, "DKMSInstanceId": None}, {"kms_key_id": None, "kms_instance_id": None}),
    ],
)
def test_what_is_absent_is_known_to_be_empty(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    answer = {name: value for name, value in {**DESCRIBED, **changes}.items() if value is not None}
    found, _asked = run(details.describe(TARGET, ["db"]), lambda action, given: answer)
    assert _read("describe_all", found["db"]).items() >= expected.items()


@pytest.mark.parametrize("word", ["describe", "versions", "policy"])
def test_a_secret_that_is_gone_is_no_failure(word: str) -> None:
    known = ({"": {"owners": {"1"}}},) if word == "policy" else ()
    found, asked = run(BY_WORD[word].flow(TARGET, ["db"], *known), lambda action, given: GONE)
    assert found == {} and len(asked) == 1


@pytest.mark.parametrize("word", ["describe", "versions", "policy", "instances", "keys"])
def test_a_refusal_is_a_failure(word: str) -> None:
    known = ({"": {"owners": {"1"}}},) if word == "policy" else ()
    with pytest.raises(SecretsError) as caught:
        run(BY_WORD[word].flow(TARGET, ["db"], *known), lambda action, given: DENIED)
    assert caught.value is DENIED


@pytest.mark.parametrize("word", ["describe", "versions"])
def test_the_answer_about_another_secret_is_not_believed(word: str) -> None:
    other = {"SecretName": "other", "VersionIds": {}, "TotalCount": 0}
    with pytest.raises(SecretsError, match="another request"):
        run(BY_WORD[word].flow(TARGET, ["db"]), lambda action, given: other)


PLACES = {"kst-1": ["a", "b"], "kst-2": [f"s{number:03}" for number in range(250)], "kst-3": []}


def _instances(action: str, given: dict[str, str]) -> dict[str, Any]:
    if action == "ListKmsInstances":
        arns = [{"KmsInstanceId": ident, "KmsInstanceArn": f"acs:kms:cn-hangzhou:1000:keystore/{ident}"} for ident in PLACES]
        return of_kms("KmsInstances", "KmsInstance", arns, given)
    (narrowed,) = json.loads(given["Filters"])
    assert action == "ListSecrets" and narrowed["Key"] == "DKMSInstanceId"
    return of_kms("SecretList", "Secret", [{"SecretName": name} for name in PLACES[narrowed["Values"][0]]], given)


def test_instances_are_one_listing_each() -> None:
    found, asked = run(details.instances(TARGET, ["a", "s249", "shared"]), _instances)
    assert {name: _read("instances", row)["kms_instance_id"] for name, row in found.items()} == {"a": "kst-1", "s249": "kst-2", "shared": None}
    assert [request.action for request in asked] == ["ListKmsInstances"] + ["ListSecrets"] * 5


KEYS = {"Enabled": ["key-1", "key-2"], "Disabled": ["key-3"], "PendingDeletion": ["key-4"], "PendingImport": [f"key-9{number:03}" for number in range(120)]}


def _keys(action: str, given: dict[str, str]) -> dict[str, Any]:
    (narrowed,) = json.loads(given["Filters"])
    assert action == "ListKeys"
    if narrowed["Key"] == "keyId":
        return of_kms("Keys", "Key", [{"KeyId": ident} for ident in narrowed["Values"] if ident == "key-moved"], given)
    return of_kms("Keys", "Key", [{"KeyId": ident, "KeyArn": f"acs:{ident}"} for ident in KEYS[narrowed["Values"][0]]], given)


def test_states_of_keys_are_one_list_each() -> None:
    wanted = ["key-1", "key-3", "key-4", "key-9119", "key-0", "key-moved", "alias/mine", "acs:kms:cn-hangzhou:1:key/key-1"]
    found, asked = run(BY_WORD["keys"].flow(TARGET, wanted), _keys)
    states = {key: _read("keys", row)["key_state"] for key, row in found.items()}
    assert states == dict(zip(wanted, ["enabled", "disabled", "pending_delete", "pending_import", "missing", "withheld", "withheld", "withheld"]))
    assert len(asked) == 5 + 1


def test_keys_that_are_in_no_list_are_asked_for_by_tens() -> None:
    wanted = [f"key-x{number}" for number in range(25)]
    found, asked = run(BY_WORD["keys"].flow(TARGET, wanted), _keys)
    assert {row["KeyState"] for row in found.values()} == {"Missing"} and len(asked) == 5 + 3


@pytest.mark.parametrize(
    ("listed", "state"),
    [(["Enabled", "PendingDeletion"], "PendingDeletion"), (["Enabled", "Disabled", "PendingDeletion"], None), (list(KEYS), None)],
    ids=["it broke meanwhile", "in three lists", "lists that heed no state"],
)
def test_a_key_of_two_lists_has_its_later_state_and_one_of_more_has_none(listed: list[str], state: str | None) -> None:
    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        ((asked,),) = (narrowed["Values"] for narrowed in json.loads(given["Filters"]))
        return of_kms("Keys", "Key", [{"KeyId": "key-1"}] * (asked in listed), given)

    found, asked = run(BY_WORD["keys"].flow(TARGET, ["key-1"]), answer)
    assert found == {"key-1": {"KeyState": state}} and len(asked) == 4


def test_a_secret_that_two_instances_list_is_in_neither_for_sure() -> None:
    """A server that heeds no filter would put all secrets into its last instance."""

    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        return _instances(action, {**given, "Filters": given.get("Filters", "").replace("kst-3", "kst-1")})

    found, _asked = run(details.instances(TARGET, ["a", "s249", "shared"]), answer)
    assert {name: _read("instances", row)["kms_instance_id"] for name, row in found.items()} == {"a": "withheld", "s249": "kst-2", "shared": None}
    assert SCHEMA.detail("instances", found["a"], "generic") == ({}, ["kms_instance_id"])


@pytest.mark.parametrize("moves", [1, 2, 9])
def test_a_list_that_changes_is_read_twice_and_no_more(moves: int) -> None:
    """The total of the second page says that one of the first has gone."""
    rows = [{"KeyId": f"key-{number}"} for number in range(150)]
    left = [moves]

    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        moved = left[0] > 0 and given["PageNumber"] == "2"
        left[0] -= moved
        if "Enabled" not in given["Filters"]:
            return of_kms("Keys", "Key", [], given)
        return of_kms("Keys", "Key", rows, given, 149 if moved else 150)

    flow = BY_WORD["keys"].flow(TARGET, ["key-149"])
    if moves == 1:
        found, asked = run(flow, answer)
        assert found["key-149"] == {"KeyState": "Enabled"} and len(asked) == 3 + 2 + 2
    else:
        with pytest.raises(SecretsError, match="changed while it was read"):
            run(flow, answer)


def test_a_server_that_caps_pages_is_read_to_the_end() -> None:
    rows = [{"KeyId": f"key-{number}"} for number in range(45)]

    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        return of_kms("Keys", "Key", rows * ("Enabled" in given["Filters"]), {**given, "PageSize": "20"})

    found, asked = run(BY_WORD["keys"].flow(TARGET, ["key-44"]), lambda action, given: {**answer(action, given), "PageSize": 100})
    assert found["key-44"] == {"KeyState": "Enabled"} and len(asked) == 3 + 3


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Keys": {"Key": []}},
        {"Keys": {"Key": []}, "TotalCount": "0"},
        {"Keys": [], "TotalCount": 0},
        {"Keys": {"Key": "x"}, "TotalCount": 1},
        {"Keys": {"Key": ["x"]}, "TotalCount": 1},
    ],
    ids=str,
)
def test_a_list_of_another_shape_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(SecretsError) as caught:
        run(BY_WORD["keys"].flow(TARGET, ["key-1"]), lambda action, given: answer)
    assert caught.value.kind == "schema"


def test_a_server_that_repeats_a_page_is_not_asked_for_ever() -> None:
    rows = [{"KeyId": f"key-{number}"} for number in range(100)]
    sent = []

    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        sent.append(given["PageNumber"])
        return {**of_kms("Keys", "Key", rows, {"PageNumber": "1", "PageSize": "100"}, 250), "PageNumber": int(given["PageNumber"])}

    with pytest.raises(SecretsError, match="changed while it was read"):
        run(BY_WORD["keys"].flow(TARGET, ["key-1"]), answer)
    assert sent == ["1", "2", "3"] * 2


def _versions(times: list[Any]) -> dict[str, Any]:
    def answer(action: str, given: dict[str, str]) -> dict[str, Any]:
        assert (action, given["IncludeDeprecated"], given["SecretName"]) == ("ListSecretVersionIds", "true", "db")
        rows = [{"VersionId": f"v{number}", "CreateTime": time, "VersionStages": {"VersionStage": []}} for number, time in enumerate(times)]
        return {**of_kms("VersionIds", "VersionId", rows, given), "SecretName": "db"}

    found, _asked = run(details.versions(TARGET, ["db"]), answer)
    return _read("versions", found["db"])


@pytest.mark.parametrize(
    ("times", "count", "newest"),
    [
        (["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z"], 3, "2026-03-01T00:00:00Z"),
        (["2026-01-01T00:00:00Z", "2026-01-01T07:00:00+08:00"], 2, "2026-01-01T00:00:00Z"),
        (["2026-01-01T00:00:00Z"] * 130, 130, "2026-01-01T00:00:00Z"),
        (["2026-01-01T00:00:00Z", "soon"], 2, "malformed"),
        ([], "malformed", "malformed"),
    ],
)
def test_versions_are_counted_and_the_newest_is_dated(times: list[Any], count: int | str, newest: str) -> None:
    assert _versions(times) == {"version_count": count, "newest_version_at": newest}


def _policy(*principals: Any, **statement: Any) -> str:
    return json.dumps(
        {"Version": "1", "Statement": [{"Sid": "canary", "Effect": "Allow", "Principal": {"RAM": list(principals)}, "Action": ["kms:*"], **statement}]}
    )


OWN = "acs:ram::1000:*"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (_policy(OWN), []),
        (_policy(OWN, "acs:ram::2000:root", "acs:ram::1999:role/a/b"), ["1999", "2000"]),
        (_policy("2000", "1000"), ["2000"]),
        (_policy("*"), ["*"]),
        (_policy("acs:ram::2000:*", Effect="Deny"), []),
        (_policy(Principal={"RAM": "acs:ram::2000:*"}), ["2000"]),
        (_policy(Principal="*"), ["*"]),
        (_policy(Principal={"Service": ["oss.aliyuncs.com"]}), []),
        (_policy(Principal=None), "withheld"),
        (_policy("whoever"), "withheld"),
        ("{", "withheld"),
        ('{"Statement": {}}', "withheld"),
        (None, "withheld"),
    ],
)
def test_of_a_policy_the_accounts_that_it_lets_in_are_kept(written: Any, expected: Any) -> None:
    found, asked = run(details.policy(TARGET, ["db"], {"": {"owners": {"1000"}}}), lambda action, given: {"Policy": written})
    assert _read("policy", found["db"]) == {"attributes.foreign_accounts": expected} and "canary" not in json.dumps(found["db"])
    assert [parameters(request) for request in asked] == [{"PolicyName": "default", "SecretName": "db"}]


def test_a_secret_without_a_policy_lets_nobody_in() -> None:
    found, _asked = run(details.policy(TARGET, ["db"], {"": {"owners": {"1"}}}), lambda action, given: refused("Forbidden.KeyPolicyUnSupported", 400))
    assert _read("policy", found["db"]) == {"attributes.foreign_accounts": []}


def test_the_owner_is_told_by_the_names_of_instances() -> None:
    found, asked = run(details.owner(TARGET), _instances)
    assert found == {"": {"owners": {"1000"}}} and [request.action for request in asked] == ["ListKmsInstances"]
    nobody, _asked = run(details.policy(TARGET, ["db"], {"": {"owners": set()}}), lambda action, given: {"Policy": _policy(OWN)})
    assert nobody == {"db": {}}


def _lists(name: str, inner: str, rows: list[Any], total: int | None = None) -> Callable[[str, dict[str, str]], Any]:
    """A server that has these rows, whatever it is asked."""
    return lambda action, given: of_kms(name, inner, rows, given, total)


@pytest.mark.parametrize("arn", ["*", None, 7, "", "acs:kms:cn-hangzhou:*:keystore/kst-2", "acs:kms:cn-hangzhou:2000:keystore/kst-2", "acs:kms:cn-hangzhou::x"])
def test_instances_of_several_owners_or_of_everybody_tell_no_owner(arn: Any) -> None:
    """Else a stranger who is let in would count as the owner, or everybody would."""
    rows = [{"KmsInstanceId": "kst-1", "KmsInstanceArn": "acs:kms:cn-hangzhou:1000:keystore/kst-1"}, {"KmsInstanceId": "kst-2", "KmsInstanceArn": arn}]
    for some in (rows, rows[1:]) if "2000" not in str(arn) else (rows,):
        found, _asked = run(details.owner(TARGET), _lists("KmsInstances", "KmsInstance", some))
        policy, _asked = run(details.policy(TARGET, ["db"], found), lambda action, given: {"Policy": _policy(Principal="*")})
        assert not found[""]["owners"] and policy == {"db": {}}


@pytest.mark.parametrize("ident", [None, "", 7, ["key-1"]])
def test_a_key_without_an_id_does_not_make_another_one_missing(ident: Any) -> None:
    with pytest.raises(SecretsError, match="a row of the list has no KeyId"):
        run(BY_WORD["keys"].flow(TARGET, ["key-1"]), _lists("Keys", "Key", [{"KeyId": ident}]))


def test_a_version_that_is_listed_twice_is_counted_by_nobody() -> None:
    rows = [{"VersionId": "v1", "CreateTime": "2025-01-01T00:00:00Z"}, {"VersionId": "v1", "CreateTime": "2026-01-01T00:00:00Z"}]
    for total in (1, 2):
        with pytest.raises(SecretsError, match="changed while it was read"):
            run(details.versions(TARGET, ["db"]), _lists("VersionIds", "VersionId", rows, total))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("Forbidden.KeyPolicyUnSupported", 400, "request"), ("Forbidden.ResourceNotFound", 404, "request"), ("Forbidden.NoPermission", 403, "denied")],
)
def test_what_is_not_there_is_no_denial(code: str, status: int, kind: str) -> None:
    error = read_error({"HttpStatus": status, "Code": code, "Message": "m", "RequestId": "r"})
    assert error is not None and error.kind == kind


def test_no_request_asks_for_more_than_the_cloud_allows() -> None:
    assert PROVIDER.limit(details.describe_request(TARGET, "db")) == 35
    assert PROVIDER.limit(Request("sts", "GetCallerIdentity", "POST", "https://x/")) is None
