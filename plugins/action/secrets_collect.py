# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of secrets_collect: reads and plans here, lists on the host, and brings the inventories here.

No result, warning or error repeats an argument. An exception that nobody foresaw is told by its class.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.multicloud.secrets.plugins.module_utils._core import files, inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError, told_name, unknown_name
from ansible_collections.multicloud.secrets.plugins.module_utils._core.machine import as_error
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import printable
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet import details
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.forecast import forecast
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import offers, plan, with_keys
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.play import COLLECTED, FAILED, PLANNED
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES, module_name
from ansible_collections.multicloud.secrets.plugins.modules.secrets_collect import ARGUMENT_SPEC
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import (
    REPORT_DIR,
    Given,
    as_list,
    end_reports,
    forget_runs,
    given,
    last_counts,
    moment,
    plain,
    read_fleet,
    report_folder,
    say,
)

OWN = ("fleet", "credentials", "report_dir", "keep_runs", "list", "details")
"""Options that are not handed to the listing modules."""
BEGUN = Clock().now()
"""When Ansible loaded this plugin, in seconds since the epoch: the same on all hosts, because it loads it before it starts their workers."""
LONGEST_HOST = 60
KEEP_RUNS = 30
IN_NO_FILE = re.compile(r"[^A-Za-z0-9_.-]")
UNREACHABLE = "This host could not be reached any more while it listed."


