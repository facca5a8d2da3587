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
ORIGINS = ("profile", "credentials_env", "source")
"""Options that say where an account's key comes from. They are no secrets."""
LIKE_AN_OPTION = re.compile(r"[a-z_]{1,40}")
"""What may be shown of a name that is not known: a key that was put in its place does not look like this."""
ROLE = "assume_role_"
"""How those begin that say which role to assume with the key. One of them alone names no key."""


@dataclass(frozen=True)
class Offer:
    """What an entry of one provider may say: for its account, for the whole call, and never (credentials)."""

    account: Sequence[str]
    call: Sequence[str]
    credentials: Sequence[str]


def plan(fleet: Any, offers: Mapping[str, Offer], with_credentials: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The calls that list a fleet, the stores that must be there, and every error in it. A fleet may stand under 'fleet'.

    with_credentials: for each account the names of the options that come from elsewhere. An account without any source
    of credentials uses the environment. Returns {'errors': [text], 'calls': [{'name', 'provider', 'options', 'accounts'}],
    'stores': [{'provider', 'account', 'region'?}]}; an error never shows a value.
    """
    elsewhere = {name: set(options) for name, options in with_credentials.items()}
    fleet = fleet["fleet"] if isinstance(fleet, Mapping) and set(fleet) == {"fleet"} else fleet
    errors = _errors(fleet, offers, elsewhere)
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
        call["accounts"].append(_account(entry, offer, elsewhere.get(entry["name"], set())))
    return {"errors": [], "calls": calls, "stores": [store for entry in fleet for store in _stores(entry)]}


def with_keys(accounts: Iterable[Mapping[str, Any]], credentials: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The accounts of a call, each with the credentials that stand under its name."""
    return [{**account, **credentials.get(account["name"], {})} for account in accounts]


def _account(entry: Mapping[str, Any], offer: Offer, elsewhere: set[str]) -> dict[str, Any]:
    account = {"name": entry["name"], **{name: entry[name] for name in offer.account if name in entry}}
    account["regions"] = _regions(entry)
    if not _origins(entry, offer, elsewhere):
        account["source"] = "environment"
    return {name: value for name, value in account.items() if value is not None}


def _origins(entry: Mapping[str, Any], offer: Offer, elsewhere: set[str]) -> list[str]:
    """What says where the account's key comes from: at most one may."""
    keys = [option for option in offer.credentials if option in elsewhere and not option.startswith(ROLE)]
    return [option for option in ORIGINS if entry.get(option) is not None or option in elsewhere] + keys[:1]


def _regions(entry: Mapping[str, Any]) -> list[str] | None:
    """None where the environment is to name the region."""
    given = entry.get("regions", entry.get("region"))
    return [given] if isinstance(given, str) else given


def _stores(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """One for each region that is known beforehand, else one for the account."""
    store = {"provider": entry["provider"], "account": entry["name"]}
    regions = _regions(entry) or [ALL]
    return [store] if ALL in regions else [{**store, "region": region} for region in regions]


def _errors(fleet: Any, offers: Mapping[str, Offer], elsewhere: Mapping[str, set[str]]) -> list[str]:
    if not isinstance(fleet, list) or not fleet:
        return ["the fleet is not a list of at least one entry"]
    names = [entry.get("name") for entry in fleet if isinstance(entry, Mapping)]
    errors = [error for number, entry in enumerate(fleet, 1) for error in _entry_errors(number, entry, offers, names, elsewhere)]
    strangers = sorted(set(elsewhere) - {name for name in names if isinstance(name, str)})
    return errors + [f"credentials are given for {name!r}, which is no entry of the fleet" for name in strangers]


def _entry_errors(number: int, entry: Any, offers: Mapping[str, Offer], names: Sequence[Any], elsewhere: Mapping[str, set[str]]) -> list[str]:
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
    if "@" in str(entry.get("proxy", "")):
        errors.append(f"{who}: proxy holds a user name or password; put that URL into the variable HTTPS_PROXY of the environment")
    if "region" in entry and "regions" in entry:
        errors.append(f"{who}: region and regions exclude each other")
    return errors + _source_errors(who, entry, offer, elsewhere.get(name, set()))


def _source_errors(who: str, entry: Mapping[str, Any], offer: Offer, elsewhere: set[str]) -> list[str]:
    """Of the options that stand in assert_secrets_credentials, by their names. A mistyped one would bring its value into the
    open: a module masks only the options that it knows."""
    known = {*offer.credentials, *(option for option in offer.account if option in ORIGINS or option.startswith(ROLE))}
    errors = []
    for option in sorted(elsewhere, key=str):
        if option not in known:
            shown = option if isinstance(option, str) and LIKE_AN_OPTION.fullmatch(option) else "(not shown)"
            errors.append(f"{who}, in assert_secrets_credentials: {unknown_name('option', shown, sorted(known))}")
        elif option in entry and option not in offer.credentials:
            errors.append(f"{who}: {option} stands in the fleet and in assert_secrets_credentials; give it once")
    origins = _origins(entry, offer, elsewhere)
    if len(set(origins)) > 1:
        errors.append(f"{who} has several sources of credentials: {', '.join(origins)}")
    return errors
