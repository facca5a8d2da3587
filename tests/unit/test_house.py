# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of the house, read from the import graph and the folders themselves."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UTILS = ROOT / "plugins" / "module_utils"
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
LISTING_MODULES = [path for path in MODULES if path.name.endswith("_secrets_info.py")]
SOURCES = sorted((ROOT / "extensions" / "eda" / "plugins" / "event_source").glob("*.py"))
SERVICES = sorted(path.parent for path in UTILS.glob("*/*/provider.py"))
CLOUDS = sorted({service.parent for service in SERVICES})
TOY = ROOT / "tests" / "unit" / "toy_cloud"
ACTIONS = sorted((ROOT / "plugins" / "action").glob("*.py"))
CONTROLLERS = sorted((ROOT / "plugins" / "plugin_utils").glob("*.py"))
INVENTORIES = sorted((ROOT / "plugins" / "inventory").glob("*.py"))
assert all((MODULES, LISTING_MODULES, SOURCES, SERVICES, CLOUDS, ACTIONS, CONTROLLERS, INVENTORIES)), "laws without anybody to obey them"
CLOUD_FILES = {"__init__.py", "calls.py", "credentials.py", "organization.py", "sign.py"}
SERVICE_FILES = {"__init__.py", "details.py", "fields.py", "options.py", "provider.py"}
PACKAGE = "ansible_collections.multicloud.secrets.plugins.module_utils"

