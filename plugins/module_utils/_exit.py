# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only way out of a module: whatever is returned or told passes the scrubber first."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ._errors import SecretsError
from ._scrub import Scrubber, printable

LONGEST_MESSAGE = 8000


def succeed(module: Any, scrubber: Scrubber, result: Mapping[str, Any], warnings: Sequence[str] = ()) -> NoReturn:
    """End the module well."""
    _warn(module, scrubber, warnings)
    module.exit_json(**scrubber.tree(dict(result)))


def fail(module: Any, scrubber: Scrubber, cause: SecretsError, warnings: Sequence[str] = (), /, **extra: Any) -> NoReturn:
    """End the module with an error: 'msg' for people, 'error' for programs, and what else the result is to hold.

    The rest may name an 'error' of its own, which then stands in the result.
    """
    _warn(module, scrubber, warnings)
    told = {"msg": printable(scrubber.text(cause.sentence()), LONGEST_MESSAGE), "error": cause.as_dict(), **extra}
    module.fail_json(**scrubber.tree(told))


def unexpected(error: BaseException) -> SecretsError:
    """What is told of an exception that nobody foresaw: its class. Its text could hold anything."""
    return SecretsError("internal", f"Unexpected {type(error).__name__}", hint="This is a fault of the collection; please report it.")


def crash(error: SecretsError) -> NoReturn:
    """End a module that could not even read its options, in the way that Ansible reads results."""
    sys.stdout.write(json.dumps({"failed": True, "msg": error.sentence(), "error": error.as_dict()}) + "\n")
    raise SystemExit(1)


def _warn(module: Any, scrubber: Scrubber, warnings: Sequence[str]) -> None:
    for warning in warnings:
        module.warn(printable(scrubber.text(warning)))
