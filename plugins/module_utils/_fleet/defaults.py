# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all entries of a fleet share: the options under 'defaults' beside it.

1. An entry's own value counts. What it says of its region or of its key replaces all that the defaults say of it.
2. An entry takes only those options that its provider has, and those of a role only if it has a role. Of the details it
   takes the words that its provider has.
3. An option or a detail that no provider of the fleet has is refused, and so are credentials and names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import SecretsError, told_name, unknown_name
from .._core.given import WAY_OUT, empty_options
from .._core.labels import read_labels
from .._listing.options import FleetOptions, detail_fault
from .._listing.organization import OPTION, read_organization

DEFAULTS, DETAILS_OPTION = "defaults", "details"
REGIONS = frozenset({"region", "regions"})
ORIGINS = ("profile", "credentials_env", "source")
"""Options that say where an account's key comes from. They are no secrets."""
ROLE_OPTION = "assume_role_arn"
OF_A_ROLE = "assume_role_"
"""How those begin that say which role to assume with the key. None of them names a key."""
OF_NO_KEY = (OF_A_ROLE, f"{OPTION}_")
"""How those credentials begin that belong to a role."""


def options_of(offer: FleetOptions) -> set[str]:
    """The options that an entry of a provider may have beside its name and provider."""
    return {"region", *offer.account, *offer.call}


def value_errors(options: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """What is wrong with values that can be judged before a module sees them."""
    errors = [f"{fault}. {WAY_OUT}" for fault in empty_options(options, names)]
    try:
        read_labels(options.get("labels"), "labels")
        read_organization(options.get(OPTION), OPTION)
    except SecretsError as error:
        return errors or [error.sentence()]
    return errors


def with_defaults(
    entries: Sequence[Any], defaults: Any, offers: Mapping[str, FleetOptions], with_credentials: Mapping[str, Collection[str]]
) -> tuple[list[Any], list[str]]:
    """The entries, each with what it takes from the defaults, and the errors in these.

    with_credentials: for each entry, the names of the options that are given for it elsewhere.
    """
    if not isinstance(defaults, Mapping) or not defaults:
        return list(entries), [f"{DEFAULTS} is not a mapping from options to values; correct it, or leave it out"]
    named = [defaults.get("provider"), *(entry.get("provider") for entry in entries if isinstance(entry, Mapping))]
    used = [offers[provider] for provider in named if isinstance(provider, str) and provider in offers]
    errors = _errors(defaults, used)
    if errors:
        return list(entries), errors
    return [_filled(entry, defaults, offers, with_credentials) for entry in entries], []


def _errors(defaults: Mapping[str, Any], used: Sequence[FleetOptions]) -> list[str]:
    known = {"provider"}.union(*map(options_of, used))
    secret = {option for offer in used for option in offer.credentials}
    errors = []
    for option in defaults:
        if option == "name":
            errors.append(f"{DEFAULTS}: name is of one entry alone")
        elif option in secret:
            errors.append(f"{DEFAULTS}: {option} is a credential; give it for each entry, beside the fleet")
        elif option not in known and used:
            errors.append(f"{DEFAULTS}: {unknown_name('option', told_name(option, known), sorted(known))}")
    words = defaults.get(DETAILS_OPTION)
    if isinstance(words, list) and used and (fault := detail_fault(words, sorted({word for offer in used for word in offer.details}))):
        errors.append(f"{DEFAULTS}: {fault}")
    if all(defaults.get(option) is not None for option in REGIONS):
        errors.append(f"{DEFAULTS}: region and regions exclude each other")
    return errors + [f"{DEFAULTS}: {fault}" for fault in value_errors(defaults, defaults)]


def _filled(entry: Any, defaults: Mapping[str, Any], offers: Mapping[str, FleetOptions], with_credentials: Mapping[str, Collection[str]]) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    provider = entry.get("provider") or defaults.get("provider")
    offer = offers.get(provider) if isinstance(provider, str) else None
    options = {"provider", *(options_of(offer) if offer else ())}
    mine = {name: value for name, value in entry.items() if value is not None or name not in options}
    own = {*mine, *with_credentials.get(str(entry.get("name")), ())}
    said = own.union(*(group for group in (REGIONS, {*ORIGINS, *_key_options(offer)}) if group & own))
    taken = {name: value for name, value in defaults.items() if name in options - said and value is not None}
    if offer and isinstance(taken.get(DETAILS_OPTION), list):
        taken[DETAILS_OPTION] = [word for word in taken[DETAILS_OPTION] if word in offer.details]
        taken = {name: value for name, value in taken.items() if name != DETAILS_OPTION or value}
    has_role = ROLE_OPTION in own or ROLE_OPTION in taken
    return {**mine, **{name: value for name, value in taken.items() if has_role or not name.startswith(OF_A_ROLE)}}


def _key_options(offer: FleetOptions | None) -> set[str]:
    return {option for option in offer.credentials if not option.startswith(OF_NO_KEY)} if offer else set()
