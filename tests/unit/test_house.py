# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of the house, read from the import graph and the folders themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UTILS = ROOT / "plugins" / "module_utils"
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
SOURCES = sorted((ROOT / "extensions" / "eda" / "plugins" / "event_source").glob("*.py"))
CLOUDS = sorted(folder for folder in UTILS.iterdir() if (folder / "provider.py").is_file())
TOY = ROOT / "tests" / "unit" / "toy_cloud"
INVENTORIES = sorted((ROOT / "plugins" / "inventory").glob("*.py"))
CLOUD_FILES = {"__init__.py", "calls.py", "credentials.py", "fields.py", "provider.py", "sign.py", "options.py"}
PACKAGE = "ansible_collections.multicloud.secrets.plugins.module_utils"

LEAVES = {"_errors", "_records", "_clock", "_scrub", "_files", "_endpoint", "_strict_json", "_version", "_retry", "_throttle", "_http"}
LEAF_IMPORTS = {"_errors", "_clock", "_endpoint", "_version", "_scrub"}
"""What a leaf may import: errors, and other leaves that only hold values. The clock is handed in."""
ORDER = [
    "_version _errors _clock _records _scrub _strict_json _files _endpoint _retry _throttle _fleet".split(),
    "_http _inventory _query _paginate _ordered _union".split(),
    "_credentials".split(),
    "_keyring".split(),
    "_provider".split(),
    "_transport _ledger _shelf".split(),
    "_queue".split(),
    "_regions".split(),
    "_collect".split(),
    "_options".split(),
    "_exit".split(),
    "_run _stores".split(),
    "_hosts".split(),
]
"""The rooms from the ground up: each imports only from rooms above it in this list, or beside it."""


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def _room(path: Path) -> str:
    """The first part of a path inside module_utils: '_http', '_tencent'."""
    return path.relative_to(UTILS).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, absolutely: 'requests.auth', or relative to module_utils as '@_http'."""
    depth = len(path.relative_to(UTILS).parts) - 1 if UTILS in path.parents else None
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            yield f"@{module[len(PACKAGE) + 1:]}" if module.startswith(PACKAGE + ".") else module
        elif isinstance(node, ast.ImportFrom):
            assert depth is not None, f"{path} imports relatively"
            base = path.relative_to(UTILS).parts[: depth + 1 - node.level]
            for name in [node.module] if node.module else [alias.name for alias in node.names]:
                yield "@" + ".".join((*base, name))


def _local(path: Path) -> set[str]:
    return {name[1:].split(".")[0] for name in _imports(path) if name.startswith("@")}


def _outside(path: Path) -> set[str]:
    return {name.split(".")[0] for name in _imports(path) if not name.startswith("@")}


UTIL_FILES = [pytest.param(path, id=str(path.relative_to(UTILS))) for path in _python_files(UTILS)]
CORE = [path for path in _python_files(UTILS) if _room(path) not in {folder.name for folder in CLOUDS}]


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(UTILS))) for path in CORE])
def test_no_core_file_names_a_cloud(path: Path) -> None:
    words = re.compile(r"alibaba|aliyun|tencent|apig|\bssm\b", re.IGNORECASE)
    assert not words.findall(path.read_text(encoding="utf-8"))
    assert not _local(path) & {folder.name for folder in CLOUDS}


def test_there_are_two_clouds() -> None:
    assert [folder.name for folder in CLOUDS] == ["_alibaba", "_tencent"]


@pytest.mark.parametrize("folder", [*CLOUDS, TOY], ids=lambda folder: folder.name)
def test_clouds_have_the_same_rooms(folder: Path) -> None:
    assert {path.name for path in folder.glob("*.py")} == CLOUD_FILES


@pytest.mark.parametrize("name", ["sign.py", "calls.py", "credentials.py", "provider.py"])
def test_clouds_have_the_same_doors(name: str) -> None:
    """Public functions that every cloud has; one of them may have more where its API has more."""
    doors = {folder.name: _public_functions(folder / name) for folder in [*CLOUDS, TOY]}
    shared = set.intersection(*doors.values())
    expected = {
        "sign.py": {"sign", "canonical_request", "signed_headers", "string_to_sign", "signature"},
        "calls.py": {"identity_request", "read_identity", "assume_role", "read_role"},
        "credentials.py": {"environment", "profile", "metadata", "profile_region"},
        "provider.py": {
            *("partitions", "list_request", "read_page", "regions_request", "read_regions"),
            *("read_error", "bucket"),
        },
    }
    assert shared == expected[name]


def _public_functions(path: Path) -> set[str]:
    return {node.name for node in _tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


@pytest.mark.parametrize("folder", CLOUDS, ids=lambda folder: folder.name)
def test_clouds_do_not_know_each_other(folder: Path) -> None:
    others = {other.name for other in CLOUDS} - {folder.name}
    for path in folder.glob("*.py"):
        assert not _local(path) & others
        assert not others & set(re.findall(r"_[a-z]+", path.read_text(encoding="utf-8")))


def test_the_data_path_goes_one_way() -> None:
    above: set[str] = set()
    for floor in ORDER:
        for room in floor:
            assert _local(UTILS / f"{room}.py") <= above | set(floor), room
        above |= set(floor)
    judge, events = {"_audit", "_report"}, {"_changes"}
    assert {_room(path) for path in CORE} == above | judge | events


@pytest.mark.parametrize("name", ["memory.py", "events.py"])
def test_events_are_made_without_network_files_or_time(name: str) -> None:
    path = UTILS / "_changes" / name
    assert _local(path) <= {"_changes", "_audit", "_errors", "_fleet", "_records", "_scrub"}
    assert {target for target in _imports(path) if target.startswith("@_audit")} <= {"@_audit.fields", "@_audit.values"}
    assert not _outside(path) & {"os", "asyncio", "threading", "logging", "datetime"}


@pytest.mark.parametrize("room", sorted(LEAVES))
def test_leaves_import_next_to_nothing(room: str) -> None:
    assert _local(UTILS / f"{room}.py") <= LEAF_IMPORTS


def test_nothing_imports_in_a_circle() -> None:
    graph = {str(path.relative_to(UTILS)): {name[1:] for name in _imports(path) if name.startswith("@")} for path in _python_files(UTILS)}
    files = {name.removesuffix(".py").replace("/", "."): name for name in graph}

    def reach(name: str, seen: tuple[str, ...]) -> None:
        assert name not in seen, " -> ".join((*seen, name))
        for target in graph[name]:
            if target in files:
                reach(files[target], (*seen, name))

    for name in graph:
        reach(name, ())


DOORS = {
    "time": {"_clock.py"},
    "random": {"_clock.py"},
    "uuid": {"_clock.py"},
    "requests": {"_http.py"},
    "urllib3": {"_http.py"},
    "socket": {"_http.py"},
    "ssl": set(),
    "subprocess": set(),
    "logging": {"source.py"},
    "concurrent": set(),
    "asyncio": {"source.py"},
    "pickle": set(),
    "jmespath": {"_query.py"},
    "signal": {"_query.py"},
    "yaml": set(),
    "jinja2": set(),
    "threading": {"_queue.py", "_transport.py", "source.py"},
}


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library: str) -> None:
    users = {path.name for path in [*_python_files(ROOT / "plugins"), *SOURCES] if library in _outside(path)}
    assert users <= DOORS[library]


def _calls(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", UTIL_FILES)
def test_one_door_for_files_and_for_exit(path: Path) -> None:
    calls = set(_calls(path))
    if path.name != "_files.py":
        assert not {"open", "io.open", "os.open", "os.rename", "os.replace", "os.unlink", "os.remove", "shutil.copy"} & calls
        assert not any(call.endswith((".write_text", ".read_text", ".write_bytes", ".read_bytes", ".open")) and not call.startswith("_files") for call in calls)
    if path.name != "_exit.py":
        assert not any(call.endswith((".exit_json", ".fail_json", ".warn", ".deprecate")) or call in ("sys.exit", "print") for call in calls)
    assert not {"eval", "exec", "compile", "__import__", "os.system", "globals", "setattr"} & calls


@pytest.mark.parametrize("path", UTIL_FILES)
def test_no_code_path_can_ask_for_a_value(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"GetSecretValue|/value\b|SecretString|SecretBinary|secretData", source)


def test_packages_are_empty_and_utils_are_private() -> None:
    for path in (ROOT / "plugins").rglob("__init__.py"):
        assert path.read_bytes() == b"", path
    assert all(path.name.startswith("_") for path in UTILS.iterdir())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_hold_no_logic(path: Path) -> None:
    functions = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions] == ["main"]
    assert len(functions[0].body) <= 3
    branches = [node for node in ast.walk(_tree(path)) if isinstance(node, (ast.If, ast.For, ast.While, ast.Try, ast.ClassDef))]
    assert [ast.unparse(branch.test) for branch in branches if isinstance(branch, ast.If)] == ["__name__ == '__main__'"]
    assert len(branches) == 1


@pytest.mark.parametrize("path", [*MODULES, *INVENTORIES, *SOURCES], ids=lambda path: path.name)
def test_what_lists_takes_a_provider_and_its_surface_of_a_cloud_and_nothing_else(path: Path) -> None:
    taken = {folder.name: {name for name in _imports(path) if name.startswith(f"@{folder.name}.")} for folder in CLOUDS}
    for folder, names in taken.items():
        assert names in ({f"@{folder}.provider", f"@{folder}.surface"}, {f"@{folder}.fields"}, set())


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.name)
def test_inventory_plugins_know_every_cloud_and_leave_the_work_to_the_core(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert {folder.name for folder in CLOUDS} <= _local(path)
    assert not _outside(path) & {"requests", "json", "yaml", "re", "threading"}
    assert not {"open", "print", "sys.exit"} & set(_calls(path))
    code = [node for node in _tree(path).body if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in code) <= 160
    assert not re.search(r"alibaba|tencent", "\n".join(source.splitlines()[code[-2].lineno - 1 :]), re.IGNORECASE)


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.name)
def test_every_inventory_plugin_has_unit_and_integration_tests(path: Path) -> None:
    assert (ROOT / "tests" / "unit" / "plugins" / "inventory" / f"test_inventory_{path.name}").is_file()
    assert (ROOT / "tests" / "integration" / "targets" / f"inventory_{path.stem}").is_dir()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_event_sources_hold_no_logic(path: Path) -> None:
    functions = [node for node in ast.walk(_tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    assert [node.name for node in functions] == ["main"]
    assert isinstance(functions[0], ast.AsyncFunctionDef) and len(functions[0].body) <= 2
    branches = [node for node in ast.walk(_tree(path)) if isinstance(node, (ast.If, ast.For, ast.While, ast.Try))]
    assert [ast.unparse(branch) for branch in branches if "COLLECTIONS" not in ast.unparse(branch)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_event_source_has_tests(path: Path) -> None:
    assert (ROOT / "tests" / "events" / f"test_{path.name}").is_file()


def test_what_lies_in_extensions_is_looked_at() -> None:
    assert SOURCES and set(_python_files(ROOT / "extensions" / "eda")) == set(SOURCES)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_module_has_unit_and_integration_tests(path: Path) -> None:
    assert (ROOT / "tests" / "unit" / "plugins" / "modules" / f"test_{path.name}").is_file()
    assert (ROOT / "tests" / "integration" / "targets" / path.stem).is_dir()


@pytest.mark.parametrize("path", UTIL_FILES)
def test_files_are_rooms_of_a_sensible_size(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