FLOORS = [
    ["_core"],
    ["_paging", "_auth"],
    ["_provider"],
    ["_wire"],
    ["_listing"],
    ["_fleet"],
    ["_report"],
    ["_audit"],
    ["_changes"],
]
"""Folders from the ground up. Each imports only from floors below it, and from itself."""
PURE = ["_core/errors.py", "_core/records.py", "_core/strict_json.py", "_core/values.py", "_paging", "_wire/retry.py", "_wire/rate_limit.py", "_report"]
"""Parts without files, network, threads, time or chance."""


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def _folder(path: Path) -> str:
    """The first part of a path inside module_utils: '_wire', '_tencent'."""
    return path.relative_to(UTILS).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, absolutely: 'requests.auth', or relative to module_utils as '@_wire.http_client'."""
    depth = len(path.relative_to(UTILS).parts) - 1 if UTILS in path.parents else None
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            yield f"@{module[len(PACKAGE) + 1 :]}" if module.startswith(PACKAGE + ".") else module
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
CLOUD_NAMES = {folder.name for folder in CLOUDS}
CORE = [path for path in _python_files(UTILS) if _folder(path) not in {*CLOUD_NAMES, "_services"}]


def test_the_folders_tell_the_architecture() -> None:
    files = {path.name for path in UTILS.iterdir() if path.is_file()}
    assert files == {"_provider.py", "_services.py"}
    folders = {path.name for path in UTILS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {name for floor in FLOORS for name in floor} - {"_provider"} | CLOUD_NAMES


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(UTILS))) for path in CORE])
def test_no_core_file_names_a_cloud(path: Path) -> None:
    words = re.compile(r"alibaba|aliyun|tencent|apig|\bssm\b|\bkms\b", re.IGNORECASE)
    assert not words.findall(path.read_text(encoding="utf-8"))
    assert not _local(path) & {*CLOUD_NAMES, "_services"}


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(UTILS))) for path in CORE])
def test_no_arrow_goes_up(path: Path) -> None:
    below: set[str] = set()
    for floor in FLOORS:
        if _folder(path) in floor:
            assert _local(path) <= {*below, _folder(path)}, f"{path.name} imports {_local(path) - below}, not all of which is below it"
            return
        below |= set(floor)
    raise AssertionError(f"{_folder(path)} is on no floor: add it to FLOORS and to docs/architecture.md")


def test_there_are_two_clouds_with_three_services() -> None:
    assert [folder.relative_to(UTILS).as_posix() for folder in SERVICES] == ["_alibaba/apig", "_alibaba/kms", "_tencent/ssm"]


@pytest.mark.parametrize("folder", [*CLOUDS, TOY], ids=lambda folder: folder.name)
def test_clouds_have_the_same_files(folder: Path) -> None:
    without = {"organization.py"} if folder is TOY else set()
    assert {path.name for path in folder.glob("*.py")} == CLOUD_FILES - without


@pytest.mark.parametrize("folder", [*SERVICES, TOY / "vault"], ids=lambda folder: folder.name)
def test_services_have_the_same_files(folder: Path) -> None:
    """A service whose listing tells all has no details."""
    assert {path.name for path in folder.glob("*.py")} | {"details.py"} == SERVICE_FILES


@pytest.mark.parametrize("name", ["sign.py", "calls.py", "credentials.py"])
def test_clouds_have_the_same_functions(name: str) -> None:
    """Public functions that every cloud has; one of them may have more where its API has more."""
    shared = set.intersection(*(_public_functions(folder / name) for folder in [*CLOUDS, TOY]))
    expected = {
        "sign.py": {"sign", "canonical_request", "signed_headers", "string_to_sign", "signature"},
        "calls.py": {"identity_request", "read_identity", "assume_role", "read_role"},
        "credentials.py": {"environment", "profile", "metadata", "profile_region"},
    }
    assert shared == expected[name]


def test_organizations_have_the_same_functions() -> None:
    first, *others = (_public_functions(cloud / "organization.py") for cloud in CLOUDS)
    shared = {"manager_request", "read_manager", "list_request", "read_page", "doubt", "role_arn", "session_policy"}
    assert first.intersection(*others) == shared


def test_services_have_the_same_functions() -> None:
    shared = set.intersection(*(_public_functions(folder / "provider.py") for folder in [*SERVICES, TOY / "vault"]))
    assert shared == {"partitions", "list_request", "read_page", "regions_request", "read_regions", "read_error", "bucket"}


def _public_functions(path: Path) -> set[str]:
    return {node.name for node in _tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


@pytest.mark.parametrize("folder", CLOUDS, ids=lambda folder: folder.name)
def test_clouds_do_not_know_each_other(folder: Path) -> None:
    others = CLOUD_NAMES - {folder.name}
    for path in _python_files(folder):
        assert not _local(path) & others
        assert not others & set(re.findall(r"_[a-z]+", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", SERVICES, ids=lambda folder: folder.name)
def test_a_service_knows_its_cloud_and_no_other_service(folder: Path) -> None:
    own = f"@{folder.parent.name}."
    for path in folder.glob("*.py"):
        of_cloud = {name for name in _imports(path) if name.startswith(own) and not name.startswith(f"{own}{folder.name}.")}
        assert of_cloud <= {f"{own}{name}" for name in ("sign", "calls", "credentials", "organization")}
    for path in folder.parent.glob("*.py"):
        assert not any(name.startswith(f"{own}{folder.name}") for name in _imports(path))


@pytest.mark.parametrize("name", ["memory.py", "events.py"])
def test_events_are_made_without_network_files_or_time(name: str) -> None:
    path = UTILS / "_changes" / name
    assert _local(path) <= {"_changes", "_audit", "_core"}
    assert {target for target in _imports(path) if target.startswith("@_audit")} <= {"@_audit.fields", "@_audit.values"}
    assert {target for target in _imports(path) if target.startswith("@_core")} <= {
        f"@_core.{room}" for room in ("endpoints", "errors", "records", "redaction")
    }
    assert not _outside(path) & {"os", "asyncio", "threading", "logging", "datetime"}


@pytest.mark.parametrize("room", PURE)
def test_pure_files_ask_nobody(room: str) -> None:
    rooms = _python_files(UTILS / room) if (UTILS / room).is_dir() else [UTILS / room]
    for path in rooms:
        assert not _outside(path) & {"os", "threading", "time", "random", "requests", "socket"}
        assert not {"@_core.files", "@_core.clock"} & set(_imports(path))


def test_the_engine_knows_nothing_of_ansible() -> None:
    users = {str(path.relative_to(UTILS)) for path in _python_files(UTILS) if "ansible" in _outside(path)}
    assert users == {"_changes/settings.py", "_changes/source.py", "_core/module_exit.py", "_fleet/discovery.py", "_listing/task.py"}


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


def test_the_page_on_the_architecture_names_what_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = set(re.findall(r"`(_[a-z]+/[a-z_]+\.py|_[a-z]+\.py)`", page))
    others = set(re.findall(r"`((?:plugins|tests|docs|roles)/[\w./]+)`", page))
    assert len(rooms) > 30 and len(others) > 10
    assert not [name for name in rooms if not (UTILS / name).is_file()] + [name for name in others if not (ROOT / name).exists()]
    for name in ("details", "fields", "options", "provider"):
        assert all((service / f"{name}.py").is_file() for service in SERVICES)


DOORS = {
    "time": {"clock.py"},
    "random": {"clock.py"},
    "uuid": {"clock.py"},
    "requests": {"http_client.py", "connections.py"},
    "urllib3": {"http_client.py", "connections.py"},
    "socket": {"http_client.py", "connections.py"},
    "ssl": {"http_client.py"},
    "subprocess": set(),
    "logging": {"source.py"},
    "concurrent": set(),
    "asyncio": {"source.py"},
    "pickle": set(),
    "jmespath": {"jmespath_query.py"},
    "signal": {"jmespath_query.py"},
    "yaml": {"_yaml_file.py"},
    "jinja2": set(),
    "threading": {"connections.py", "scheduler.py", "transport.py", "source.py"},
}


def test_each_library_has_one_door() -> None:
    used = {path: _outside(path) for path in [*_python_files(ROOT / "plugins"), *SOURCES]}
    for library, doors in DOORS.items():
        assert {path.name for path, libraries in used.items() if library in libraries} <= doors, library


def _calls(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", UTIL_FILES)
def test_one_door_for_files_and_for_exit(path: Path) -> None:
    calls = set(_calls(path))
    if path.name != "files.py":
        assert not {"open", "io.open", "os.open", "os.rename", "os.replace", "os.unlink", "os.remove", "shutil.copy"} & calls
        assert not any(call.endswith((".write_text", ".read_text", ".write_bytes", ".read_bytes", ".open")) and not call.startswith("files") for call in calls)
    if path.name != "module_exit.py":
        assert not any(call.endswith((".exit_json", ".fail_json", ".warn", ".deprecate")) or call in ("sys.exit", "print") for call in calls)
    assert not {"eval", "exec", "compile", "__import__", "os.system", "globals", "setattr"} & calls


VALUES = re.compile(
    r"GetSecretValue|GetRandomPassword|GetSSHKeyPairValue|GetDataKeyPlaintext|\b(Decrypt|GetService|ListServices)\b"
    r"|/value\b|SecretString|SecretBinary|secretData|apiKeys|CustomData|AdditionalConfig"
)
"""Actions that return values, and fields that hold them or anything else that somebody wrote."""
ACTIONS_ALLOWED = {
    "apig": {"ListSecrets", "DescribeRegions", "ListSecretReferences", "ListGateways"},
    "kms": {"ListSecrets", "DescribeRegions", "DescribeSecret", "ListSecretVersionIds", "GetSecretPolicy", "ListKeys", "ListKmsInstances", "ListKeyDetail"},
    "ssm": {"ListSecrets", "GetRegions", "DescribeSecret", "ListSecretVersionIds", "DescribeRotationHistory", "GetServiceStatus"},
    "tag": {"DescribeResourceTagsByResourceIds"},
    "sts": {"AssumeRole", "AssumeRoleWithOIDC", "AssumeRoleWithWebIdentity", "GetCallerIdentity"},
    "resourcedirectory": {"GetResourceDirectory", "ListAccounts"},
    "organization": {"DescribeOrganization", "DescribeOrganizationMembers", "DescribeOrganizationNodes"},
    "metadata": {"metadata"},
    "credentials": {"credentials"},
}
"""All that is ever asked, by service. Nothing that returns a value of a secret may join it, nor anything that writes."""
MAKERS = {"call": 2, "_sts": 1, "_role_request": 1, "Request": 2}
"""What makes requests: its first arguments are service and action; for those of STS the action alone."""


@pytest.mark.parametrize("path", UTIL_FILES)
def test_no_code_path_can_ask_for_a_value(path: Path) -> None:
    assert not VALUES.search(path.read_text(encoding="utf-8"))


def _asked(path: Path) -> Iterator[tuple[str, str]]:
    """Service and action of each request that a file makes. What a maker hands on is told where it is called."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MAKERS:
            words = node.args[: MAKERS[ast.unparse(node.func)]]
            assert all(isinstance(word, ast.Constant) or ast.unparse(word) in ("service", "action") for word in words), ast.unparse(node)
            service, action = ("sts", words[0]) if len(words) == 1 else (getattr(words[0], "value", ""), words[1])
            if isinstance(action, ast.Constant):
                yield str(service), str(action.value)


