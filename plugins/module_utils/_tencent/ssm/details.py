# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of secrets of SSM: what its listing does not tell, and the calls that do, those of KMS (2019-01-18) and of tags (2018-08-13) too.

Sources: the models of tencentcloud-sdk-python-ssm 3.1.194, -kms 3.1.192 and -tag 3.1.109, tccli's api.json, and the vendor's pages of
rate limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from functools import partial
from operator import itemgetter
from typing import Any

from ..._core.endpoints import Target
from ..._core.errors import SecretsError, of_another_request
from ..._core.messages import Request
from ..._core.records import Record
from ..._core.values import UNREADABLE, parse_time
from ..._provider import Detail, DetailFlow
from ..calls import call
from .fields import NO_SUCH_KEY

SSM_VERSION = "2019-09-23"
KMS_VERSION = "2019-01-18"
TAG_VERSION = "2018-08-13"
MOST_KEYS, MOST_TAGS, MOST_TAGGED = 200, 200, 50
"""Keys of a page, tags of a page, and secrets of one call for tags."""
MOST_PAGES = 1000
READINGS = 2
"""Of a list that contradicts itself."""
ROLES = {0: "the user's own", 1: "made by products of the cloud"}
USER = "user"
"""The owner of keys of the role 0."""
IN_FORCE = "SSM_Current"
UNBORN = frozenset({"pending_create", "create_failed"})
UNAVAILABLE = ("ResourceNotFound*", "ResourceUnavailable.Resource*", "UnsupportedOperation*")
"""Codes that say that this secret is gone, or has no such detail in its state."""
TEXT_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)", re.ASCII)
BEIJING = timedelta(hours=8)
QUARTER = 900
FARTHEST_ZONE = 14 * 3600
"""Seconds. The zones of the world lie at most so far from UTC, by quarters of an hour."""

Answer = Mapping[str, Any]
Flow = Generator[Request, Answer, Any]


def key(record: Record, words: Collection[str]) -> str | None:
    """The key that encrypts a secret. Software encryption has none."""
    return record["kms_key_id"] or None


