# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of secrets of KMS Secrets Manager: what its listing does not tell, and the calls of 2016-01-20 that do.

Sources: the API pages of DescribeSecret, ListKmsInstances, ListSecretVersionIds, GetSecretPolicy and ListKeys, and
alibabacloud_kms20160120 3.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..._core import strict_json
from ..._core.endpoints import Target
from ..._core.errors import SecretsError, of_another_request
from ..._core.messages import Request
from ..._core.records import Record
from ..._core.values import UNREADABLE, parse_time, utc_time
from ..._provider import Detail, DetailFlow, RawPage
from ..calls import GONE, KMS_VERSION, ROWS, call, check_page, filters_of, key_states, kms_page, numbered

NO_POLICY = "Forbidden.KeyPolicyUnSupported"
TOLD = ("Description", "AutomaticRotation")
TOLD_IF_ANY = ("EncryptionKeyId", "DKMSInstanceId", "RotationInterval", "NextRotationDate", "LastRotationDate")
"""All that is kept of an answer of DescribeSecret, and which of it is left out where there is none."""
ACCOUNT = re.compile(r"acs:(?:ram|kms):[^:]*:(\d+):.*|(\d+)")
EVERYBODY = "*"


def subject(record: Record, words: Collection[str]) -> str | None:
    """KMS is asked about the name of a secret, which is its id."""
    return str(record["id"])


def rotating(record: Record, words: Collection[str]) -> str | None:
    """Generic secrets never rotate."""
    return None if record["kind"] == "generic" or "describe_all" in words else str(record["id"])


def of_instance(record: Record, words: Collection[str]) -> str | None:
    """Secrets of a KMS instance alone have a policy."""
    return str(record["id"]) if record["kms_instance_id"] else None


def key(record: Record, words: Collection[str]) -> str | None:
    """The key of a secret, but not that of a product: nobody else can see it."""
    return None if record["attributes"]["owning_service"] and not record["kms_instance_id"] else record["kms_key_id"] or None