def test_every_action_that_can_be_asked_is_on_the_list() -> None:
    asked = {pair for cloud in CLOUDS for path in _python_files(cloud) for pair in _asked(path)}
    assert asked == {(service, action) for service, actions in ACTIONS_ALLOWED.items() for action in actions}
    assert not any(VALUES.search(action) for service, action in asked)


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(UTILS))) for path in CORE])
def test_the_core_makes_no_request_of_its_own(path: Path) -> None:
    assert path.name == "messages.py" or not {"Request", "call", "_sts"} & set(_calls(path))


def test_no_hash_that_a_python_under_fips_lacks() -> None:
    used = {name for path in _python_files(ROOT / "plugins") for name in re.findall(r"\bhashlib\.(\w+)|\bfrom hashlib import (.+)", path.read_text("utf-8"))}
    assert used == {("sha256", "")}


def test_no_class_has_the_name_of_another() -> None:
    files = [*_python_files(UTILS), *CONTROLLERS]
    named = Counter(node.name for path in files for node in _tree(path).body if isinstance(node, ast.ClassDef))
    assert named and not [name for name, times in named.items() if times > 1]


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


@pytest.mark.parametrize("path", LISTING_MODULES, ids=lambda path: path.name)
def test_a_listing_module_takes_its_service_and_nothing_else_of_a_cloud(path: Path) -> None:
    taken = {name for name in _imports(path) if name.startswith("@")}
    assert taken in [{"@_listing.task", f"@{service.parent.name}.{service.name}.provider"} for service in SERVICES]


