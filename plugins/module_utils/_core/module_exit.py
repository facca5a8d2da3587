# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only way out of a module: whatever is returned or told passes the redactor first."""

from __future__ import annotations

import copy
import gc
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from .errors import SecretsError, unknown_name
from .given import wrong_types
from .redaction import Redactor, printable

LONGEST_MESSAGE = 8000
LONGEST_OPTION = 64
OF_ANSIBLE = "_ansible_"
"""How the names begin of what Ansible itself hands to a module. It is no option, and no secret."""

End = Callable[..., NoReturn]
"""How Ansible ends a module."""


class CarefulModule(AnsibleModule):
    """A module that also scrubs what Ansible itself says of options: it repeats values of the wrong type, and of options
    that do not exist."""

    _given: Mapping[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        faults = list(wrong_types(self._given, self.argument_spec))
        if faults:
            fail(self, Redactor(), SecretsError("argument", "; ".join(faults)))

    def _load_params(self) -> None:
        super()._load_params()
        given = {name: value for name, value in self.params.items() if not str(name).startswith(OF_ANSIBLE)}
        self._given = copy.deepcopy(given)  # what cannot be used does not stay in params

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        redactor = Redactor()
        for secret in unsafe_texts(self._given, self.argument_spec):
            redactor.register_words(secret)
        told = {"invocation": {"module_args": self._given}, **kwargs}
        unknown = list(unknown_options(self._given, self.argument_spec)) if msg.startswith("Unsupported parameters") else []
        faults = [] if "error" in kwargs else list(wrong_types(self._given, self.argument_spec))
        if unknown or faults:
            msg = f"{self._name}: {'; '.join(unknown)}" if unknown else "; ".join(faults)
        end: End = super().fail_json
        end(msg=redactor.text(msg), **redactor.tree(told))


def succeed(module: Any, redactor: Redactor, result: Mapping[str, Any], warnings: Sequence[str] = ()) -> NoReturn:
    """End the module well."""
    _warn(module, redactor, warnings)
    _end(module.exit_json, redactor.tree(dict(result)))


def fail(module: Any, redactor: Redactor, cause: SecretsError, warnings: Sequence[str] = (), /, **extra: Any) -> NoReturn:
    """End the module with an error: 'msg' for people, 'error' for programs, and what else the result is to hold.

    The rest may name an 'error' of its own, which then stands in the result.
    """
    _warn(module, redactor, warnings)
    told = {"msg": printable(redactor.text(cause.sentence()), LONGEST_MESSAGE), "error": cause.as_dict(), **extra}
    _end(module.fail_json, redactor.tree(told))


def _end(end: End, told: Mapping[str, Any]) -> NoReturn:
    """Before it ends, Python looks through all objects for those that only refer to each other. It takes as long as a page; none is left to find."""
    gc.freeze()
    end(**told)


def crash(error: SecretsError) -> NoReturn:
    """End a module that could not even read its options, in the way that Ansible reads results."""
    sys.stdout.write(json.dumps({"failed": True, "msg": error.sentence(), "error": error.as_dict()}) + "\n")
    raise SystemExit(1)


def _warn(module: Any, redactor: Redactor, warnings: Sequence[str]) -> None:
    for warning in warnings:
        module.warn(printable(redactor.text(warning)))


def unknown_options(value: Any, spec: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with the names of options that do not exist, each with the nearest one that does."""
    if not isinstance(value, Mapping):
        return
    for name, item in value.items():
        rule = spec.get(name, {})
        if name not in spec:
            yield where + unknown_name("option", printable(str(name), LONGEST_OPTION), sorted(spec))
        elif "options" in rule and item is not None:
            for entry in item if isinstance(item, list) else [item]:
                yield from unknown_options(entry, rule["options"], f"{where}{name}: ")


def unsafe_texts(value: Any, spec: Mapping[str, Any]) -> Iterator[str]:
    """The texts in options as they were given that may be secrets: of options that are secret, or do not exist.

    In a list or text where mappings were to be, nobody knows what is what: every text counts.
    """
    if not isinstance(value, Mapping):
        yield from _texts(value)
        return
    for name, item in value.items():
        rule = spec.get(name, {"no_log": True})
        if rule.get("no_log"):
            yield from _texts(item)
        elif "options" in rule and item is not None:
            for entry in item if isinstance(item, list) else [item]:
                yield from unsafe_texts(entry, rule["options"])


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value, keys excluded."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
