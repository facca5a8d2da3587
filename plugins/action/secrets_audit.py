# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of secrets_audit: reads files of rules and waivers, gathers what the hosts of the play have
collected, and hands all of it to the module of the same name, which judges in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import owner_files, unended
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.needs import with_reports
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.task import CONTROLLER
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.machine import as_error
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import offers, plan
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.play import ListedByHost, StoreRow, Together, claimed_twice, each_once, together
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FILE_NAMES
from ansible_collections.multicloud.secrets.plugins.module_utils._report.language import LANGUAGES
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.plugin_utils import _rule_files
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import (
    FLEET,
    REPORT_DIR,
    Given,
    absolute,
    as_list,
    end_reports,
    given,
    plain,
    read_fleet,
    report_folder,
    say,
)

UNREAD = dict.fromkeys(("dest", "reports", "previous", "history", "by_owner"))
"""What a check of the rules leaves alone."""
HISTORY = "history.jsonl"
LINKED = "html"
"""The format of reports that has links to the console of a cloud."""
FREE = ("free", "host_pinned")
"""Strategies under which no task waits for all hosts."""
NOTHING: Mapping[str, Any] = {
    "changed": False,
    "judged": False,
    "verdict": "unknown",
    "summary": {},
    "stores": [],
    "reports": {},
    "by_owner": [],
    "lines": [],
    "findings": [],
    "inventories": [],
}
"""The result where nothing was judged."""
WAITING = "The inventories of this batch are judged with those of later batches of this play. Until then the verdict is unknown."
APART = "Collect in this play (tasks_from: collect), and judge in the next one with the strategy linear (tasks_from: audit)."


