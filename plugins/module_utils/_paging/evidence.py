# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that the listings of one store were told, weighed together before the store closes. No input or output.

1. A listing is short if it holds fewer ids than every page of its last reading has counted.
2. Totals may ignore what makes partitions differ. That explains a short listing if the totals of the partitions that
   are then counted together agree, and if these partitions together hold what any of them counts, and no more.
   Two totals agree if the ranges in which they moved meet.
3. Totals may ignore a filter. That explains a short listing if the question without the filter has the same total, and
   has the row of that number. The row may be missing if the total counts other partitions, too.
   A filter that leaves out partitions is ignored if these have the same total, but not so many rows that they could
   have that total alone. Nothing is explained if the listing itself has the row that it lacks.
4. A short listing that nothing explains is read once more. If it remains short, it has no proof.
5. A refusal may say that a parameter's value, or the whole service, is not offered. It is believed if it was told twice
   for the same value, and if nothing with that value was answered. A refused value needs an answer to another one.
6. A store without a secret is believed when two answers agree. If the second one differs, all its listings are read again.
7. A secret that moves from one partition to another while they are read may be missed by both. A row may say so, an id
   may be in both, or one total may rise while the other falls. Then both are read again, and the rows of all readings count.
8. Each of these steps happens once, so that a store closes whatever the cloud says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from .._core.errors import SecretsError
from .merge import together
from .unordered import PROOFS, RUN_AGAIN, Listing


class Member(NamedTuple):
    """A listing of a store, and the parameters that make it one. moving: whether a row has said that its secret is changing them."""

    listing: Listing
    parameters: Mapping[str, Hashable]
    moving: bool = False


class Probe(NamedTuple):
    """One row, asked for to learn what a total counts: its total (None if there was no answer), and whether there was a row.

    without: the filter that was left out, or 'all'; None if it was asked for in the words of the listing itself.
    elsewhere: whether it is of a partition that this filter leaves out.
    """

    total: int | None
    found: bool
    without: str | None = None
    elsewhere: bool = False


class Refusal(NamedTuple):
    """The cloud's word that it does not offer something: these values of parameters, or the service if there are none."""

    error: SecretsError
    values: frozenset[tuple[str, Hashable]]


def unexplained(members: Sequence[Member], probes: Sequence[Probe]) -> list[Member]:
    """The short listings, unless the totals are known to count more than was asked for (rules 1 to 3)."""
    short = [member for member in members if _is_short([member])]
    if not short:
        return []
    possible = [groups for groups in _groupings(members) if all(map(_fits, groups))]
    spread = any(len(group) > 1 for groups in possible for group in groups)
    ignored = _ignores_a_filter(short[0].listing, probes, spread)
    return [] if ignored or any(not any(map(_is_short, groups)) for groups in possible) else short


def is_settled(members: Sequence[Member]) -> bool:
    """True if each total is one number, and the number of ids of all listings that it counts together."""
    return any(all(_counts(group) for group in groups) for groups in _groupings(members))


def store_proof(members: Sequence[Member], ids: int) -> str:
    """The proof of a whole store: its weakest listing's, or 'union' if the totals are those of several listings together.

    Where a secret is in two listings, their totals count it twice, and prove nothing of all together.
    """
    weakest = min((member.listing.proof for member in members), key=PROOFS.index)
    if weakest == "total" and ids != sum(member.listing.total or 0 for member in members):
        return "end"
    return "union" if weakest == "end" and is_settled(members) else weakest


def is_believed(refusal: Refusal, heard: Sequence[Refusal], answered: Sequence[Mapping[str, Hashable]]) -> bool:
    """True if what a refusal says is not offered, is not (rule 5). answered: the parameters of listings of which a page came."""
    others_answered = bool(answered) or not refusal.values
    return others_answered and is_confirmed(refusal, heard) and not contradicts(refusal, answered)


