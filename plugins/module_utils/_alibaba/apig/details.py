# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of secrets of APIG: what its listing does not tell, and the calls of 2024-03-27 that do.

Sources: the API pages of ListSecretReferences and ListGateways, alibabacloud_apig20240327 11.6.0, and the API page of
ListKeys of KMS.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from ..._core.endpoints import Target
from ..._core.errors import SecretsError
from ..._core.messages import Request
from ..._core.records import Record
from ..._provider import Detail, DetailFlow, RawPage
from ..calls import ROWS, call, check_place, doubts_region, key_states, numbered

APIG_VERSION = "2024-03-27"
NOT_FOUND = 404
USERS = {"PluginConfig": "plugin", "ServiceConfig": "service", "consumerConfig": "consumer", "mcpServerConfig": "mcp_server"}
"""Where a reference names its user. The SDK writes two of them with a capital letter, older pages do not."""


def subject(record: Record, words: Collection[str]) -> str | None:
    """APIG is asked about the id of a secret, unless the listing says that nothing uses it. Before it stands how many do, if that is told."""
    used = record["reference_count"]
    return None if used == 0 else f"{used or ''} {record['id']}"


def key(record: Record, words: Collection[str]) -> str | None:
    """The key of a secret."""
    return record["kms_key_id"] or None


def gateways(target: Target) -> DetailFlow:
    """ListGateways: the gateways of a region by their id."""
    rows = yield from numbered(partial(gateways_request, target), read_page, "gatewayId")
    return {str(row.get("gatewayId")): row for row in rows}


def gateways_request(target: Target, number: int) -> Request:
    """ListGateways."""
    return replace(call("apig", "ListGateways", APIG_VERSION, "GET", "/v1/gateways", target, _page(number)), check=partial(check_page, number, ROWS))


def references(target: Target, subjects: Sequence[str], known: Mapping[str, Any]) -> DetailFlow:
    """ListSecretReferences for each id. Only kinds and names are kept. None where the listing counts some is a contradiction, and tells nothing."""
    found = {}
    for each in subjects:
        used, _blank, ident = each.partition(" ")
        try:
            rows = yield from numbered(partial(references_request, target, ident), read_page, None)
        except SecretsError as error:
            if error.http_status != NOT_FOUND or doubts_region(error):
                raise
        else:
            found[each] = {"items": [_reference(row, known) for row in rows] if rows or not used else None}
    return found


def references_request(target: Target, ident: str, number: int) -> Request:
    """ListSecretReferences."""
    path = f"/v1/secrets/{quote(ident, safe='')}/references"
    return replace(call("apig", "ListSecretReferences", APIG_VERSION, "GET", path, target, _page(number)), check=partial(check_page, number, ROWS))


def keys(target: Target, subjects: Sequence[str]) -> DetailFlow:
    """The state of each key. KMS is asked at its own host, whatever 'endpoint' says of APIG's."""
    return key_states(replace(target, endpoint=None), subjects)


def check_page(number: int, size: int, payload: Mapping[str, Any]) -> None:
    """An answer names its page, in 'data'."""
    data = payload.get("data")
    data = data if isinstance(data, Mapping) else {}
    check_place(number, size, data.get("pageNumber", number), data.get("pageSize", size))


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Rows and total; 'data' and 'items' may be null where there is nothing."""
    data = payload.get("data")
    data = {} if data is None else data
    rows = data.get("items") if isinstance(data, Mapping) else data
    if "data" not in payload or not isinstance(data, Mapping) or not isinstance(rows, (list, type(None))):
        raise SecretsError("schema", "data.items is not a list")
    return RawPage(rows or [], data.get("totalSize"))


def _page(number: int) -> Mapping[str, str]:
    return {"pageNumber": str(number), "pageSize": str(ROWS)}


def _reference(row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What uses the secret: its kind, its name, and its gateway by name, or by id where no gateway has that."""
    spelt = {name.lower(): value for name, value in row.items()}
    named = ((kind, spelt.get(config.lower())) for config, kind in USERS.items())
    kind, user = next(((kind, user) for kind, user in named if isinstance(user, Mapping) and user), ("unknown", {}))
    ident = row.get("gatewayId")
    return {"kind": kind, "name": user.get("name"), "gateway": known.get(str(ident), {}).get("name") or ident}


DETAILS = (
    Detail("references", subject, 1, references, ("apig:ListSecretReferences", "apig:ListGateways"), first=gateways),
    Detail("keys", key, None, keys, ("kms:ListKeys",)),
)
