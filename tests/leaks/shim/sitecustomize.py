# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands first on PYTHONPATH of Ansible and its modules: lets a chosen layer of the collection break, and keeps what goes to syslog.

LEAKS_BREAK names a layer, such as _wire.http_client: whatever is called in it first raises, with what stands in the file LEAKS_TEXT.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

PLUGINS = "ansible_collections.multicloud.secrets.plugins."
PREFIXES = (f"{PLUGINS}module_utils.", f"{PLUGINS}plugin_utils.")
UNDER_WAY: list[bool] = []
"""Not empty once a module has begun: what breaks while files are imported would be no fault of a run."""
BEGINNINGS = (("_listing.task", "run"), ("_fleet.discovery", "find_stores"), ("_changes.settings", "read_settings"))
"""Where a module, the inventory plugin and the event source meet keys first."""

CONTROLLED = ("_fleet.plan", "_fleet.play", "_services", "_controller", "_yaml_file")
"""The layers that run on the controller, where nothing says that a run begins. Modules take only constants and classes from them."""


def text(variable: str) -> str:
    """Content of the file that a variable names."""
    try:
        with open(os.environ[variable], encoding="utf-8") as file:
            return file.read()
    except (KeyError, OSError):
        return ""


def broken(layer: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but that it raises when its layer is the chosen one."""

    @functools.wraps(function)
    def call(*args: Any, **more: Any) -> Any:
        if (UNDER_WAY or layer in CONTROLLED) and os.environ["LEAKS_BREAK"] == layer:
            os.environ["LEAKS_BREAK"] = ""  # one fault at a time
            raise RuntimeError(text("LEAKS_TEXT"))
        return function(*args, **more)

    return call


def begun(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that starts a run: from here on layers break."""

    @functools.wraps(function)
    def call(*args: Any, **more: Any) -> Any:
        UNDER_WAY.append(True)
        return function(*args, **more)

    return call


def hollow(module: ModuleType, layer: str) -> None:
    """Put the hook into every function of a layer, and into every method of its classes."""
    classes = [item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == module.__name__]
    for holder in [module, *(classes if layer not in CONTROLLED else [])]:
        for name, item in list(vars(holder).items()):
            if inspect.isfunction(item) and item.__module__ == module.__name__ and (not name.startswith("__") or name == "__init__"):
                setattr(holder, name, begun(item) if (layer, name) in BEGINNINGS else broken(layer, item))


class Finder:
    """Finds the collection's layers where Python would, and changes them once they are loaded."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), None)
        if prefix is None:
            return None
        others = (finder for finder in sys.meta_path if finder is not Finder and hasattr(finder, "find_spec"))
        spec: Any = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None) or PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            hollow(module, name[len(prefix) :])

        spec.loader = Loader(spec.loader, exec_module)  # the loader itself may be one for many modules
        return spec


class Loader:
    """A loader that hands on all but the execution."""

    def __init__(self, loader: Any, execute: Callable[[ModuleType], None]) -> None:
        self.loader = loader
        self.exec_module = execute

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


class Finders(list[Any]):
    """Finders, of which the first stays the first: ansible-core puts its own there."""

    def insert(self, index: Any, finder: Any) -> None:
        super().insert(max(1, index), finder)


def keep_syslog() -> None:
    """Append a module's syslog messages to a file."""
    import syslog as module

    log: Any = module

    def keep(*words: Any) -> None:
        with open(os.environ["LEAKS_SYSLOG"], "a", encoding="utf-8", errors="replace") as file:
            file.write(f"TASK [{text('LEAKS_TASK')}] {words[-1]}\n")

    log.syslog = keep


if "LEAKS_BREAK" in os.environ:
    sys.meta_path = Finders([Finder, *sys.meta_path])
    if "LEAKS_SYSLOG" in os.environ:
        keep_syslog()
