# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure who loses what, and print the page: python tests/faults --table > docs/faults.md"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """From any checkout: the collection is imported under its own name, through a link."""
    parser = argparse.ArgumentParser(prog="python tests/faults", description=__doc__)
    parser.add_argument("--table", action="store_true", required=True, help="print docs/faults.md, measured now")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as workspace:
        link = Path(workspace) / "ansible_collections" / "multicloud" / "secrets"
        link.parent.mkdir(parents=True)
        link.symlink_to(Path(__file__).resolve().parents[2])
        sys.path.insert(0, workspace)
        from ansible_collections.multicloud.secrets.tests.faults import rivals  # pylint: disable=import-outside-toplevel

        print(rivals.page(rivals.measured()), end="")


if __name__ == "__main__":
    main()
