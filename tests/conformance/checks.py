# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks behind rows of requirements.py: a folder in, problems out. No check trusts another."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "checks"))

import machine

FOLDERS = {
    "action",
    "become",
    "cache",
    "callback",
    "cliconf",
    "connection",
    "doc_fragments",
    "filter",
    "httpapi",
    "inventory",
    "lookup",
    "module_utils",
    "modules",
    "netconf",
    "plugin_utils",
    "shell",
    "strategy",
    "sub_plugins",
    "terminal",
    "test",
    "vars",
}
DOCUMENTED = FOLDERS - {"action", "doc_fragments", "module_utils", "plugin_utils", "sub_plugins"}
RELEASES = list(machine.RELEASES)
LICENCE = "SPDX-License-" + "Identifier: GPL-3.0-or-later\n"
PLAIN_WORDS = r"C\((?:true|false|pass|fail|unknown|complete|partial|failed|not_offered)\)"


def text(root: Path, name: str) -> str:
    """A file, or nothing."""
    file = root / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def data(root: Path, name: str) -> dict[str, Any]:
    """A YAML file with a mapping."""
    return yaml.safe_load(text(root, name)) or {}


def plugins(root: Path) -> Iterator[tuple[str, Path]]:
    """Everything that has documentation of its own: its type, and its file."""
    for file in sorted(root.glob("plugins/*/*.py")):
        if file.parent.name in DOCUMENTED and file.name != "__init__.py":
            yield file.parent.name, file


def blocks(file: Path) -> dict[str, Any]:
    """The blocks of documentation in a plugin, parsed; EXAMPLES too."""
    return blocks_of(file.read_text(encoding="utf-8"))


@cache
def blocks_of(source: str) -> dict[str, Any]:
    """Parsing takes longer than all else here, so it happens once for each text. Several documents of YAML become a list."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant):
            name = node.targets[0].id
            documents = list(yaml.safe_load_all(str(node.value.value))) if name in ("DOCUMENTATION", "EXAMPLES", "RETURN") else []
            if documents:
                found[name] = documents[0] if len(documents) == 1 else documents
    return found


def fragments(root: Path, documentation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fragments of this collection that a documentation uses, parsed."""
    wanted = documentation.get("extends_documentation_fragment", [])
    for name in [wanted] if isinstance(wanted, str) else wanted:
        file, _dot, part = name.removeprefix("multicloud.secrets.").partition(".")
        path = root / "plugins" / "doc_fragments" / f"{file}.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.is_file() else ():
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == (part or "documentation").upper() and isinstance(node.value, ast.Constant):
                yield yaml.safe_load(str(node.value.value)) or {}


def missing(where: str, content: str, **patterns: str) -> list[str]:
    """What a text does not have."""
    return [f"{where} has no {name.replace('_', ' ')}" for name, pattern in patterns.items() if not re.search(pattern, content, re.IGNORECASE | re.MULTILINE)]


def galaxy_links(root: Path) -> list[str]:
    galaxy = data(root, "galaxy.yml")
    links = {name: str(galaxy.get(name, "")) for name in ("repository", "documentation", "homepage", "issues")}
    return [f"galaxy.yml: {name} is not a full address" for name, link in links.items() if not re.match(r"https://[^/]+/\S", link) or "example" in link]


def code_of_conduct(root: Path) -> list[str]:
    return missing("CODE_OF_CONDUCT.md", text(root, "CODE_OF_CONDUCT.md"), link_to_Ansibles=r"https://docs\.ansible\.com/\S+/code_of_conduct") + missing(
        "README.md", text(root, "README.md"), link_to_the_code_of_conduct=r"https://\S+/CODE_OF_CONDUCT\.md"
    )


def communication(root: Path) -> list[str]:
    return missing("README.md", text(root, "README.md"), forum=r"https://forum\.ansible\.com/c/help", tag=r"tag `[a-z-]+`", welcome=r"\bwelcome")


def contributing(root: Path) -> list[str]:
    return missing("CONTRIBUTING.md", text(root, "CONTRIBUTING.md"), word_on_bugs="bug reports", way_to_make_a_change="^## A change", fragments="fragment")


