# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet: the accounts and regions that are to be listed, written once, and the calls that list it.

A fleet is a list of entries. Each has a name (the account's label), a provider, and any option of that provider's
module but its credentials. Entries that differ only in what an account may set for itself become one call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import unknown_name

ALL = "all"
LIKE_AN_OPTION = re.compile(r"[a-z_]{1,40}")
"""What may be shown of a name that is not known: a key that was put in its place does not look like this."""


@dataclass(frozen=True)
class Offer:
    """What an entry of one provider may say: for its account, for the whole call, and never (credentials)."""

    account: Sequence[str]
    call: Sequence[str]
    credentials: Sequence[str]


def plan(fleet: Any, offers: Mapping[str, Offer], with_credentials: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The calls that list a fleet, the stores that must be there, and every error in it. A fleet may stand under 'fleet'.

    with_credentials: for accounts whose keys come from elsewhere, the names of what is given for each; the others use the
    environment, unless they say which part of it. Returns {'errors': [text], 'calls': [{'name', 'provider', 'options', 'accounts'}],
    'stores': [{'provider', 'account', 'region'?}]}; an error never shows a value.
    """
    keyed = set(with_credentials)
    fleet = fleet["fleet"] if isinstance(fleet, Mapping) and set(fleet) == {"fleet"} else fleet
    errors = _errors(fleet, offers, with_credentials)
    if errors:
        return {"errors": errors, "calls": [], "stores": []}
    calls: list[dict[str, Any]] = []
    for entry in fleet:
        offer = offers[entry["provider"]]
        options = {name: entry[name] for name in offer.call if name in entry}
        call = next((call for call in calls if call["provider"] == entry["provider"] and call["options"] == options), None)
        if call is None:
            number = 1 + sum(other["provider"] == entry["provider"] for other in calls)
            call = {"name": f"{entry['provider']}-{number}", "provider": entry["provider"], "options": options, "accounts": []}
            calls.append(call)
        call["accounts"].append(_account(entry, offer, keyed))
    return {"errors": [], "calls": calls, "stores": [store for entry in fleet for store in _stores(entry)]}


def with_keys(accounts: Iterable[Mapping[str, Any]], credentials: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The accounts of a call, each with the credentials that stand under its name."""
    return [{**account, **credentials.get(account["name"], {})} for account in accounts]


def _account(entry: Mapping[str, Any], offer: Offer, keyed: set[str]) -> dict[str, Any]:
    account = {"name": entry["name"], **{name: entry[name] for name in offer.account if name in entry}}
    account["regions"] = _regions(entry)
    if entry["name"] not in keyed and not {"credentials_env", "source"} & account.keys():
        account["source"] = "environment"
    return {name: value for name, value in account.items() if value is not None}


def _regions(entry: Mapping[str, Any]) -> list[str] | None:
    """None where the environment is to name the region."""
    given = entry.get("regions", entry.get("region"))
    return [given] if isinstance(given, str) else given


def _stores(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """One for each region that is known beforehand, else one for the account."""
    store = {"provider": entry["provider"], "account": entry["name"]}
    regions = _regions(entry) or [ALL]
    return [store] if ALL in regions else [{**store, "region": region} for region in regions]


def _errors(fleet: Any, offers: Mapping[str, Offer], given: Mapping[str, Iterable[str]]) -> list[str]:
    if not isinstance(fleet, list) or not fleet:
        return ["the fleet is not a list of at least one entry"]
    names = [entry.get("name") for entry in fleet if isinstance(entry, Mapping)]
    errors = [error for number, entry in enumerate(fleet, 1) for error in _entry_errors(number, entry, offers, names)]
    if not errors:
        errors = [error for entry in fleet for error in _credential_errors(entry["name"], given.get(entry["name"], ()), offers[entry["provider"]])]
    strangers = sorted(given.keys() - {name for name in names if isinstance(name, str)})
    return errors + [f"credentials are given for {name!r}, which is no entry of the fleet" for name in strangers]


def _credential_errors(name: str, given: Iterable[str], offer: Offer) -> list[str]:
    """A mistyped name would bring its value into the open: a module masks only the options that it knows."""
    errors = []
    for option in given:
        if option not in offer.credentials:
            shown = option if isinstance(option, str) and LIKE_AN_OPTION.fullmatch(option) else "(not shown)"
            errors.append(f"the credentials of entry {name!r}: {unknown_name('credential', shown, list(offer.credentials))}")
    return errors


def _entry_errors(number: int, entry: Any, offers: Mapping[str, Offer], names: Sequence[Any]) -> list[str]:
    if not isinstance(entry, Mapping):
        return [f"entry {number} is not a mapping"]
    name, provider = entry.get("name"), entry.get("provider")
    if not isinstance(name, str) or not name:
        return [f"entry {number} has no name"]
    who = f"entry {name!r}"
    errors = [f"{who}: the name is given twice"] if names.count(name) > 1 and names.index(name) != number - 1 else []
    if provider not in offers:
        return [*errors, f"{who}: {unknown_name('provider', str(provider), sorted(offers))}"]
    offer = offers[provider]
    known = {"name", "provider", "region", *offer.account, *offer.call}
    for option in entry:
        if option in offer.credentials:
            errors.append(f"{who}: {option} is a credential; give it in assert_secrets_credentials under the name {name!r}")
        elif option not in known:
            errors.append(f"{who}: {unknown_name('option', str(option), sorted(known))}")
    if "region" in entry and "regions" in entry:
        errors.append(f"{who}: region and regions exclude each other")
    return errors