def keys(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """The keys of the region: the user's own, then those of products if some are not found. What is in neither is asked for by its name once more."""
    wanted = set(subjects)
    found: dict[str, Answer] = {}
    for role in ROLES:
        if wanted - found.keys():
            found.update((yield from _walk(partial(keys_request, target, role), "KeyMetadatas", MOST_KEYS, itemgetter("KeyId"))))
    for ident in sorted(wanted - found.keys()):
        for role in ROLES:
            found.update((yield from _walk(partial(keys_request, target, role, name=ident), "KeyMetadatas", MOST_KEYS, itemgetter("KeyId"))))
    return {ident: found.get(ident, {"KeyState": NO_SUCH_KEY}) for ident in subjects}


def keys_request(target: Target, role: int, start: int, size: int, name: str | None = None) -> Request:
    """ListKeyDetail."""
    parameters = {"Offset": start, "Limit": size, "Role": role, "OrderType": 1, "SearchKeyAlias": name}
    return replace(call("kms", "ListKeyDetail", KMS_VERSION, target, parameters), check=partial(check_keys, role))


def check_keys(role: int, payload: Answer) -> None:
    """Each key has an id. Its owner tells the role that was asked for."""
    for row in _checked(payload, "KeyMetadatas"):
        if not isinstance(row.get("KeyId"), str):
            raise SecretsError("schema", "a key has no KeyId")
        if isinstance(row.get("Owner"), str) and (row["Owner"] == USER) != (role == 0):
            raise of_another_request()


def tagged(record: Record, words: Collection[str]) -> str | None:
    """The id of a secret in the service for tags. Without its creator it has none."""
    creator = record["attributes"]["create_uin"]
    return f"creatorUin/{creator}/{record['id']}" if creator else None


def tags(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """The tags of up to 50 secrets. A row of the answer is one tag of one secret."""
    found: dict[str, dict[str, Any]] = {subject: {} for subject in subjects}
    told = yield from _walk(partial(tags_request, target, subjects), "Tags", MOST_TAGS, itemgetter("ResourceId", "TagKey"))
    for (subject, name), row in told.items():
        found[subject][name] = "" if row.get("TagValue") is None else row["TagValue"]
    return {subject: {"Tags": values} for subject, values in found.items()}


def tags_request(target: Target, subjects: Sequence[str], start: int, size: int) -> Request:
    """DescribeResourceTagsByResourceIds."""
    parameters = {
        "ServiceType": "ssm",
        "ResourcePrefix": "secret",
        "ResourceIds": list(subjects),
        "ResourceRegion": target.region,
        "Offset": start,
        "Limit": size,
    }
    return replace(call("tag", "DescribeResourceTagsByResourceIds", TAG_VERSION, target, parameters), check=partial(check_tags, frozenset(subjects)))


def check_tags(asked: Collection[str], payload: Answer) -> None:
    """Each row names its secret, which is one of those that were asked for. Of others it tells nothing, on whatever connection it came."""
    for row in _checked(payload, "Tags"):
        if not isinstance(row.get("TagKey"), str) or not row["TagKey"]:
            raise SecretsError("schema", "a tag has no TagKey")
        if not isinstance(row.get("ResourceId"), str) or row["ResourceId"] not in asked:
            raise of_another_request(stray=False)


def rotating(record: Record, words: Collection[str]) -> str | None:
    """The name of a secret that is rotated by the cloud, with the time of its next rotation, by which the zone of its other times is found."""
    return f"{record['id']} {record['next_rotation_at'] or ''}" if record["kind"] in ("product", "redis") and record["status"] not in UNBORN else None


def rotation(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """DescribeSecret: when the account in force got its password, and from where it may sign in."""
    name, _blank, due = subjects[0].partition(" ")
    answer = yield from _of_secret(call("ssm", "DescribeSecret", SSM_VERSION, target, {"SecretName": name}), name)
    if answer is None:
        return {}
    accounts = answer.get("AccountInfoList")
    rows = [row for row in accounts if isinstance(row, Mapping) and row.get("Version") == IN_FORCE] if isinstance(accounts, list) else []
    offset = zone(answer.get("NextRotationTime"), due)
    times = [row["RotatedTime"] for row in rows if row.get("RotatedTime")]
    strange = [moment for moment in times if not (isinstance(moment, str) and TEXT_TIME.fullmatch(moment))]
    newest = max(strange or times, key=str, default=None)
    lists = [row["Host"] for row in rows if isinstance(row.get("Host"), list)]
    hosts = [host for each in lists for host in each]
    told = sorted(set(hosts)) if all(isinstance(host, str) for host in hosts) else hosts
    return {subjects[0]: {"RotatedTime": newest and with_zone(newest, offset), "Host": told if lists else None}}


def rotatable(record: Record, words: Collection[str]) -> str | None:
    """The name of a secret of a product."""
    return record["id"] if record["kind"] == "product" and record["status"] not in UNBORN else None


def history(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """DescribeRotationHistory: how many times it was rotated. It names the newest versions of these, so that a count without any, or fewer than
    it names, is none."""
    answer = yield from _of_secret(call("ssm", "DescribeRotationHistory", SSM_VERSION, target, {"SecretName": subjects[0]}))
    if answer is None:
        return {}
    count, named = answer.get("TotalCount"), answer.get("VersionIDs")
    odd = isinstance(named, list) and isinstance(count, int) and (len(named) > count or bool(named) != bool(count))
    return {subjects[0]: {"TotalCount": UNREADABLE if odd else count}}


def born(record: Record, words: Collection[str]) -> str | None:
    """The name of a secret that may have versions."""
    return None if record["status"] in UNBORN else str(record["id"])


def versions(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """ListSecretVersionIds: how many there are, and when the newest was made. Where one time is none, that is not known. Where a version stands
    twice, or none is there, nobody knows how many there are: a secret has one at least."""
    answer = yield from _of_secret(call("ssm", "ListSecretVersionIds", SSM_VERSION, target, {"SecretName": subjects[0]}), subjects[0])
    if answer is None:
        return {}
    listed = answer.get("Versions")
    if not isinstance(listed, list):
        raise SecretsError("schema", "Response.Versions is not a list")
    rows = [row if isinstance(row, Mapping) else {} for row in listed]
    times: list[Any] = [row.get("CreateTime") for row in rows]
    strange = [moment for moment in times if not isinstance(moment, int) or isinstance(moment, bool)]
    apart = len({str(row.get("VersionId")) for row in rows})
    return {subjects[0]: {"Count": apart if apart == len(rows) > 0 else UNREADABLE, "CreateTime": UNREADABLE if strange else max(times, default=UNREADABLE)}}


def _of_secret(request: Request, name: str | None = None) -> Flow:
    """The answer about one secret, or None where the cloud says that it is gone or has no such detail now. name: the one that the answer has to name."""
    try:
        answer = yield replace(request, check=partial(check_name, name)) if name else request
    except SecretsError as error:
        if any(fnmatchcase(str(error.code), pattern) for pattern in UNAVAILABLE):
            return None
        raise
    return answer["Response"]


def check_name(name: str, payload: Answer) -> None:
    """The answer names the secret that was asked for, on whatever connection it came."""
    if payload["Response"].get("SecretName") != name:
        raise of_another_request(stray=False)


def service(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """GetServiceStatus: whether the service is on, until when, and how much it may hold."""
    answer = yield call("ssm", "GetServiceStatus", SSM_VERSION, target, {})
    response = answer["Response"]
    return {subjects[0]: {**response, "ExpireTime": with_zone(response.get("ExpireTime") or "", BEIJING)}}


def _walk(request: Callable[[int, int], Request], rows: str, size: int, identity: Callable[[Answer], Hashable]) -> Flow:
    """The rows of all pages of a listing, by what tells them apart. They are read again where they are not as many as the cloud counts,
    or where one comes twice: its two contents may differ.

    A server that sends smaller pages than asked for is asked for such.
    """
    for _reading in range(READINGS):
        found: dict[Hashable, Answer] = {}
        seen, totals = 0, set[int]()
        for _page in range(MOST_PAGES):
            payload = yield request(seen, size)
            page, count = payload["Response"].get(rows) or [], payload["Response"]["TotalCount"]
            totals.add(count)
            seen += len(page)
            found.update((identity(row), row) for row in page)
            if not page or seen >= count:
                break
            if len(page) < size:  # an offset has to be a multiple of the size
                found, seen, size = {}, 0, len(page)
        if totals == {len(found)} == {seen}:
            return found
    told = " or ".join(map(str, sorted(totals)))
    raise SecretsError("pagination", f"the cloud counts {told} {rows}, and sends {len(found)} different ones", hint="Run it again.")


def _checked(payload: Answer, name: str) -> list[Answer]:
    """The rows of a page, which tells how many there are in all; null where there is nothing."""
    rows, count = payload["Response"].get(name), payload["Response"].get("TotalCount")
    if not isinstance(count, int) or isinstance(count, bool):
        raise SecretsError("schema", "the answer has no TotalCount")
    if not (rows is None or isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise SecretsError("schema", f"Response.{name} is not a list of objects")
    return rows or []


def with_zone(moment: Any, offset: timedelta) -> str:
    """A time like '2026-07-14 14:21:52' in ISO 8601 with its zone. What is no such time stays as it is, and is found invalid."""
    found = TEXT_TIME.fullmatch(moment) if isinstance(moment, str) else None
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    return f"{found[1]}T{found[2]}{sign}{minutes // 60:02d}:{minutes % 60:02d}" if found else str(moment)


def zone(moment: Any, due: str) -> timedelta:
    """The zone of a secret's text times: that of Beijing, unless one of them and the same moment in the listing say otherwise."""
    found = TEXT_TIME.fullmatch(moment) if isinstance(moment, str) else None
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=timezone.utc).timestamp() if found and due else None
    except ValueError:
        local = None
    ahead = 0.0 if local is None else local - parse_time(due)
    return BEIJING if local is None or abs(ahead) > FARTHEST_ZONE or ahead % QUARTER else timedelta(seconds=ahead)


DETAILS = (
    Detail("keys", key, None, keys, ("kms:ListKeyDetail",)),
    Detail("tags", tagged, MOST_TAGGED, tags, ("tag:DescribeResourceTagsByResourceIds",)),
    Detail("rotation", rotating, 1, rotation, ("ssm:DescribeSecret",)),
    Detail("history", rotatable, 1, history, ("ssm:DescribeRotationHistory",)),
    Detail("versions", born, 1, versions, ("ssm:ListSecretVersionIds",)),
    Detail("service", None, None, service, ("ssm:GetServiceStatus",)),
)