class ActionModule(ActionBase):
    """Ansible's way to find action plugins."""

    _supports_async = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        self._reports: dict[str, str] = {}
        self._language = LANGUAGES[0]
        clock = Clock()
        try:
            return self._judged(variables, clock)
        except AnsibleConnectionFailure:
            raise
        except Exception as caught:
            error = as_error(caught)
        if self._task.args.get("report_dir") and not self._task.check_mode:
            end_reports(self._task.args["report_dir"], error, self._reports, self._language)
            self._end_owners(clock, error.sentence())
        return {**NOTHING, "failed": True, "msg": error.sentence().strip(), "error": error.as_dict()}

    def _judged(self, variables: dict[str, Any], clock: Clock) -> dict[str, Any]:
        here = given(self._task, variables, self._loader)
        options = dict(self._task.args)
        own = {name: options.pop(name, None) for name in CONTROLLER}
        check_only = here.flag("check_only", own["check_only"], False)
        self._language = language = here.one_of(LANGUAGES, "language", "language", options.get("language") or LANGUAGES[0])
        formats = [here.one_of(FILE_NAMES, "reports" if here.prefix else "report_formats", "report", name) for name in as_list(own["report_formats"])]
        if own["report_dir"] is None and here.prefix and "report_dir" in self._task.args:
            own["report_dir"] = REPORT_DIR  # null is not set
        if own["report_dir"] is not None:
            self._reports = self._report_paths(here, own["report_dir"], formats)
        if options.get("console_url") and LINKED not in (*formats, *(options.get("reports") or ())):
            here.refuse("console_url", f"no report has links to a console; only {LINKED} has them", f"Add {LINKED} to the reports, or leave the option out.")
        if check_only:
            unended.begin(self._reports, clock.now(), clock.nonce, language)
            owner_files.begin(self._owners(), clock.now(), clock.nonce, language)
        if own["collected"]:
            self._refuse_free(variables)
        packs = as_list(own["packs"])
        options["rules"] = [*_rule_files.sources(here, "rules", options.get("rules")), *(_rule_files.pack(here, name) for name in packs)]
        options["waivers"] = _rule_files.sources(here, "waivers", options.get("waivers"))
        listed = options.get("inventories")
        options["inventories"] = here.paths("inventories", listed)
        if check_only:
            return self._checked(options, formats, clock, variables)
        if own["collected"]:
            if not self._gather(here, options, own, listed is not None, variables):
                return self._shown(here, own, {**NOTHING, "lines": [WAITING]})
        elif listed is None:
            here.refuse("inventories", "it is missing", "Name inventory files, or the variable with the results of secrets_collect as collected.")
        if own["report_dir"] is not None:
            options["reports"] = {**(options.get("reports") or {}), **self._reports}
            self._remember(options, report_folder(here, own["report_dir"]))
        result = self._module(options, variables)
        if result.get("failed"):
            return {**NOTHING, **result}
        told = _with_reports(result, [*formats, *(options.get("reports") or ())])
        return self._shown(here, own, {**told, "judged": True, "inventories": options["inventories"]})

    def _shown(self, here: Given, own: Mapping[str, Any], result: dict[str, Any]) -> dict[str, Any]:
        """The result, with its lines in the terminal if they are wanted there."""
        if here.flag("show", own["show"], False):
            for line in result["lines"]:
                say(self, line)
        return result

    def _checked(self, options: Mapping[str, Any], formats: Sequence[str], clock: Clock, variables: dict[str, Any]) -> dict[str, Any]:
        """The result where rules and waivers are read, and nothing is judged."""
        checked = {**NOTHING, **self._module({**options, **UNREAD, "inventories": [], "stores": []}, variables)}
        if checked.get("failed"):
            reason = str(checked.get("msg"))
            unended.give_up(self._reports, clock.now(), clock.nonce, reason, language=self._language)
            self._end_owners(clock, reason)
        return _with_reports(checked, formats)

    def _gather(self, here: Given, options: dict[str, Any], own: Mapping[str, Any], is_given: bool, variables: Mapping[str, Any]) -> bool:
        """Add to the options what the hosts of this play have collected. False while later batches of it are still to collect.

        own: the options of the controller's half. is_given: whether the inventories are named.
        """
        variable, *others = as_list(own["collected"])
        found = self._together(here, variable, as_list(own["hosts"]), is_given, variables)
        if found.coming:
            return False
        options["inventories"] += [] if is_given else found.inventories
        promised = [_result(variables, host, name) for host in variables["ansible_play_hosts_all"] for name in others]
        stores = [*found.stores, *(store for result in promised for store in result.get("stores", ()))]
        options["stores"] = [*(options.get("stores") or []), *each_once(stores)]
        fleets = [*found.fleets, *(result["fleet"] for result in promised if result.get("fleet"))]
        options.setdefault("fleets", list(dict.fromkeys(fleets)))
        return True

    def _remember(self, options: dict[str, Any], folder: str) -> None:
        """Hand over the last report of a folder, and the file that has a line for each run."""
        last = os.path.join(folder, FILE_NAMES["json"])
        if "json" in self._reports or unended.is_whole(last) or os.path.isfile(unended.previous(last)):
            options.setdefault("previous", last)
        if not self._task.check_mode:
            options.setdefault("history", os.path.join(folder, HISTORY))

    def _module(self, options: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        arguments = {name: value for name, value in options.items() if value is not None}
        result: dict[str, Any] = self._execute_module("multicloud.secrets.secrets_audit", arguments, task_vars=variables)
        return result

    def _owners(self) -> str | None:
        """The folder of the reports by owner, if there is to be one."""
        path = self._task.args.get("by_owner")
        return absolute(path) if path and not self._task.check_mode else None

    def _end_owners(self, clock: Clock, reason: str) -> None:
        owner_files.give_up(owner_files.standing(self._owners()), clock.now(), clock.nonce, reason, self._language)

    def _refuse_free(self, variables: Mapping[str, Any]) -> None:
        """Judging waits for all hosts, and a strategy that lets hosts run ahead does not."""
        strategy = str(self._task.get_play().strategy).rsplit(".", maxsplit=1)[-1]
        if strategy.endswith(FREE) and len(variables.get("ansible_play_hosts_all", ())) > 1:
            raise SecretsError("argument", f"strategy: {strategy} does not wait for all hosts of the play, so nothing can be judged in it", hint=APART)

    def _together(self, here: Given, name: str, hosts: Sequence[Any], is_given: bool, variables: Mapping[str, Any]) -> Together:
        """What the hosts of this play have registered under a name. Raises SecretsError where it cannot be judged.

        is_given: whether the inventories are named. Then hosts only say which stores must be there.
        """
        everybody = list(variables["ansible_play_hosts_all"])
        expected = [] if is_given else [str(host) for host in hosts] or everybody
        results = {host: _result(variables, host, name) for host in dict.fromkeys([*everybody, *expected])}
        fleets = {host: self._known_fleet(here, variables, host) for host in expected if not results[host].get("stores")}
        play = str(self._task.get_play()._uuid) if is_given else None
        if not is_given and not any(result.get("inventories") for result in results.values()) and not any(fleets.values()):
            message = "nothing was collected in this run of Ansible by the hosts of this play"
            raise SecretsError("argument", message, hint="Set assert_secrets_inventories, or run tasks_from: collect before, on the same hosts.")
        found = together(
            results,
            expected,
            list(variables["ansible_play_hosts"]),
            list(variables["ansible_play_batch"]),
            lambda host: fleets.get(host) or _anything(host),
            play,
        )
        if found.twice and not is_given:
            raise claimed_twice(found)
        return found

    def _known_fleet(self, here: Given, variables: Mapping[str, Any], host: str) -> list[StoreRow]:
        """The stores of a host by its variable, as far as that can be read."""
        try:
            known = variables if host == variables.get("inventory_hostname") else variables["hostvars"][host]
            value = known[FLEET]  # from which its stores are known if it is lost
            if isinstance(value, str):
                value = self._templar.template(value)
            return list(plan(read_fleet(here, value)[0], offers(SERVICES), {})["stores"])
        except Exception:  # whatever is wrong with it, the host then stands for itself
            return []

    def _report_paths(self, here: Given, path: Any, formats: Sequence[str]) -> dict[str, str]:
        """Where the reports go. In check mode none is written, so that no folder is needed."""
        folder = report_folder(here, path)
        if self._task.check_mode:
            return {}
        files.make_folders([folder])
        return {name: os.path.join(folder, FILE_NAMES[name]) for name in formats}


def _with_reports(result: dict[str, Any], formats: Iterable[str]) -> dict[str, Any]:
    """The module's result, with the details that reports read beside the rules. The module is not told of them before it writes them."""
    schemas = [service.schema for service in SERVICES.values()]
    return {**result, "details": with_reports(result["details"], formats, schemas)} if "details" in result else result


def _result(variables: Mapping[str, Any], host: str, name: str) -> ListedByHost:
    """What secrets_collect registered on a host; {} where it did not."""
    try:
        result = variables["hostvars"][host][name]
    except Exception:  # of many classes: it has no result, or it is not in the inventory
        return {}
    kept = {key: plain(result.get(key)) for key in ("play", "at", "fleet", "stores", "inventories")} if isinstance(result, Mapping) else {}
    return kept if kept.get("play") else {}


def _anything(host: str) -> list[StoreRow]:
    """What stands for a host whose stores are not known: itself, in every service."""
    return [{"provider": service, "account": f"host {host}"} for service in SERVICES]
