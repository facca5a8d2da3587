# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the emulator: as 'python tests/emulator', from any folder, or as 'python -m emulator' with tests/ on the path."""

from __future__ import annotations

import os
import sys

if __package__:
    from .command import main
else:
    # a folder run as a script is on the path itself; its parent must be, so that the relative imports work
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from emulator.command import main

if __name__ == "__main__":
    sys.exit(main())