def certificate_of_origin(root: Path) -> list[str]:
    return missing(
        "CONTRIBUTING.md",
        text(root, "CONTRIBUTING.md"),
        certificate="Developer Certificate of Origin",
        sign_off="git commit -s",
        word_that_nothing_else_is_signed="no other agreement",
    )


def maintainers(root: Path) -> list[str]:
    return missing("MAINTAINERS.md", text(root, "MAINTAINERS.md"), people="maintainers are", decisions="how they decide")


def plugin_licences(root: Path) -> list[str]:
    sources = [file for file in sorted(root.glob("plugins/**/*.py")) if file.read_bytes()]
    return [f"{file.relative_to(root)} is not GPL-3.0-or-later" for file in sources if LICENCE not in file.read_text(encoding="utf-8")[:600]] or [
        "no plugin"
    ] * (not sources)


def semantic_version(root: Path) -> list[str]:
    return [line for name in ("README.md", "docs/releasing.md") for line in missing(name, text(root, name), link_to_semver=r"https://semver\.org")]


def requires_ansible(root: Path) -> list[str]:
    wanted = str(data(root, "meta/runtime.yml").get("requires_ansible"))
    lowest = re.fullmatch(r">=(2\.\d+)\.\d+", wanted)
    return [] if lowest and lowest.group(1) in RELEASES[:3] else [f"requires_ansible is {wanted}"]


def action_groups(root: Path) -> list[str]:
    groups = data(root, "meta/runtime.yml").get("action_groups", {})
    told: dict[str, set[str]] = {}
    for kind, file in plugins(root):
        documentation = blocks(file)["DOCUMENTATION"]
        attributes = [part.get("attributes", {}) for part in (documentation, *fragments(root, documentation))] if kind == "modules" else []
        for name in {name for part in attributes for name in part.get("action_group", {}).get("membership", [])}:
            told.setdefault(name.removeprefix("multicloud.secrets."), set()).add(file.stem)
    declared = {name: set(members) for name, members in groups.items()}
    return [] if told == declared and declared else [f"meta/runtime.yml has {declared}, modules say {told}"]


def no_dependencies(root: Path) -> list[str]:
    found = data(root, "galaxy.yml").get("dependencies")
    return [] if found == {} else [f"galaxy.yml has dependencies: {found}"]


def loose_requirements(root: Path) -> list[str]:
    lines = [line for line in text(root, "requirements.txt").splitlines() if line and not line.startswith("#")]
    bad = [line for line in lines if not re.fullmatch(r"[a-z0-9-]+>=[0-9.]+", line) or line.startswith("ansible")]
    return [f"requirements.txt: {line}" for line in bad] or ["requirements.txt is empty"] * (not lines)


def no_large_files(root: Path) -> list[str]:
    shipped = [file for folder in ("plugins", "roles", "playbooks", "meta", "extensions", "docs") for file in (root / folder).rglob("*") if file.is_file()]
    return [f"{file.relative_to(root)} is larger than 1 MB" for file in shipped if file.stat().st_size > 1_000_000] or ["no file"] * (not shipped)


def plugin_folders(root: Path) -> list[str]:
    return [
        f"plugins/{folder.name} is not a folder of ansible-core"
        for folder in sorted(root.glob("plugins/*/"))
        if folder.name not in FOLDERS and folder.name != "__pycache__"
    ]


