# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of rules and waivers on the controller, read as data. Each keeps its path as its name, and its text, so that an error can name a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import NEARLY, SecretsError, nearest, unknown_name
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import printable
from ansible_collections.multicloud.secrets.plugins.plugin_utils import _yaml_file
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import Given, is_data, plain

PACKS = Path(__file__).parents[2] / "roles" / "assert_secrets" / "files" / "packs"
"""The rules that come with the role."""
LONGEST_KEY = 40


def sources(here: Given, option: str, value: Any) -> list[Any]:
    """Rules, or waivers, as data: what is a path is read, and keeps its path as its name."""
    if isinstance(value, str) and is_data(value):
        value = _yaml_file.read(str(value), f"{here.prefix}{option}")
    if isinstance(value, Mapping) and option in value:
        value = [{"name": option, **value}]
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_file(here, option, str(item)) if isinstance(item, str) else plain(item) for item in items]


def _file(here: Given, option: str, path: str) -> dict[str, Any]:
    found = here.find(path)
    if found is None:
        hint = "A relative path begins where Ansible was started, or beside the playbook."
        here.refuse(option, f"{path} is neither a file nor a {option.removesuffix('s')}", hint)
    return _named(here, option, found, path)


def _named(here: Given, option: str, found: str, name: str) -> dict[str, Any]:
    data, text = here.read(found, name)
    content = data if isinstance(data, dict) else {option: data}
    if option not in content or content[option] is None:
        near = next((key for key in content if key != option and nearest(key, [option], NEARLY)), None)
        instead = f", but {printable(near, LONGEST_KEY)!r}" if near else ""
        raise SecretsError("rules", f"{name} has no {option}{instead}", hint=f"Put them under the key {option}.")
    return {**content, "name": name, "text": text}


def pack(here: Given, name: Any) -> dict[str, Any]:
    """A pack of rules by its name."""
    known = sorted(path.stem for path in PACKS.glob("*.yml"))
    if name not in known:
        here.refuse("packs", unknown_name("pack", str(name), known))
    return _named(here, "rules", str(PACKS / f"{name}.yml"), f"pack {name}")
