# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers in sentences: one is one, and everything else is many."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.counting import counted, plural, worded


@pytest.mark.parametrize(("number", "told"), [(0, "0 stores"), (1, "1 store"), (2, "2 stores"), (0.25, "0.25 stores"), (1.0, "1.0 store")])
def test_a_number_and_its_word(number: float, told: str) -> None:
    assert counted(number, "store") == f"{number} store{plural(number)}" == told


def test_a_phrase_for_one_and_for_many() -> None:
    assert [worded(number, "once", "{} times") for number in (0, 1, 2)] == ["0 times", "once", "2 times"]