def is_confirmed(refusal: Refusal, heard: Sequence[Refusal]) -> bool:
    """True if the same was told twice."""
    return len({id(each.error) for each in heard if each.values == refusal.values and each.error.code == refusal.error.code}) > 1


def contradicts(refusal: Refusal, answered: Sequence[Mapping[str, Hashable]]) -> bool:
    """True if what was refused was also answered."""
    return any(refusal.values <= set(parameters.items()) for parameters in answered)


def contradiction(refusal: Refusal, other: str, hint: str = RUN_AGAIN) -> SecretsError:
    """The error of a refusal against which something else speaks."""
    said = refusal.error
    return SecretsError("pagination", f"the cloud says {said.code}, and {other}", code=said.code, request_id=said.request_id, hint=hint)


def moved(members: Sequence[Member], parameter: str) -> list[Member]:
    """The listings between which a secret may have moved while they were read (rule 7). parameter: what it would change."""
    families = _alike(members, {name for member in members for name in member.parameters} - {parameter})
    return [member for family in families if len(family) > 1 and _shows_a_move(family) for member in family]


def _shows_a_move(family: Sequence[Member]) -> bool:
    listings = [member.listing for member in family]
    if any(member.moving for member in family) or sum(listing.count for listing in listings) > together(listings):
        return True
    shifts = [listing.told[-1] - listing.told[0] for listing in listings if listing.told]
    return min(shifts, default=0) < 0 < max(shifts, default=0)


def _ignores_a_filter(listing: Listing, probes: Sequence[Probe], spread: bool) -> bool:
    """Rule 3. spread: whether the total may count other partitions, too."""
    if any(probe.without is None and probe.found for probe in probes):
        return False
    least, most = min(listing.told), max(listing.told)
    verdicts: dict[tuple[str, bool], bool] = {}
    for probe in probes:
        if probe.without is not None and probe.total is not None:
            may = not probe.found if probe.elsewhere else probe.found or spread
            kind = (probe.without, probe.elsewhere)
            verdicts[kind] = verdicts.get(kind, True) and may and least <= probe.total <= most
    return any(verdicts.values())


def _groupings(members: Sequence[Member]) -> Iterator[list[list[Member]]]:
    """The ways in which totals may count: each its own listing, those together that are alike in some parameters, or all."""
    yield [[member] for member in members]
    names = sorted({name for member in members for name in member.parameters})
    for number in range(len(names) - 1, -1, -1):
        for chosen in combinations(names, number):
            yield _alike(members, set(chosen))
    if not names:
        yield [list(members)]


def _alike(members: Sequence[Member], names: set[str]) -> list[list[Member]]:
    """The members by their values of some parameters."""
    groups: dict[frozenset[tuple[str, Hashable]], list[Member]] = {}
    for member in members:
        groups.setdefault(frozenset(item for item in member.parameters.items() if item[0] in names), []).append(member)
    return list(groups.values())


def _fits(group: Sequence[Member]) -> bool:
    """Whether the totals of a group may be one, that of all of it together."""
    told = [member.listing.told for member in group if member.listing.told]
    if len(group) == 1 or not told:
        return True
    agree = max(map(min, told)) <= min(map(max, told))
    steady = {total for each in told for total in each}
    return agree and (len(steady) > 1 or _ids(group, min(steady)) <= min(steady))


def _is_short(group: Sequence[Member]) -> bool:
    least = min((member.listing.least_total for member in group if member.listing.least_total is not None), default=0)
    return _ids(group, least) < least


def _counts(group: Sequence[Member]) -> bool:
    """True if all of the group were told one and the same total, and together hold so many."""
    told = {total for member in group for total in member.listing.told or (None,)}
    total = told.pop()
    return not told and total is not None and _ids(group, total) == total


def _ids(group: Sequence[Member], wanted: int) -> int:
    """Number of the ids of all together. Where even their sum is less than what is wanted, the sum will do: to compare ids is dear."""
    most = sum(member.listing.count for member in group)
    return most if most < wanted else together([member.listing for member in group])
