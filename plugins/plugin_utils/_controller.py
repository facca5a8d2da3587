# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's side of action plugins: files that people wrote, private folders, and what the role was given."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from ansible import constants as C
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.parsing.vault import is_encrypted

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import unended
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import version_of
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files, inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError, unknown_name
from ansible_collections.multicloud.secrets.plugins.module_utils._core.given import refuse_empty
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import iso_time
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FILE_NAMES
from ansible_collections.multicloud.secrets.plugins.module_utils._report.language import LANGUAGES
from ansible_collections.multicloud.secrets.plugins.plugin_utils import _yaml_file

REPORT_DIR = "secrets-report"
ROLE = "multicloud.secrets.assert_secrets"
PREFIX = "assert_secrets_"
FLEET = f"{PREFIX}fleet"
VARIABLES = tuple(
    f"{PREFIX}{name}"
    for name in (
        "fleet credentials details rules packs params waivers baselines report_dir keep_runs progress hosts reports"
        " by_owner console_url language fail_on fail_on_new notice unknown allow_empty inventories result"
    ).split()
)
"""All variables of the role; its result is one of them."""
RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""The name of the folder of one run's inventories: when it began, and which it was."""
YOUNG = 86_400
"""Seconds. Jobs that share a folder may still need what one of them has just written."""
MOST_VALUES = 2_000_000


@dataclass(frozen=True)
class Given:
    """What a task was given, and where its files are. prefix: what stands before an option in messages, so that people
    find the role's variable."""

    loader: Any
    playbook_dir: str
    prefix: str

    def find(self, path: str) -> str | None:
        """A file: from the folder in which Ansible was started, then beside the playbook."""
        wanted = os.path.expanduser(path)
        places = (os.path.abspath(wanted), os.path.join(self.playbook_dir, wanted))
        return next((place for place in places if os.path.isfile(place)), None)

    def read(self, found: str, name: str, encrypted: bool = False) -> tuple[Any, str]:
        """The data of a file, which may be vaulted, and its text. name: what messages call it. encrypted: whether single values may be."""
        content = files.read_bytes(found)
        fault = ""
        if is_encrypted(content):
            try:
                content = self.loader._vault.decrypt(content)
            except Exception as error:  # of many classes, and their texts may hold anything
                fault = type(error).__name__
        if fault:
            raise SecretsError("file", f"{name} is encrypted and cannot be decrypted ({fault})", hint="Give Ansible the vault's password.")
        return _yaml_file.read(content, name, encrypted), content.decode("utf-8", "replace")

    def flag(self, option: str, value: Any, default: bool) -> bool:
        """An option that is true or false. Null is not set, as it is for modules."""
        try:
            chosen = default if value is None else boolean(value)
        except TypeError:
            self.refuse(option, "it is neither true nor false")
        return bool(chosen)

    def one_of(self, known: Collection[str], option: str, what: str, value: Any) -> str:
        """A value that is a known one. what: what the option names."""
        if value not in known:
            self.refuse(option, unknown_name(what, str(value), sorted(known)))
        return str(value)

    def paths(self, option: str, value: Any) -> list[Any]:
        """Paths, also as one text. In the role a relative one begins where Ansible was started; a module would take it for one of its own."""
        found = [part.strip() for part in value.split(",")] if isinstance(value, str) else as_list(value)
        refuse_empty({option: found}, [option] if found else [], who=self.prefix)
        return [absolute(path) if self.prefix and isinstance(path, str) else path for path in found]

    def refuse(self, option: str, message: str, hint: str | None = None) -> NoReturn:
        """End with an error about an option."""
        raise SecretsError("argument", f"{self.prefix}{option}: {message}", hint=hint)


def given(task: Any, task_vars: Mapping[str, Any], loader: Any) -> Given:
    """What belongs to a task. In the role, a variable that the role does not know is refused."""
    in_role = task._role is not None and task._role.get_name() == ROLE
    if in_role:
        _check_variables(task, task_vars)
        if _is_given(task_vars.get(f"{PREFIX}result")):
            raise SecretsError(
                "argument", f"{PREFIX}result is given, and is what the role sets", hint="Leave it out; a verdict that is given would be believed."
            )
    return Given(loader, str(task_vars.get("playbook_dir", os.curdir)), PREFIX if in_role else "")


def _check_variables(task: Any, task_vars: Mapping[str, Any]) -> None:
    """Refuse variables that the role does not know, and a fleet that is missing, at once. Each host says for itself that it has no fleet, as it lists."""
    unknown = sorted(name for name in task_vars if isinstance(name, str) and name.startswith(PREFIX) and name not in VARIABLES)
    known = [name for name in VARIABLES if name != f"{PREFIX}result"]
    faults = [unknown_name("variable", name, known) for name in unknown]
    has_none = task.args.get("fleet", True) in (None, "")  # before core 2.19 a template gives no null
    if (has_none or (faults and task.args.get("check_only"))) and task_vars.get(FLEET) is None and not any(FLEET in fault for fault in faults):
        faults.append(f"{FLEET} is missing")
    if faults:
        hint = "The role knows no other variable." if unknown else "Give it a list of entries, or the path of a fleet file."
        raise SecretsError("argument", "; ".join(faults), hint=hint)


