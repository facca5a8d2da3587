# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet: the accounts and regions that are to be listed, written once, and the calls that list it.

A fleet is a list of entries. Each has a name (the account's label), a provider, and any option of that provider's
module but its credentials. Entries that differ only in what an account may set for itself become one call.

A fleet may stand in a file under 'fleet', beside what the inventory plugin reads there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.endpoints import ALL_REGIONS
from .._core.errors import did_you_mean, nearest, told_name, unknown_name
from .._listing.options import FleetOptions, detail_fault, fleet_options
from .._listing.organization import OPTION, owner_of
from .._provider import Provider
from .defaults import DEFAULTS, DETAILS_OPTION, OF_A_ROLE, OF_NO_KEY, ORIGINS, ROLE_OPTION, options_of, value_errors, with_defaults

PLUGIN = "multicloud.secrets.fleet"
FILE_KEYS = (
    "plugin fleet defaults credentials on_error strict compose groups keyed_groups use_extra_vars leading_separator"
    " cache cache_plugin cache_timeout cache_connection cache_prefix"
).split()
"""What the inventory plugin reads in a fleet file."""
PART = "part"
"""Beside 'fleet': that there are other entries elsewhere. The inventory plugin says so to each of its hosts."""
REGION_TYPES = {"region": "the name of a region", "regions": "a list of names of regions"}


@dataclass(frozen=True)
class _Given:
    """Credentials that are given for entries beside the fleet, and the promised ones.

    by_entry: for each entry, the names of its options. where: the name of the place in messages.
    promised: the entries for which the file has credentials that are not for us; None if nobody can tell.
    """

    by_entry: Mapping[str, set[str]]
    where: str
    promised: Collection[Any] | None
    part: bool

    def of(self, name: Any) -> set[str]:
        """The options that are given for an entry."""
        return self.by_entry.get(name, set())


def offers(services: Mapping[str, Provider]) -> dict[str, FleetOptions]:
    """The options of a fleet entry for each service."""
    return {name: fleet_options(service.options, [detail.word for detail in service.details]) for name, service in services.items()}


def plan(
    fleet: Any, offers: Mapping[str, FleetOptions], with_credentials: Mapping[str, Iterable[str]], where: str = "assert_secrets_credentials"
) -> dict[str, Any]:
    """The calls that list a fleet, the stores that must be there, and every error in it. A fleet may stand under 'fleet'.

    with_credentials: for each account the names of the options that come from elsewhere, from the place called 'where'. An
    account without any source of credentials uses the environment. Returns {'errors': [text], 'calls': [{'name', 'provider',
    'options', 'accounts'}], 'stores': [{'provider', 'account', 'region'?}], 'entries': [entry with its defaults]}; an error
    never shows a value. If only credentials are wrong, the stores are still told.
    """
    beside = fleet if isinstance(fleet, Mapping) else {}
    promise = beside.get("credentials", [])
    promised = promise if isinstance(promise, (Mapping, list)) else None
    given = _Given({name: set(options) for name, options in with_credentials.items()}, where, promised, beside.get(PART) is True)
    errors = file_errors({key: value for key, value in beside.items() if key != PART})
    fleet = beside.get("fleet") if isinstance(fleet, Mapping) else fleet
    if DEFAULTS in beside and isinstance(fleet, list):
        fleet, faults = with_defaults(fleet, beside[DEFAULTS], offers, given.by_entry)
        errors += faults
    errors += _errors(fleet, offers, where)
    stores = [] if errors else [store for entry in fleet for store in _stores(entry)]
    errors += _credential_errors(fleet if isinstance(fleet, list) else [], offers, given)
    if errors:
        return {"errors": errors, "calls": [], "stores": stores}
    calls: list[dict[str, Any]] = []
    for entry in fleet:
        offer = offers[entry["provider"]]
        options = {name: entry[name] for name in offer.call if entry.get(name) is not None}
        call = next((call for call in calls if call["provider"] == entry["provider"] and call["options"] == options), None)
        if call is None:
            number = 1 + sum(other["provider"] == entry["provider"] for other in calls)
            call = {"name": f"{entry['provider']}-{number}", "provider": entry["provider"], "options": options, "accounts": []}
            calls.append(call)
        call["accounts"].append(_account(entry, offer, given.of(owner_of(entry))))
    return {"errors": [], "calls": calls, "stores": stores, "entries": fleet}


def with_keys(accounts: Iterable[Mapping[str, Any]], credentials: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The accounts of a call, each with the credentials that stand under its name."""
    return [{**account, **credentials.get(owner_of(account), {})} for account in accounts]


def _account(entry: Mapping[str, Any], offer: FleetOptions, elsewhere: set[str]) -> dict[str, Any]:
    account = {"name": entry["name"], **{name: entry[name] for name in offer.account if name in entry}}
    account["regions"] = _regions(entry)
    if not _origins(entry, offer, elsewhere) and not (entry.get(ROLE_OPTION) or ROLE_OPTION in elsewhere):
        account["source"] = "environment"
    return {name: value for name, value in account.items() if value is not None}


def _origins(entry: Mapping[str, Any], offer: FleetOptions, elsewhere: set[str]) -> list[str]:
    """Option that names the source of the account's key. At most one is allowed."""
    keys = [option for option in offer.credentials if option in elsewhere and not option.startswith(OF_NO_KEY)]
    return [option for option in ORIGINS if entry.get(option) is not None or option in elsewhere] + keys[:1]


def _regions(entry: Mapping[str, Any]) -> list[str] | None:
    """None where the environment is to name the region."""
    given = entry.get("region") if entry.get("regions") is None else entry["regions"]
    return [given] if isinstance(given, str) else given


def _stores(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """One for each region that is known beforehand, else one for the account, or for all accounts of an organization."""
    store = {"provider": entry["provider"], "account": entry["name"]}
    regions = _regions(entry) or [ALL_REGIONS]
    open_ended = ALL_REGIONS in regions or entry.get(OPTION) is not None and owner_of(entry) == entry["name"]
    return [store] if open_ended else [{**store, "region": region} for region in regions]


def file_errors(file: Mapping[Any, Any]) -> list[str]:
    """The errors in what stands beside 'fleet' in a fleet file."""
    errors = [unknown_name("key", told_name(key, FILE_KEYS), FILE_KEYS) for key in file if key not in FILE_KEYS]
    if file.get("plugin", PLUGIN) != PLUGIN:
        errors.append(f"plugin is not {PLUGIN}")
    return errors


def _errors(fleet: Any, offers: Mapping[str, FleetOptions], where: str) -> list[str]:
    if not isinstance(fleet, list) or not fleet:
        return ["the fleet is not a list of at least one entry"]
    names = [entry.get("name") for entry in fleet if isinstance(entry, Mapping)]
    often = Counter(name for name in names if isinstance(name, str))
    errors = [error for number, entry in enumerate(fleet, 1) for error in _entry_errors(number, entry, offers, where)]
    return [f"entry {name!r}: the name is given twice" for name, times in often.items() if name and times > 1] + errors


def _entry_errors(number: int, entry: Any, offers: Mapping[str, FleetOptions], where: str) -> list[str]:
    if not isinstance(entry, Mapping):
        return [f"entry {number} is not a mapping"]
    name, provider = entry.get("name"), entry.get("provider")
    if name is None or name == "":
        return [f"entry {number} has no name"]
    if not isinstance(name, str):
        return [f"entry {number}: its name is not a text; put it into quotes"]
    who = f"entry {name!r}"
    if not isinstance(provider, str) or provider not in offers:
        return [f"{who}: {unknown_name('provider', str(provider), sorted(offers))}"]
    offer = offers[provider]
    known = {"name", "provider", *options_of(offer)}
    errors = []
    for option in entry:
        if option in offer.credentials:
            errors.append(f"{who}: {option} is a credential; give it in {where} under the name {name!r}")
        elif option not in known:
            errors.append(f"{who}: {unknown_name('option', told_name(option, known), sorted(known))}")
    errors += [f"{who}: {fault}" for fault in value_errors(entry, [option for option in entry if option in known - {"name", "provider"}])]
    errors += [f"{who}: {fault}" for fault in _detail_faults(entry.get(DETAILS_OPTION), offer.details)]
    if "@" in str(entry.get("proxy", "")):
        errors.append(f"{who}: proxy holds a user name or password; put that URL into the variable HTTPS_PROXY of the environment")
    errors += [f"{who}: {option} is not {REGION_TYPES[option]}" for option in REGION_TYPES if not _names_regions(entry.get(option), option)]
    if entry.get("region") is not None and entry.get("regions") is not None:
        errors.append(f"{who}: region and regions exclude each other")
    return errors


def _detail_faults(given: Any, known: Sequence[str]) -> list[str]:
    """What is wrong with the details of an entry. A text with commas is a list for Ansible, too."""
    words = given.split(",") if isinstance(given, str) else given
    if words is None or words == []:
        return []
    fault = detail_fault(words, known) if isinstance(words, list) else f"{DETAILS_OPTION} is not a list of words"
    return [fault] if fault else []


def _names_regions(given: Any, option: str) -> bool:
    """Whether a value of region or regions is one. Null leaves it to the environment."""
    several = option == "regions" and isinstance(given, list) and all(isinstance(region, str) for region in given)
    return several or given is None or isinstance(given, str)


def _credential_errors(fleet: Sequence[Any], offers: Mapping[str, FleetOptions], given: _Given) -> list[str]:
    named = [entry for entry in fleet if isinstance(entry, Mapping) and isinstance(entry.get("name"), str) and entry["name"]]
    errors = [error for entry in named if str(entry.get("provider")) in offers for error in _source_errors(entry, offers[entry["provider"]], given)]
    errors += [f"entry {entry['name']!r}: what {given.where} gives for it is empty" for entry in named if given.by_entry.get(entry["name"]) == set()]
    strangers = [] if given.part else sorted(set(given.by_entry) - {owner_of(entry) for entry in named})
    owners = [owner_of(entry) for entry in named]
    return errors + [f"credentials are given for {name!r}, which is no entry of the fleet{did_you_mean(nearest(name, owners))}" for name in strangers]


def _source_errors(entry: Mapping[str, Any], offer: FleetOptions, given: _Given) -> list[str]:
    """Of the options that stand elsewhere, by their names. A mistyped one would bring its value into the open: a module
    masks only the options that it knows."""
    who, elsewhere = f"entry {entry['name']!r}", given.of(owner_of(entry))
    known = {*offer.credentials, *(option for option in offer.account if option in ORIGINS or option.startswith(OF_A_ROLE))}
    errors = []
    for option in sorted(elsewhere, key=str):
        if option not in known:
            errors.append(f"{who}, in {given.where}: {unknown_name('option', told_name(option, known), sorted(known))}")
        elif option in entry and option not in offer.credentials:
            errors.append(f"{who}: {option} is in the fleet and in {given.where}; give it once")
    origins = _origins(entry, offer, elsewhere)
    if len(set(origins)) > 1:
        errors.append(f"{who} has several sources of credentials: {', '.join(origins)}")
    return errors if origins else errors + _silent_errors(who, entry, given)


def _silent_errors(who: str, entry: Mapping[str, Any], given: _Given) -> list[str]:
    """Of an entry that would use the environment because nothing says otherwise, where that may be a mistake."""
    meant = "write source: environment to use the key of the environment"
    if given.promised is None or owner_of(entry) in given.promised:
        return [f"{who}: credentials beside the fleet are for the inventory plugin; give them in {given.where} too, or {meant}"]
    if given.part and given.by_entry and not given.of(owner_of(entry)):
        return [f"{who} has no credentials in {given.where}, although other entries have some; add them, or {meant}"]
    return []
