# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line for each store as it ends, in a file that people follow with 'tail -f' while a long listing goes on."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import files
from .._core.clock import Clock
from .._core.counting import counted
from .._core.errors import SecretsError
from .._core.redaction import Redactor, printable
from .._core.values import iso_time
from .ledger import Store, ledger_row

LONGEST_LINE = 400


class Progress:
    """Appends lines to a file. Without a path it does nothing. problem: why the file could not be written any more."""

    def __init__(self, path: str | None, provider: str, clock: Clock, redactor: Redactor) -> None:
        self.problem: SecretsError | None = None
        self._path = path
        self._provider = provider
        self._clock = clock
        self._redactor = redactor
        self._ended = 0

    def ended(self, store: Store, stores: Sequence[Store]) -> None:
        """Tell of a store that has just ended. stores: all that are known so far."""
        if not self._path or self.problem:
            return
        self._ended += 1
        row = ledger_row(self._provider, store, None)
        place = f"{self._provider}/{row['account']}/{row['region']}"
        told = f"{iso_time(self._clock.now())} {self._ended} of {counted(len(stores), 'store')}: {place} {row['status']}, {counted(row['count'], 'secret')}"
        try:
            files.append(self._path, printable(self._redactor.text(told), LONGEST_LINE) + "\n")
        except SecretsError as error:  # the listing is worth more than the lines about it
            self.problem = error