class ActionModule(ActionBase):
    """Ansible's way to find action plugins."""

    _supports_async = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        self._checking = bool(self._task.check_mode)
        self._task.check_mode = False  # the listing modules write into a folder that goes away; this is the worker's own task
        variables = task_vars or {}
        told: dict[str, Any] = {"changed": False, "state": FAILED, "fleet": None, "stores": [], "inventories": [], "calls": []}
        told |= {"play": str(self._task.get_play()._uuid), "at": Clock().now()}
        try:
            return self._collected(told, variables)
        except AnsibleConnectionFailure:
            error = SecretsError("connect", UNREACHABLE)
        except Exception as caught:
            error = as_error(caught)
        if not self._checking:
            end_reports(self._task.args.get("report_dir") or REPORT_DIR, error)
        return {**told, "inventories": [], "failed": True, "msg": error.sentence().strip(), "error": error.as_dict()}

    def _collected(self, told: dict[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        """The result. 'told' gets the stores as soon as they are known."""
        here = given(self._task, variables, self._loader)
        options = self._options()
        credentials = _credentials(here, options.get("credentials"))
        keep = _number_of_runs(here, options.get("keep_runs"))
        lists = here.flag("list", options.get("list"), True)
        asked_for = _as_words(here, options.get("details"))
        words = details.by_service(asked_for, SERVICES, f"{here.prefix}details")
        if not lists and not options.get("fleet"):
            return {**told, "state": PLANNED}
        fleet, told["fleet"] = read_fleet(here, options.get("fleet"))
        planned = plan(fleet, offers(SERVICES), credentials, f"{here.prefix}credentials")
        told["stores"] = planned["stores"]
        if planned["errors"]:
            told["errors"] = planned["errors"]
            raise SecretsError("argument", "; ".join(planned["errors"]))
        if not lists:
            return {**told, "state": PLANNED}
        self._check_details(here, asked_for, planned["calls"], told, variables)
        unwanted = (*OWN, *(["progress"] if self._checking else []))
        shared = {name: value for name, value in options.items() if name not in unwanted and value is not None}
        self._foretell(told, planned["calls"], shared, variables)
        folder = self._folder(here, options.get("report_dir"))
        own = _file_name(str(variables["inventory_hostname"]))
        counts = last_counts(os.path.dirname(folder), own, os.path.basename(folder))
        self._say(details.told(planned["calls"], words, SERVICES, counts), variables)
        forget_runs(os.path.dirname(folder), keep, Clock().now())
        with self._place(folder, variables) as place:
            for call in planned["calls"]:
                asked = details.of_call(call, words)
                arguments = {
                    **shared,
                    **call["options"],
                    **({"details": asked} if asked else {}),
                    "accounts": with_keys(call["accounts"], credentials),
                    "on_error": "report",
                }
                self._list(told, call, arguments, place, f"{folder}/{own}.{call['name']}.jsonl", variables)
        names = [os.path.basename(path) for path in told["inventories"]]
        inventory_file.note_written(folder, own, names, Clock().nonce())
        return {**told, "state": COLLECTED}

    def _list(self, told: dict[str, Any], call: Mapping[str, Any], arguments: dict[str, Any], place: str, target: str, variables: Mapping[str, Any]) -> None:
        """List what one call names, and add what came of it to 'told'. place: where the host writes. target: the inventory here."""
        written = f"{place}/{os.path.basename(target)}"
        result = self._execute_module(module_name(call["provider"]), {**arguments, "dest": written}, task_vars=dict(variables))
        _check(result, call["name"])
        if written != target:
            self._fetch(written, target, variables)
        told["inventories"].append(target)
        told["calls"].append({"name": call["name"], **{key: result.get(key) for key in ("count", "complete", "store_counts")}})
        told.setdefault("warnings", []).extend(result.get("warnings") or [])

    def _check_details(self, here: Given, given: Any, calls: Sequence[Mapping[str, Any]], told: dict[str, Any], variables: Mapping[str, Any]) -> None:
        """Refuse details that no service of the fleet has. Where the hosts of a play share the option, each says so in a warning.

        What rules read is told for each service, be it in the fleet or not.
        """
        by_rules = isinstance(given, Mapping) and (not here.prefix or variables.get(f"{here.prefix}details") in ("auto", None))
        fault = "" if by_rules else details.of_nobody(given, (call["provider"] for call in calls), SERVICES)
        if fault and len(variables.get("ansible_play_hosts_all", ())) > 1:
            told.setdefault("warnings", []).append(f"{here.prefix}details: {fault}")
        elif fault:
            here.refuse("details", fault, "Correct it, or take it out.")

    def _foretell(self, told: dict[str, Any], calls: Sequence[Mapping[str, Any]], shared: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        """Say how much is about to be listed. The listing modules refuse what is wrong with an option, and say so better."""
        with suppress(Exception):
            least = forecast(calls, SERVICES, shared)
            told["forecast"] = {"stores": least.stores, "requests": least.requests, "seconds": least.seconds}
            self._say(least.text(), variables)

    def _say(self, line: str, variables: Mapping[str, Any]) -> None:
        """Show a line before the listing begins. Of several hosts each says whose it is."""
        several = len(variables.get("ansible_play_hosts_all", ())) > 1
        if line:
            say(self, f"{variables['inventory_hostname']}: {line}" if several else line)

    def _options(self) -> dict[str, Any]:
        """The task's arguments, each of which must be known."""
        options = dict(self._task.args)
        known = sorted(ARGUMENT_SPEC)
        for name in options:
            if name not in known:
                raise SecretsError("argument", unknown_name("option", told_name(name, known), known))
        return options

    def _folder(self, here: Given, report_dir: Any) -> str:
        """The folder of this run, which all hosts of a batch share. In check mode it is one that Ansible removes at its end."""
        run = hashlib.sha256(f"{self._task.get_play()._uuid}{self._task._uuid}".encode()).hexdigest()[:8]
        base = f"{C.DEFAULT_LOCAL_TMP}/assert_secrets" if self._checking else report_folder(here, REPORT_DIR if report_dir is None else report_dir)
        folders = [base, f"{base}/inventory", f"{base}/inventory/{moment(BEGUN)}-{run}"]
        files.make_folders(folders)
        return folders[-1]

    @contextmanager
    def _place(self, folder: str, variables: Mapping[str, Any]) -> Iterator[str]:
        """Where the host writes: here, if it is the controller and the same user, else in a folder of its own for a while."""
        if self._connection.transport == "local" and not self._connection.become:
            yield folder
            return
        made = self._execute_module("ansible.builtin.tempfile", {"state": "directory", "prefix": "assert_secrets."}, task_vars=dict(variables))
        _check(made, "a folder on this host")
        try:
            yield made["path"]
        finally:
            with suppress(AnsibleConnectionFailure):
                self._execute_module("ansible.builtin.file", {"path": made["path"], "state": "absent"}, task_vars=dict(variables))

    def _fetch(self, source: str, target: str, variables: Mapping[str, Any]) -> None:
        """Bring a file to the controller, for its owner only."""
        task = self._task.copy()
        task.args = {"src": source, "dest": target, "flat": True}
        fetch = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.fetch",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        _check(fetch.run(task_vars=dict(variables)), "fetching an inventory")
        os.chmod(target, 0o600)


def _credentials(here: Given, value: Any) -> Mapping[str, Mapping[str, Any]]:
    """The credentials by entry. What else they may be is never repeated."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        here.refuse("credentials", "this is not a mapping from the names of entries to their credentials")
    for name, keys in value.items():
        if not isinstance(name, str) or not isinstance(keys, Mapping):
            here.refuse("credentials", f"the credentials of entry {told_name(name)} are not a mapping of options by the name of an entry")
    return value


def _as_words(here: Given, value: Any) -> Any:
    """Details as they are given: a mapping, or a list, be it as a text with commas."""
    value = plain(value)
    if isinstance(value, str) and not value.strip():
        here.refuse("details", "is empty", "Write [] to ask for nothing.")
    return value if isinstance(value, Mapping) else as_list(value)


def _number_of_runs(here: Given, value: Any) -> int:
    """How many runs to keep."""
    if value is None:
        return KEEP_RUNS
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) < 1:
        here.refuse("keep_runs", "it is no whole number from 1 on")
    return int(value)


def _check(result: Mapping[str, Any], what: str) -> None:
    """Raise what a module tells of its failure. The modules of this collection scrub it; of others only the message is told."""
    if result.get("unreachable"):
        raise AnsibleConnectionFailure(UNREACHABLE)
    if not result.get("failed"):
        return
    error = result.get("error")
    if isinstance(error, Mapping):
        known = {key: error.get(key) for key in ("code", "http_status", "request_id", "hint")}
        raise SecretsError(str(error.get("kind")), str(error.get("message")), **known)
    raise SecretsError("argument", f"{what}: {printable(str(result.get('msg', 'it failed')))}")


def _file_name(host: str) -> str:
    """A host's name as the beginning of a file's name, which no other host has, and which patterns such as *.jsonl find."""
    name = IN_NO_FILE.sub("_", host[:LONGEST_HOST])
    name = re.sub(r"^\.+", "_", name)
    return name if name == host else f"{name}-{hashlib.sha256(host.encode('utf-8', 'replace')).hexdigest()[:8]}"
