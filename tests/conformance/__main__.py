# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/conformance.md."""

from __future__ import annotations

from pathlib import Path

from requirements import page

if __name__ == "__main__":
    (Path(__file__).parents[2] / "docs" / "conformance.md").write_text(page(), encoding="utf-8")