def test_every_service_has_its_module_and_its_line_in_the_list() -> None:
    assert len(LISTING_MODULES) == len(SERVICES)
    listed = {name for name in _imports(UTILS / "_services.py") if name.endswith(".provider")}
    assert listed == {f"@{service.parent.name}.{service.name}.provider" for service in SERVICES}


@pytest.mark.parametrize("path", [*INVENTORIES, *SOURCES, *(path for path in MODULES if path not in LISTING_MODULES)], ids=lambda path: path.name)
def test_all_others_read_the_list_of_services(path: Path) -> None:
    assert not _local(path) & CLOUD_NAMES


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.name)
def test_inventory_plugins_leave_the_work_to_the_core(path: Path) -> None:
    assert "_services" in _local(path)
    assert not _outside(path) & {"requests", "json", "yaml", "re", "threading"}
    assert not {"open", "print", "sys.exit"} & set(_calls(path))
    code = [node for node in _tree(path).body if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in code) <= 160


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.name)
def test_every_inventory_plugin_has_unit_and_integration_tests(path: Path) -> None:
    assert (ROOT / "tests" / "unit" / "plugins" / "inventory" / f"test_inventory_{path.name}").is_file()
    assert (ROOT / "tests" / "integration" / "targets" / f"inventory_{path.stem}").is_dir()


@pytest.mark.parametrize("path", [*ACTIONS, *CONTROLLERS], ids=lambda path: path.name)
def test_what_runs_on_the_controller_names_no_cloud_and_ends_nothing(path: Path) -> None:
    code = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"alibaba|tencent|apig", code, re.IGNORECASE)
    assert not _local(path) & {folder.name for folder in CLOUDS}
    assert not {"open", "print", "sys.exit", "eval", "exec"} & set(_calls(path))
    assert not _outside(path) & {"requests", "jmespath", "signal", "subprocess", "threading", "time", "jinja2"}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


def test_what_runs_on_the_controller_is_no_part_of_modules() -> None:
    for path in [*MODULES, *_python_files(UTILS)]:
        assert "plugin_utils" not in path.read_text(encoding="utf-8")
    assert CONTROLLERS and all(path.name.startswith("_") for path in CONTROLLERS)


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.name)
def test_every_action_plugin_has_its_module_and_its_tests(path: Path) -> None:
    assert (ROOT / "plugins" / "modules" / path.name).is_file()
    assert (ROOT / "tests" / "unit" / "plugins" / "action" / f"test_action_{path.name}").is_file()
    assert "_supports_async = False" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.name)
def test_action_plugins_use_nothing_that_repeats_arguments_or_has_changed(path: Path) -> None:
    words = {node.attr for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)} | _outside(path)
    assert not words & {"validate_argument_spec", "get_action_args_with_defaults"}


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
    own = ROOT / "tests" / "unit" / "plugins"
    assert (own / "modules" / f"test_{path.name}").is_file() or (own / "action" / f"test_action_{path.name}").is_file()
    assert (ROOT / "tests" / "integration" / "targets" / path.stem).is_dir()


@pytest.mark.parametrize("path", UTIL_FILES)
def test_files_have_a_sensible_size(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
