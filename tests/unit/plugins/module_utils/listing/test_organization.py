# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option 'organization': its grammar, refusals that name the nearest key, and the choice of members."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.organization import Organization, choose, read_organization, with_folders
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Folder, MemberAccount

REFUSED = [
    ("x", "organization is not a mapping with role, include, exclude, label, member"),
    ({}, "organization names no role"),
    ({"roles": "r"}, "organization: unknown key 'roles'; did you mean role?"),
    ({"role": "a role"}, "organization.role cannot be the name of a role"),
    ({"role": "acs:ram::1:role/r"}, "does not hold {account_id} exactly once"),
    ({"role": "acs:ram::{account_id}:role/{account_id}"}, "does not hold {account_id} exactly once"),
    ({"role": "acs:ram::{account_id}:role/{name}"}, "does not hold {account_id} exactly once"),
    ({"role": "r", "label": "number"}, "organization.label: unknown label 'number'; "),
    ({"role": "r", "exclude": {"account": ["1"]}}, "organization.exclude: unknown key 'account'; did you mean accounts?"),
    ({"role": "r", "exclude": {}}, "organization.exclude has nothing in it"),
    ({"role": "r", "include": {"accounts": []}}, "organization.include has nothing in it, or an empty list"),
    ({"role": "r", "include": {"accounts": "1"}}, "organization.include.accounts is not a list of ids"),
    ({"role": "r", "include": {"folders": ["a/b"]}}, "organization.include.folders is not a list of ids"),
    ({"role": "r", "include": {"accounts": [True]}}, "organization.include.accounts is not a list of ids"),
    ({"role": "r", "include": {"tags": ["env"]}}, "organization.include.tags is not a mapping"),
    ({"role": "r", "member": {"id": "1"}}, "organization.member has no id and entry as texts"),
    ({"role": "r", "member": {"id": "1", "entry": "company", "store": 3}}, "organization.member: unknown key 'store'; did you mean stores?"),
    ({"role": "r", "member": {"id": "1", "entry": "company", "stores": 0}}, "organization.member.stores is no number of stores"),
    ({"role": "r", "label": "id", "member": {"id": "1", "entry": "company"}}, "member is one account of the organization, and label speaks of all"),
    ({"role": "r", "include": {"tags": {"env": 1.5}}}, "organization.include.tags: the value of 'env' is no text"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_is_not_meant_is_refused_with_the_way_out(given: Any, message: str) -> None:
    with pytest.raises(SecretsError) as caught:
        read_organization(given, "organization")
    assert message in caught.value.message and (caught.value.hint or "did you mean" in message or "known" in message)


def test_ansible_gives_null_for_what_is_not_set() -> None:
    full = {"role": "r", "include": None, "exclude": {"accounts": ["1"], "folders": None, "tags": None}, "label": None}
    assert read_organization(full, "organization") == read_organization({"role": "r", "exclude": {"accounts": [1]}}, "organization")
    assert read_organization(None, "organization") is None


MEMBERS = [
    MemberAccount("1", "one", "b"),
    MemberAccount("2", "two", "a", (), {"env": "dev", "team": "x"}),
    MemberAccount("3", "three", "c", (), {"env": "prod"}),
]


@pytest.mark.parametrize(
    ("picks", "taken"),
    [
        ({}, "123"),
        ({"include": {"accounts": [2]}}, "2"),
        ({"include": {"folders": ["a"]}}, "12"),
        ({"include": {"folders": ["b"], "tags": {"env": ["prod", "test"]}}}, "13"),
        ({"exclude": {"tags": {"team": None}}}, "13"),
        ({"include": {"folders": ["a"]}, "exclude": {"accounts": ["1"]}}, "2"),
    ],
)
def test_any_key_that_fits_is_enough_and_exclude_wins(picks: dict[str, Any], taken: str) -> None:
    asked = read_organization({"role": "r", **picks}, "organization")
    members = with_folders(MEMBERS, [Folder("a", "root"), Folder("b", "a"), Folder("c", "root")])
    choice = choose(asked or Organization("r"), members)
    assert "".join(choice.taken) == taken
    assert {member.id for member, _reason in choice.left_out} == set("123") - set(taken)


def test_folders_in_a_circle_end() -> None:
    (member,) = with_folders(MEMBERS[:1], [Folder("b", "c"), Folder("c", "b")])
    assert member.above == ("c", "b")


def test_nobody_left_is_a_mistake() -> None:
    asked = read_organization({"role": "r", "include": {"accounts": ["9"]}}, "organization")
    with pytest.raises(SecretsError, match="leave none of the 3 accounts"):
        choose(asked or Organization("r"), MEMBERS)


@pytest.mark.parametrize("name", ["one", "a/b", " x", "y" * 65, "a\x1b[31m", "a\nb", "a\u202eb", "a\u200bb"])
def test_names_that_cannot_be_labels_are_refused(name: str) -> None:
    with pytest.raises(SecretsError, match="label: name does not serve"):
        choose(Organization("r", label="name"), [MEMBERS[0], MemberAccount("4", name)])
