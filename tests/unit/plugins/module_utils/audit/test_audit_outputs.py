# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report says, whatever the time at which it was made and the pieces in which it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.outputs import Digest
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results


def digest(name: str, text: str, size: int) -> bytes:
    """Digest of a report that comes in pieces of a size."""
    made = Digest(FORMATS[name])
    for place in range(0, len(text), size):
        end = place + size
        made.add(text[place:end])
    return made.value()


@pytest.mark.parametrize("name", FORMATS)
def test_pieces_and_times_change_no_digest(name: str, tmp_path: Path) -> None:
    plain = results.plain(tmp_path)
    later = {**plain, "as_of": "2030-01-01T00:00:00Z", "stores": [{**store, "collected_at": "2030-01-01T00:00:00Z"} for store in plain["stores"]]}
    text, same = (results.FORMATS[name].render(result) for result in (plain, later))
    assert {digest(name, text, size) for size in (1, 7, 100, len(text))} == {digest(name, same, size) for size in (1, 64, len(same))}
    assert digest(name, text + "x", 9) != digest(name, text, 9)
