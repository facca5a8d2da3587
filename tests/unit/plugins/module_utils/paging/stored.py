# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows that a listing takes for rows on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import PageRow, StoredRows


class OnDisk(StoredRows):
    """Rows that keep count of how they are read. None lie side by side."""

    def __init__(self, rows: Sequence[PageRow]) -> None:
        self.rows = rows
        self.asked: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def share(self, number: int, share: int) -> list[PageRow]:
        self.asked.append((number, share))
        return [row for row in self.rows if hash(row.id) % number == share]

    def joined(self, other: Sequence[PageRow]) -> None:
        return None
