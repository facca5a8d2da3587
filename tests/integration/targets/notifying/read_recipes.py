# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the play and the recipes of docs/notifying.md into files, as their reader would: python read_recipes.py PAGE FOLDER"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHATS = ("DingTalk", "WeCom", "Feishu", "Slack")


def main(page: Path, folder: Path) -> None:
    """The play as play.yml, and the recipes for chats together as tell.yml."""
    sections = dict(re.findall(r"^## ([\w ]+)\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    blocks = {name: re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0] for name, text in sections.items()}
    (folder / "play.yml").write_text(blocks["The play"], encoding="utf-8")
    (folder / "tell.yml").write_text("\n".join(blocks[name] for name in CHATS), encoding="utf-8")
    (folder / "numbers.yml").write_text(blocks["Prometheus"], encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
