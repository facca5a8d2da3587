# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the examples of the README into files, as its reader would: python read_readme.py README FOLDER"""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path


def main(readme: Path, folder: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (sample,) = [block for language, block in blocks if language == "json"]
    fleet, rules, play = [block for language, block in blocks if language == "yaml"]
    lines = [line for language, block in blocks if language == "console" for line in block.splitlines()]
    commands = [shlex.split(line) for line in lines if re.match(r"ansible(-playbook|-inventory)? ", line)]
    files = {"sample.json": sample, "fleet.yml": fleet, "rules.yml": rules, "play.yml": play, "commands.json": json.dumps(commands)}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