def works_alone(root: Path) -> list[str]:
    """A module answers in its own words, and the playbook, its role and the action plugins refuse what they should, in a copy with nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder, "ansible_collections", "multicloud", "secrets")
        for name in ("meta", "plugins", "roles", "playbooks", "extensions"):
            if (root / name).is_dir():
                shutil.copytree(root / name, collection / name, ignore=shutil.ignore_patterns("__pycache__"))
        env = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8", "ANSIBLE_COLLECTIONS_PATH": folder}
        python = f"ansible_python_interpreter={sys.executable}"
        commands = (
            (["ansible", "localhost", "-m", "multicloud.secrets.secrets_audit", "-a", "inventories=none.jsonl", "-e", python], "none.jsonl"),
            (["ansible", "localhost", "-m", "multicloud.secrets.tencent_ssm_secrets_info", "-a", "region=ap-x profile=none", "-e", python], "profile"),
            (["ansible-playbook", "multicloud.secrets.audit", "-e", '{"assert_secrets_fleet": []}'], "the fleet is not a list of at least one entry"),
            (["ansible", "localhost", "-m", "multicloud.secrets.secrets_collect", "-a", "fleet=none.yml"], "none.yml is neither a file nor a list"),
        )
        problems = []
        for command, expected in commands:
            ran = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
            said = ran.stdout + ran.stderr
            if not re.search(expected, said) or re.search("Traceback|No module named|couldn't resolve|could not be found", said):
                problems.append(f"{' '.join(command[:4])}: {said[-300:]}")
        return problems


def roles_documented(root: Path) -> list[str]:
    roles = list(root.glob("roles/*/"))
    needed = ("README.md", "meta/argument_specs.yml")
    return [f"{role.name} has no {name}" for role in roles for name in needed if not (role / name).is_file()] or ["no role"] * (not roles)


def semantic_markup(root: Path) -> list[str]:
    """Options are O(), and values V(): a C() that holds the name of an option of the same plugin, or a plain value, is neither."""
    problems = []
    for _kind, file in plugins(root):
        documentation = blocks(file)["DOCUMENTATION"]
        told = str(documentation)
        options = "|".join(map(re.escape, documentation.get("options", {}))) or "(?!)"
        problems += [f"{file.name}: {word}" for word in re.findall(rf"C\((?:{options})\)|{PLAIN_WORDS}", told)]
        problems += [f"{file.name} uses no semantic markup"] * (not re.search(r"\b(O|V|RV|E)\(", told))
    return problems


def version_added(root: Path) -> list[str]:
    """Not newer than the version of the collection."""
    now = [int(part) for part in str(data(root, "galaxy.yml")["version"]).partition("-")[0].split(".")]
    told = {str(file.relative_to(root)): blocks(file)["DOCUMENTATION"].get("version_added") for _kind, file in plugins(root)}
    for spec in root.glob("roles/*/meta/argument_specs.yml"):
        entries = yaml.safe_load(spec.read_text(encoding="utf-8"))["argument_specs"]
        told |= {f"{spec.relative_to(root)} {name}": entry.get("version_added") for name, entry in entries.items()}
    return [
        f"{name}: version_added is {version}"
        for name, version in told.items()
        if not re.fullmatch(r"\d+\.\d+\.\d+", str(version)) or [int(part) for part in str(version).split(".")] > now
    ]


def pythons_documented(root: Path) -> list[str]:
    problems = missing("README.md", text(root, "README.md"), word_on_Python=r"Python 3\.10 or newer")
    for kind, file in plugins(root):
        documentation = blocks(file)["DOCUMENTATION"]
        needs = [line for part in (documentation, *fragments(root, documentation)) for line in part.get("requirements", [])]
        problems += [f"{file.name} does not say which Python it needs"] * (kind == "modules" and not re.search("python *>= *3.10", str(needs), re.IGNORECASE))
    return problems


def readme_sections(root: Path) -> list[str]:
    wanted = {
        "Requirements": "Requirements",
        "Installation": "Installation",
        "Use": r"(Use|Use cases|Using it)",
        "Testing": "Testing",
        "Support": "Support",
        "Release_notes": "Release notes",
        "License": "License",
    }
    readme = text(root, "README.md")
    return missing("README.md", readme, **{f"section_{name}": rf"^## {pattern}$" for name, pattern in wanted.items()}, create_issue=r"\*\*Create issue\*\*")


def readme_links(root: Path) -> list[str]:
    links = re.findall(r"\]\(([^)\s]+)\)", text(root, "README.md"))
    return [f"README.md links to {link}" for link in links if not re.match("https://", link)] or ["README.md has no link"] * (not links)


def readme_no_pip_ansible(root: Path) -> list[str]:
    readme = text(root, "README.md")
    return [f"README.md: {line}" for line in re.findall(r"pip3? install (?:\S+ )*ansible(?:-core)?\b.*", readme)] or ["no README.md"] * (not readme)


def release_policy(root: Path) -> list[str]:
    return missing(
        "docs/releasing.md",
        text(root, "docs/releasing.md"),
        policy_of_versions="^## Versions",
        policy_of_deprecation="^## Deprecation",
        way_to_release="^## Release",
        way_to_verify="^## Verify",
    ) + missing("MAINTAINERS.md", text(root, "MAINTAINERS.md"), link="docs/releasing.md")


def info_modules(root: Path) -> list[str]:
    """A module that is no _info writes something: its documentation says with which option."""
    problems = []
    for kind, file in plugins(root):
        if kind == "modules":
            documented_, source = blocks(file), file.read_text(encoding="utf-8")
            problems += [f"{file.name} returns facts"] * ("ansible_facts" in source)
            problems += [f"{file.name} only gathers, and is not named _info"] * (
                not file.stem.endswith(("_info", "_facts")) and not {"dest", "path", "report_dir", "state"} & set(documented_["DOCUMENTATION"]["options"])
            )
    return problems


def check_mode(root: Path) -> list[str]:
    problems = []
    for kind, file in plugins(root):
        if kind == "modules" and file.stem.endswith("_info"):
            documentation = blocks(file)["DOCUMENTATION"]
            told = [part.get("attributes", {}).get("check_mode", {}).get("support") for part in (documentation, *fragments(root, documentation))]
            problems += [f"{file.name} does not say that it supports check mode"] * (set(told) - {None} != {"full"})
    specs = "".join(file.read_text(encoding="utf-8") for file in root.glob("plugins/module_utils/**/*.py"))
    return problems + missing("plugins/module_utils", specs, support_of_check_mode="supports_check_mode=True")


def no_state_that_asks(root: Path) -> list[str]:
    problems = []
    for kind, file in plugins(root):
        choices = blocks(file)["DOCUMENTATION"].get("options", {}).get("state", {}).get("choices", [])
        problems += [f"{file.name}: state {choice}" for choice in choices if kind == "modules" and choice in ("get", "list", "query", "info", "gathered")]
    return problems


def no_lint_skips(root: Path) -> list[str]:
    config = data(root, ".ansible-lint")
    problems = [f".ansible-lint has a {name}" for name in ("skip_list", "warn_list", "mock_modules", "mock_roles") if config.get(name)]
    problems += [f".ansible-lint excludes {path}" for path in config.get("exclude_paths", []) if not re.match(r"(\.ansible|changelogs|\.dev|\.github)/", path)]
    problems += [] if config.get("profile") == "production" and config.get("strict") is True else ["the profile is not production, or not strict"]
    for folder in ("roles", "playbooks", "meta", "extensions"):
        problems += [f"{file.relative_to(root)} has a noqa" for file in sorted((root / folder).rglob("*.y*ml")) if "noqa" in file.read_text(encoding="utf-8")]
    return problems


def workflow(root: Path) -> list[str]:
    """The one file, read as data. YAML takes its key `on` for true."""
    found: dict[Any, Any] = data(root, ".github/workflows/ci.yml")
    on, jobs = found.get(True, {}), found.get("jobs", {})
    told = {name: str(job) for name, job in jobs.items()}
    releases = jobs.get("matrix", {}).get("strategy", {}).get("matrix", {}).get("release", [])
    return [
        *(f"not run on {event}" for event in ("push", "pull_request", "schedule") if event not in on),
        *["tags start no release"] * (not on.get("push", {}).get("tags")),
        *["the jobs run no .ci/run"] * (".ci/run" not in told.get("test", "")),
        *[f"no job tests ansible-core {release}" for release in RELEASES if release not in releases],
        *["a release does not wait for the tests"] * (not {"test", "matrix"} <= set(jobs.get("release", {}).get("needs", []))),
        *["more is permitted than reading"] * (found.get("permissions") != {"contents": "read"}),
    ]
