# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The details that the calls of a fleet ask for, and about how many requests they cost.

1. Words are given for each service, or in one list of which each service takes the words that it has.
2. An entry's own words come in addition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.counting import counted
from .._core.errors import SecretsError, told_name, unknown_name
from .._listing.details import asked_details
from .._provider import Detail, Provider

DetailWords = Mapping[str, Sequence[str]]
"""Service -> words of its details."""
Counts = Mapping[tuple[str, str], Sequence[int]]
"""(service, account) -> how many secrets each store of it had the last time."""
SAMPLE = "Write {SERVICE: [WORD]}, a list of words, or [] for none."


def by_service(given: Any, services: Mapping[str, Provider], where: str) -> DetailWords:
    """The words for each service. Raises SecretsError of kind 'argument' for a word or a service that is not known.

    where: the name of the option in messages.
    """
    known = {name: [detail.word for detail in service.details] for name, service in services.items()}
    if isinstance(given, Mapping):
        for name, words in given.items():
            if name not in known:
                raise SecretsError("argument", f"{where}: {unknown_name('service', told_name(name, known), sorted(known))}")
            _check(words, known[name], where)
        return {name: list(words) for name, words in given.items()}
    _check(given, sorted({word for words in known.values() for word in words}), where)
    return {name: [word for word in words if word in given] for name, words in known.items()}


def _check(words: Any, known: Sequence[str], where: str) -> None:
    if not isinstance(words, list):
        raise SecretsError("argument", f"{where}: this is neither a list of words nor a mapping from services to such lists", hint=SAMPLE)
    strange = [told_name(word, known) for word in words if word not in known]
    if strange:
        raise SecretsError("argument", f"{where}: {unknown_name('detail', strange[0], list(known))}", hint=SAMPLE)


def of_nobody(given: Any, providers: Iterable[str], services: Mapping[str, Provider]) -> str:
    """What is asked for and no service of a fleet has, for people; empty if each word is of use.

    given: as for by_service(), which has checked it. providers: the services of the fleet.
    """
    mine = sorted(set(providers))
    if isinstance(given, Mapping):
        strange = sorted(name for name, words in given.items() if words and name not in mine)
        return f"the fleet has no entry of {', '.join(strange)}, but of {', '.join(mine)}" if strange else ""
    known = sorted({detail.word for name in mine for detail in services[name].details})
    lost = [word for word in given if word not in known]
    return f"no service of the fleet ({', '.join(mine)}) has the detail {', '.join(lost)}; known: {', '.join(known)}" if lost else ""


def of_call(call: Mapping[str, Any], words: DetailWords) -> list[str]:
    """The words of one call: those of its entries, and those of its service."""
    own = call["options"].get("details") or ()
    return list(dict.fromkeys((*(own.split(",") if isinstance(own, str) else own), *words.get(call["provider"], ()))))


def told(calls: Iterable[Mapping[str, Any]], words: DetailWords, services: Mapping[str, Provider], counts: Counts) -> str:
    """What is asked for, and about how many requests more that is, in one line. Empty where nothing is."""
    asked = [(call, of_call(call, words)) for call in calls]
    named = list(dict.fromkeys(word for _call, mine in asked for word in mine))
    if not named:
        return ""
    stores = [(call["provider"], mine, counts.get((call["provider"], account["name"]))) for call, mine in asked if mine for account in call["accounts"]]
    line = f"details: {', '.join(named)}"
    if any(numbers is None for _provider, _mine, numbers in stores):
        return line
    number = sum(requests(services[provider].details, mine, count) for provider, mine, numbers in stores for count in numbers or ())
    return f"{line}; about {counted(number, 'more request')}"


def requests(details: Sequence[Detail], words: Sequence[str], secrets: int) -> int:
    """About how many requests these words cost in a store of so many secrets, with what they imply."""
    asked = asked_details(details, words)
    first = sum(detail.first is not None for detail in asked)
    return first + sum(1 if detail.subject is None or detail.batch is None else -(-secrets // detail.batch) for detail in asked)
