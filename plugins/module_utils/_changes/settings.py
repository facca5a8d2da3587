# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the event source: its checked arguments, and the calls that list its fleet."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._audit.fields import RuleField, catalog
from .._core import files
from .._core.endpoints import ALL_REGIONS
from .._core.errors import SecretsError, unknown_name
from .._core.given import refuse_empty, wrong_types
from .._core.redaction import printable
from .._fleet.discovery import checked_credentials, several, validate
from .._fleet.plan import offers, plan
from .._listing.accounts import Runtime
from .._listing.engine import ListingPlan, read_plan
from .._listing.options import argument_spec
from .._listing.organization import OPTION
from .._provider import Provider
from .events import Regions

STATE = (
    "status",
    "provider_status",
    "delete_at",
    "encryption",
    "kms_key_id",
    "kms_key_type",
    "kms_instance_id",
    "rotation_enabled",
    "rotation_days",
)
"""The fields that make up what people call the state of a secret."""
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "fleet": {"type": "raw", "required": True},
    "cursor": {"type": "path", "required": True},
    "credentials": {"type": "raw"},
    "interval": {"type": "float", "default": 300.0},
    "fields": {"type": "list", "elements": "str", "default": list(STATE)},
    "report_existing": {"type": "bool", "default": False},
    "feedback": {"type": "bool", "default": False},
    "feedback_timeout": {"type": "float", "default": 120.0},
}
OF_THE_ENGINE = "eda_feedback_queue"
"""What ansible-rulebook adds to the arguments where feedback is asked for."""
ON_ERROR = "report"
LONGEST_INTERVAL = 7 * 86_400

Services = Mapping[str, Provider]
ReadYaml = Callable[[bytes, str], Any]
"""(content of a file, its path) -> its data. Raises SecretsError with line and column."""


@dataclass(frozen=True)
class Call:
    """One call that lists accounts of one cloud. accounts: name -> the regions that were named, 'all' where none was."""

    service: Provider
    options: Mapping[str, Any]
    accounts: Mapping[str, Sequence[str]]

    def plan(self, runtime: Runtime) -> ListingPlan:
        """All that is asked, with the credentials that are there at this moment. Raises SecretsError."""
        return read_plan(self.service, self.options, runtime)


@dataclass(frozen=True)
class SourceSettings:
    """The arguments. interval, feedback_timeout: seconds. regions: see events.Regions."""

    calls: Sequence[Call]
    regions: Regions
    fields: tuple[RuleField, ...]
    cursor: str
    interval: float
    report_existing: bool
    feedback: Any
    feedback_timeout: float


def read_settings(args: Mapping[str, Any], services: Services, runtime: Runtime, read_yaml: ReadYaml) -> SourceSettings:
    """The arguments as settings. Raises SecretsError for every misuse, before anything is sent or written."""
    given = {name: value for name, value in args.items() if name != OF_THE_ENGINE}
    for name in given:
        if name not in ARGUMENTS:
            raise SecretsError("argument", unknown_name("argument", printable(str(name), 40), list(ARGUMENTS)))
    options = _arguments(given)
    refuse_empty(options, [name for name in ARGUMENTS if name != "credentials"])
    credentials = checked_credentials({} if options["credentials"] is None else options["credentials"])
    planned = plan(_fleet(options["fleet"], read_yaml), offers(services), credentials, "credentials")
    if planned["errors"]:
        raise SecretsError("argument", f"fleet: {several(planned['errors'])}")
    feedback = args.get(OF_THE_ENGINE)
    if options["feedback"] and feedback is None:
        raise SecretsError("argument", "feedback is true, but this ansible-rulebook has none", hint="It needs ansible-rulebook 1.3 or newer.")
    return SourceSettings(
        calls=[_call(call, services[call["provider"]], credentials, runtime) for call in planned["calls"]],
        regions=_regions(planned["stores"]),
        fields=_fields(options["fields"], services),
        cursor=os.path.abspath(options["cursor"]),
        interval=_within(options, "interval", 1, LONGEST_INTERVAL),
        report_existing=options["report_existing"],
        feedback=feedback if options["feedback"] else None,
        feedback_timeout=_within(options, "feedback_timeout", 1, 3600),
    )


def _fleet(given: Any, read_yaml: ReadYaml) -> Any:
    """The fleet itself: a list as it is, or what stands in the file of that path."""
    if not isinstance(given, str):
        return given
    path = os.path.abspath(os.path.expanduser(given))
    try:
        content = files.read_bytes(path)
    except SecretsError as error:
        raise SecretsError("argument", f"fleet: {error.message}", hint="Give a list of entries, or the path of a file that holds one.") from None
    return read_yaml(content, path)


def _call(call: Mapping[str, Any], service: Provider, credentials: Mapping[str, Any], runtime: Runtime) -> Call:
    accounts = {account["name"]: _named_regions(account) for account in call["accounts"]}
    shared = {**call["options"], "on_error": ON_ERROR}
    options, errors = validate(argument_spec(service.options), shared, call["accounts"], credentials, runtime.redactor)
    if errors:
        raise SecretsError("argument", f"fleet, entries {', '.join(map(repr, accounts))}: {several(errors)}")
    return Call(service, options, accounts)


def _named_regions(account: Mapping[str, Any]) -> Sequence[str]:
    """The regions that stand for an account until the cloud has named its own; of an organization that is one row."""
    given: Sequence[str] = account.get("regions") or [ALL_REGIONS]
    return [ALL_REGIONS] if account.get(OPTION) is not None else given


def _arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their defaults, each of its type."""
    try:
        result = ArgumentSpecValidator(dict(ARGUMENTS)).validate(dict(given))
    except (TypeError, ValueError):
        raise SecretsError("argument", "an argument has a wrong type; ansible-doc shows the right one") from None
    if errors := [printable(message) for message in result.error_messages] or list(wrong_types(given, ARGUMENTS)):
        raise SecretsError("argument", several(errors))
    return dict(result.validated_parameters)


def _fields(names: Sequence[str], services: Services) -> tuple[RuleField, ...]:
    known = catalog(service.schema for service in services.values())
    for name in names:
        if name not in known:
            raise SecretsError("argument", f"fields: {unknown_name('field', printable(name, 80), list(known))}")
    return tuple(known[name] for name in dict.fromkeys(names))


def _regions(stores: Sequence[Mapping[str, str]]) -> Regions:
    found: dict[tuple[str, str], set[str]] = {}
    for store in stores:
        named = found.setdefault((store["provider"], store["account"]), set())
        named |= {store["region"]} if "region" in store else set()
    return found


def _within(options: Mapping[str, Any], name: str, least: float, most: float) -> float:
    value = float(options[name])
    if not least <= value <= most:
        raise SecretsError("argument", f"{name}: {value:g} is out of range", hint=f"Give a number of seconds from {least:g} to {most:g}.")
    return value