def _is_given(result: Any) -> bool:
    """Whether the role's result is another one than what its first task has set."""
    return result is not None and not (isinstance(result, Mapping) and result.get("verdict") == "unknown")


def plain(value: Any) -> Any:
    """The value as plain data: no marks of Ansible's, no lazy containers, encrypted texts in the clear.

    Raises SecretsError for more than anybody means, as aliases of YAML that name one another make it.
    """
    return _plain(value, iter(range(MOST_VALUES)), _yaml_file.DEEPEST)


def _plain(value: Any, left: Iterator[int], levels: int) -> Any:
    if not levels or next(left, None) is None:
        limit = f"{MOST_VALUES} values after its aliases are expanded" if levels else f"{_yaml_file.DEEPEST} levels"
        raise SecretsError("argument", f"a value of this task has more than {limit}", hint="Split it, or give it as the path of a file.")
    if isinstance(value, Mapping):
        return {str(key) if isinstance(key, str) else key: _plain(item, left, levels - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, left, levels - 1) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def as_list(value: Any) -> list[Any]:
    """A list, be it given as a text with commas."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return list(value) if isinstance(value, Sequence) else [value]


def is_data(text: str) -> bool:
    """Whether a text is data itself, and not the path of a file."""
    return text.lstrip()[:1] in ("[", "{")


def moment(seconds: float) -> str:
    """A time as the names of runs begin with it. seconds: since the epoch."""
    return iso_time(seconds).replace("-", "").replace(":", "")


def forget_runs(folder: str, keep: int, now: float) -> None:
    """Remove the inventories of runs beyond the newest ones, unless they are younger than a day. Anything else stays.

    now: seconds since the epoch. A folder that cannot be read or changed stays as it is.
    """
    young = moment(now - YOUNG)
    for name in _runs(folder)[keep:]:
        run = os.path.join(folder, name)
        if name < young and not os.path.islink(run):
            _forget(run)


def _runs(folder: str) -> list[str]:
    """The names of the runs in a folder, the newest first."""
    return sorted(filter(RUN.fullmatch, files.names(folder)), reverse=True)


def _forget(run: str) -> None:
    """Remove the inventories of a run, and its folder if nothing else is in it."""
    with suppress(OSError):
        for file in os.listdir(run):
            if file.endswith((".jsonl", ".written")):
                os.unlink(os.path.join(run, file))
        os.rmdir(run)


def last_counts(folder: str, host: str, run: str) -> dict[tuple[str, str], list[int]]:
    """How many secrets the stores of each account had when a host listed them the last time, by service and account.

    folder: of the runs. host: how the names of its inventories begin. run: the one that begins now. What cannot be read counts as nothing.
    """
    counts = (_counts(os.path.join(folder, name), host) for name in _runs(folder) if name != run)
    return next(filter(None, counts), {})


def _counts(run: str, host: str) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for file in files.names(run):
        if file.startswith(f"{host}.") and file.endswith(".jsonl"):
            with suppress(SecretsError), inventory_file.opened(os.path.join(run, file)) as inventory:
                for row in inventory.header["stores"]:
                    found.setdefault((row["provider"], row["account"]), []).append(row.get("count") or 0)
    return found


def report_folder(here: Given, path: Any) -> str:
    """The absolute path of a folder for reports."""
    refuse_empty({"report_dir": path}, who=here.prefix)
    return absolute(path)


def absolute(path: Any) -> str:
    """The absolute path of a file or folder. A relative one begins where Ansible was started."""
    return os.path.realpath(os.path.expanduser(str(path)))


def end_reports(path: Any, error: SecretsError, begun: Collection[str] = (), language: str = LANGUAGES[0]) -> None:
    """Let no report outlive a run that was refused: those in the folder say that it has not ended, and why.

    begun: the formats that this run was to write, be they there or not.
    """
    folder, clock = absolute(path), Clock()
    paths = {name: os.path.join(folder, file) for name, file in FILE_NAMES.items()}
    standing = {name: path for name, path in paths.items() if name in begun or os.path.isfile(path)}
    unended.give_up(standing, clock.now(), clock.nonce, error.sentence(), language=language)


def read_fleet(here: Given, fleet: Any) -> tuple[Any, str | None]:
    """A fleet as data: given as it is, as JSON or YAML text, or as the path of a file; and which file it is, as version_of() says it."""
    if not isinstance(fleet, str):
        return plain(fleet), None
    name = str(fleet)
    if is_data(name):
        return _yaml_file.read(name, f"{here.prefix}fleet"), None
    found = here.find(name)
    if found is None:
        here.refuse("fleet", f"{name} is neither a file nor a list of entries", "A relative path begins where Ansible was started, or beside the playbook.")
    data, text = here.read(found, name)
    return data, version_of(name, text)


def say(action: Any, line: str) -> None:
    """Show a line of a task, unless it has no_log, or a program reads what Ansible prints: callbacks that print JSON are named after it."""
    if not action._task.no_log and "json" not in C.DEFAULT_STDOUT_CALLBACK:
        action._display.display(line)
