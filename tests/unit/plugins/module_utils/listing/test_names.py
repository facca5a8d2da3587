# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that were asked for and are not there: whether that is certain, and which name comes nearest."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._listing import names
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import LedgerRow
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.names import MOST_TOLD, NamesSeen, missing_names, warnings


def row(status: str, account: str = "a") -> LedgerRow:
    """A row of the ledger, as far as it matters here."""
    return {"account": account, "status": status}


def test_a_missing_name_is_certain_where_all_of_its_account_was_listed() -> None:
    seen = {"a": NamesSeen({"x"}), "b": NamesSeen({"x"})}
    rows = [row("complete"), row("not_offered"), row("failed", "b")]
    assert [each["certain"] for each in missing_names(["x"], seen, rows)] == [True, False]


def test_of_many_names_some_are_told_with_their_nearest() -> None:
    wanted = [f"name-{number:02}" for number in range(MOST_TOLD + 3)]
    one = NamesSeen(set(wanted))
    one.add("name-xx")
    missing = missing_names(wanted, {"a": one}, [row("complete")])
    assert [each["nearest"] for each in missing] == ["name-xx"] * MOST_TOLD + [None] * 3
    (text,) = warnings(missing, False)
    assert text.endswith(" and 3 more.") and "name-09" in text and "name-10" not in text


def test_names_to_compare_with_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST_NAMES", 1)
    seen = NamesSeen(set())
    seen.add("aaaa")
    seen.add("bbbb")
    assert (seen.nearest("aaaa"), seen.nearest("bbbb")) == ("aaaa", None)
