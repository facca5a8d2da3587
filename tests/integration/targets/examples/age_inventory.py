# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make an inventory as old as its folder says, as one of last month is."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path


def main(path: Path, collected_at: str) -> None:
    head, *lines, end = path.read_bytes().splitlines(keepends=True)
    head = json.dumps({**json.loads(head), "collected_at": collected_at}).encode() + b"\n"
    trailer = {**json.loads(end), "sha256": hashlib.sha256(b"".join([head, *lines])).hexdigest()}
    path.write_bytes(b"".join([head, *lines, json.dumps(trailer).encode() + b"\n"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