def describe(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """DescribeSecret for each name. The rest of its answer may hold anything."""
    found = {}
    for name in subjects:
        answer = yield from _unless_gone(describe_request(target, name))
        if answer is not None:
            found[name] = _described(answer)
    return found


def describe_request(target: Target, name: str) -> Request:
    """DescribeSecret."""
    request = call("kms", "DescribeSecret", KMS_VERSION, "POST", "/", target, {"SecretName": name})
    return replace(request, check=partial(check_name, name))


def instances(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """ListKmsInstances, and the names of the secrets in each. A secret in none of them is kept in the shared KMS. Of one that is in
    several nobody knows where it is."""
    nowhere, somewhere = {"DKMSInstanceId": ""}, {"DKMSInstanceId": None}
    places: dict[str, Mapping[str, str | None]] = dict.fromkeys(subjects, nowhere)
    for row in (yield from instances_of(target)):
        here = {"DKMSInstanceId": str(row.get("KmsInstanceId"))}
        rows = yield from numbered(partial(secrets_request, target, here["DKMSInstanceId"]), _names_page, "SecretName")
        for name in places.keys() & {str(secret.get("SecretName")) for secret in rows}:
            places[name] = here if places[name] is nowhere else somewhere
    return places


def _names_page(payload: Mapping[str, Any]) -> RawPage:
    """A page of secrets of which nothing but the names is kept: an instance may have very many."""
    page = kms_page("SecretList", "Secret", payload)
    return replace(page, rows=[{"SecretName": row.get("SecretName")} if isinstance(row, Mapping) else row for row in page.rows])


def instances_of(target: Target) -> Generator[Request, Mapping[str, Any], list[Any]]:
    """The KMS instances of a region."""
    return numbered(partial(instances_request, target), partial(kms_page, "KmsInstances", "KmsInstance"), "KmsInstanceId")


def instances_request(target: Target, number: int) -> Request:
    """ListKmsInstances."""
    query = {"PageNumber": str(number), "PageSize": str(ROWS)}
    return replace(call("kms", "ListKmsInstances", KMS_VERSION, "POST", "/", target, query), check=partial(check_page, number, ROWS))


def secrets_request(target: Target, instance: str, number: int) -> Request:
    """ListSecrets of one KMS instance."""
    query = {"Filters": filters_of("DKMSInstanceId", instance), "PageNumber": str(number), "PageSize": str(ROWS)}
    return replace(call("kms", "ListSecrets", KMS_VERSION, "POST", "/", target, query), check=partial(check_page, number, ROWS))


def versions(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """ListSecretVersionIds for each name, with versions that no stage marks. It tells no value. A secret has one version at least."""
    found = {}
    for name in subjects:
        try:
            rows = yield from numbered(partial(versions_request, target, name), partial(kms_page, "VersionIds", "VersionId"), "VersionId")
        except SecretsError as error:
            if error.code != GONE:
                raise
        else:
            found[name] = {"Count": len(rows) or UNREADABLE, "CreateTime": _newest(rows)}
    return found


def versions_request(target: Target, name: str, number: int) -> Request:
    """ListSecretVersionIds."""
    query = {"IncludeDeprecated": "true", "PageNumber": str(number), "PageSize": str(ROWS), "SecretName": name}
    request = call("kms", "ListSecretVersionIds", KMS_VERSION, "POST", "/", target, query)

    def check(payload: Mapping[str, Any]) -> None:
        check_page(number, ROWS, payload)
        check_name(name, payload)

    return replace(request, check=check)


def owner(target: Target) -> DetailFlow:
    """The number of the account, which the names of its instances tell. Where they tell several, or everybody, nobody knows it."""
    rows = yield from instances_of(target)
    found = [ACCOUNT.fullmatch(str(row.get("KmsInstanceArn"))) for row in rows]
    owners = {arn and arn[1] for arn in found}
    return {"": {"owners": owners - {None} if len(owners) == 1 else ()}}


def policy(target: Target, subjects: Sequence[str], known: Mapping[str, Any]) -> DetailFlow:
    """GetSecretPolicy for each name. Of the text of a policy, the numbers of the accounts that it lets in are kept."""
    found: dict[str, dict[str, Any]] = {}
    for name in subjects:
        try:
            answer = yield from _unless_gone(policy_request(target, name))
        except SecretsError as error:
            if error.code != NO_POLICY:
                raise
            found[name] = {"Accounts": []}
        else:
            if answer is not None:
                found[name] = _foreign(answer.get("Policy"), known[""]["owners"])
    return found


def policy_request(target: Target, name: str) -> Request:
    """GetSecretPolicy."""
    return call("kms", "GetSecretPolicy", KMS_VERSION, "POST", "/", target, {"PolicyName": "default", "SecretName": name})


def _unless_gone(request: Request) -> Generator[Request, Mapping[str, Any], Mapping[str, Any] | None]:
    """The answer, or None where the secret was deleted since the listing."""
    try:
        return (yield request)
    except SecretsError as error:
        if error.code != GONE:
            raise
        return None


def check_name(name: str, payload: Mapping[str, Any]) -> None:
    """An answer names its secret. Of another one it tells nothing, on whatever connection it came."""
    if payload.get("SecretName", name) != name:
        raise of_another_request(stray=False)


def _described(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an answer. One that names no secret says of none that it lacks anything."""
    if not isinstance(answer.get("SecretName"), str):
        raise SecretsError("schema", "the answer has no SecretName")
    return {field: answer.get(field) for field in TOLD} | {field: "" if answer.get(field) is None else answer[field] for field in TOLD_IF_ANY}


def _newest(rows: Sequence[Mapping[str, Any]]) -> str:
    """When the newest version was made. Where one time is no time, that is not known."""
    try:
        return max((utc_time(row.get("CreateTime")) for row in rows), key=parse_time, default=UNREADABLE)
    except ValueError:
        return UNREADABLE


def _foreign(written: Any, owners: Collection[str]) -> dict[str, Any]:
    """The accounts beside the owner that a policy lets in; nothing where it cannot be read, or where nobody knows the owner."""
    try:
        allowed = set(_accounts(_principals(strict_json.loads(str(written).encode("utf-8", "replace")))))
    except ValueError:
        return {}
    return {"Accounts": sorted(allowed - set(owners))} if owners else {}


def _principals(document: Any) -> Iterator[Any]:
    """Whom a policy lets in. Raises ValueError where it is written in a way that is not documented."""
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    if not isinstance(statements, list) or not all(isinstance(statement, Mapping) for statement in statements):
        raise ValueError("not a policy")
    for statement in statements:
        if statement.get("Effect") == "Deny":
            continue
        principal = statement.get("Principal")
        named = principal.get("RAM", []) if isinstance(principal, Mapping) else principal
        yield from named if isinstance(named, list) else [named]


def _accounts(names: Iterable[Any]) -> Iterator[str]:
    """The numbers of accounts in ARNs; '*' is everybody."""
    for name in names:
        found = ACCOUNT.fullmatch(name) if isinstance(name, str) and name != EVERYBODY else None
        if found is None and name != EVERYBODY:
            raise ValueError("not the name of an account")
        yield (found[1] or found[2]) if found else EVERYBODY


DETAILS = (
    Detail("instances", subject, None, instances, ("kms:ListKmsInstances", "kms:ListSecrets")),
    Detail("describe", rotating, 1, describe, ("kms:DescribeSecret",)),
    Detail("describe_all", subject, 1, describe, ("kms:DescribeSecret",)),
    Detail("keys", key, None, key_states, ("kms:ListKeys",), implies=("describe_all",)),
    Detail("versions", subject, 1, versions, ("kms:ListSecretVersionIds",)),
    Detail("policy", of_instance, 1, policy, ("kms:GetSecretPolicy", "kms:ListKmsInstances"), implies=("instances",), first=owner),
)
