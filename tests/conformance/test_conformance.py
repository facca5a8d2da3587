# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each requirement is met; each check notices when it is not; the page says what is tested."""

from __future__ import annotations

import inspect
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import checks
import pytest
from requirements import ROWS, page
from tiers import REST, TEST

ROOT = Path(__file__).parents[2]

OURS = sorted({row.proof for row in ROWS if ":" not in row.proof})
IGNORED = shutil.ignore_patterns(".git", ".dev", ".ansible", "__pycache__", "secrets-report", "tests", "images")


def check_of(name: str) -> Callable[[Path], list[str]]:
    """A check by its name."""
    found: Callable[[Path], list[str]] = getattr(checks, name)
    return found


@pytest.mark.parametrize("name", OURS)
def test_it_conforms(name: str) -> None:
    assert check_of(name)(ROOT) == []


@pytest.mark.parametrize("step", sorted({row.proof.removeprefix("step:") for row in ROWS if ":" in row.proof}))
def test_a_step_that_proves_something_is_in_every_run(step: str) -> None:
    assert step in (*TEST, *REST)


def test_the_page_says_what_is_tested() -> None:
    told = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    assert told == page(), "docs/conformance.md is old: python3 tests/conformance"


# How to break what each check looks at: a file, what to replace in it, by what. A file without replacement is removed; a new one is made.
BREAKS: dict[str, list[tuple[str, str | None, str | None]]] = {
    "galaxy_links": [("galaxy.yml", "issues: https://github.com/multicloud-secrets/multicloud.secrets/issues", "issues: ''")],
    "code_of_conduct": [("CODE_OF_CONDUCT.md", None, None), ("README.md", "CODE_OF_CONDUCT.md", "")],
    "communication": [("README.md", "https://forum.ansible.com", "https://x.org"), ("README.md", "welcome", "ignored")],
    "contributing": [("CONTRIBUTING.md", None, None)],
    "certificate_of_origin": [("CONTRIBUTING.md", "no other agreement", "another agreement")],
    "maintainers": [("MAINTAINERS.md", None, None)],
    "plugin_licences": [("plugins/inventory/fleet.py", "GPL-3.0-or-later", "MIT")],
    "semantic_version": [("docs/releasing.md", "https://semver.org", "")],
    "requires_ansible": [("meta/runtime.yml", ">=2.16.0", ">=2.19.0"), ("meta/runtime.yml", ">=2.16.0", ">=2.16.0,<2.22")],
    "action_groups": [("meta/runtime.yml", "  tencent:\n    - tencent_ssm_secrets_info\n", "")],
    "no_dependencies": [("galaxy.yml", "dependencies: {}", "dependencies: {a.b: '*'}")],
    "loose_requirements": [("requirements.txt", "requests>=", "requests=="), ("requirements.txt", "jmespath", "ansible-core")],
    "no_large_files": [("docs/large.txt", "", "x" * 1_000_001)],
    "plugin_folders": [("plugins/helpers/a.py", "", "x")],
    "works_alone": [
        ("plugins/module_utils/_fleet/plan.py", "from __future__ import annotations", "from __future__ import annotations\nimport tests.unit.fakes"),
        ("roles/assert_secrets/tasks/main.yml", None, None),
    ],
    "roles_documented": [("roles/assert_secrets/README.md", None, None), ("roles/assert_secrets/meta/argument_specs.yml", None, None)],
    "semantic_markup": [("plugins/modules/secrets_audit.py", "O(dest)", "C(dest)")],
    "version_added": [
        ("plugins/modules/secrets_audit.py", "version_added: ", "version_added: 9"),
        ("roles/assert_secrets/meta/argument_specs.yml", "version_added", "v"),
    ],
    "pythons_documented": [("README.md", "Python 3.10 or newer", "Python")],
    "readme_sections": [("README.md", "## Testing", "## Proof"), ("README.md", "**Create issue**", "issue")],
    "readme_links": [("README.md", "](https://github.com/multicloud-secrets/multicloud.secrets/blob/main/SECURITY.md)", "](SECURITY.md)")],
    "readme_no_pip_ansible": [("README.md", "pip install --requirement", "pip install ansible-core --requirement")],
    "release_policy": [("docs/releasing.md", "## Deprecation", "## Something"), ("MAINTAINERS.md", "docs/releasing.md", "")],
    "info_modules": [("plugins/modules/tencent_ssm_secrets_info.py", "RETURN", "ansible_facts = RETURN")],
    "check_mode": [
        ("plugins/doc_fragments/attributes.py", "support: full", "support: none"),
        ("plugins/module_utils/_listing/task.py", "supports_check_mode=True", "x=1"),
    ],
    "no_state_that_asks": [("plugins/modules/secrets_audit.py", "\noptions:\n", "\noptions:\n  state: {choices: [query]}\n")],
    "no_lint_skips": [
        (".ansible-lint", "strict: true", "skip_list: [fqcn]"),
        (".ansible-lint", "  - .ansible/", "  - roles/"),
        ("roles/assert_secrets/tasks/main.yml", "\n", "\n# noqa: fqcn\n"),
    ],
    "workflow": [
        (".github/workflows/ci.yml", "schedule", "workflow_dispatch"),
        (".github/workflows/ci.yml", "'2.18', ", ""),
        (".github/workflows/ci.yml", "needs: [test, matrix]", "needs: [test]"),
        (".github/workflows/ci.yml", "contents: read", "contents: write"),
    ],
}


@pytest.mark.parametrize(("name", "file", "old", "new"), [(name, *change) for name, changes in BREAKS.items() for change in changes])
def test_a_check_notices(name: str, file: str, old: str | None, new: str | None, tmp_path: Path) -> None:
    root = tmp_path / "broken"
    shutil.copytree(ROOT, root, ignore=IGNORED, symlinks=True, copy_function=os.link)
    target = root / file
    before = "" if old == "" else target.read_text(encoding="utf-8")
    assert old is None or old in before, "this changes nothing"
    target.unlink(missing_ok=True)
    if old is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(before.replace(old, str(new)) if old else str(new), encoding="utf-8")
    assert check_of(name)(root)


def test_every_check_is_in_the_table_and_is_broken() -> None:
    functions = {name for name, function in inspect.getmembers(checks, inspect.isfunction) if list(inspect.signature(function).parameters) == ["root"]}
    assert functions - {"plugins"} == set(OURS) == set(BREAKS)
