# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing gets onto the page of compatibility that was not run, and nothing that was left out goes untold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ansible_test
import job
import matrix
import pytest
from machine import CORES, RELEASES, Python, Stop, lacks_core
from matrix import Result
from tiers import REST, Done

SANITY = Result("2.22", "sanity", "2.22.0rc1", ["3.13"], 31, [], [], "2026-01-02", "new")
UNITS = Result("2.22", "units", "2.22.0rc1", ["3.12", "3.13"], 900, [], [], "2026-01-03", "new")


@pytest.fixture(name="venv")
def _venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Python 3.11 and 3.13, and an ansible-test that knows some Pythons and installs something by its address."""
    for module in (matrix, ansible_test):
        monkeypatch.setattr(module, "PYTHONS", {version: Python(version, Path(f"/opt/{version}"), True) for version in ("3.11", "3.13")})
    packages = tmp_path / "lib/python3.13/site-packages"
    for name, text in {
        "ansible_core-2.22.0rc1.dist-info/METADATA": "",
        "ansible_test/_util/target/common/constants.py": "REMOTE_ONLY_PYTHON_VERSIONS = ('3.11', '3.12')\nCONTROLLER_PYTHON_VERSIONS = ('3.13', '3.15')\n",
        "ansible_test/_data/requirements/sanity.pylint.txt": "# see https://x.org/y\npylint==4.0\ndill @ https://x.org/dill.zip#sha256=0\n",
        "ansible_test/_data/requirements/sanity.pep8.txt": "pycodestyle==2.14\n",
    }.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_oldest_and_another_old_release_are_in_every_run() -> None:
    assert CORES[0] == min(RELEASES) == "2.16"
    assert {f"{kind}-{core}" for kind in ("sanity", "units") for core in ("2.16", "2.19")} <= set(REST)


def test_every_python_has_a_release() -> None:
    assert {versions[0] for versions in RELEASES.values()} == {"3.10", "3.11", "3.12", "3.13"}


def test_cells_are_chosen_by_release_and_kind() -> None:
    assert matrix.select([]) == [(release, kind) for release in RELEASES for kind in matrix.KINDS]
    assert matrix.select(["2.16", "units", "sanity"]) == [("2.16", "sanity"), ("2.16", "units")]
    with pytest.raises(Stop, match="^2.15: choose among 2.16 "):
        matrix.select(["2.15"])


def test_ansible_test_says_which_pythons_it_knows(venv: Path) -> None:
    """A Python that runs a controller needs that ansible-core; one for modules must not have it."""

    class OnlyItsVenvs(job.Job):
        """A job whose second virtual environments are told, not made."""

        @property
        def venv(self) -> Path:
            return venv

        def second_venv(self, name: str, python: Path, *requirements: str) -> Path:
            return Path(name, *requirements)

    stub = OnlyItsVenvs.__new__(OnlyItsVenvs)
    assert matrix.interpreters(stub, "2.22", ("core",), ("plain",)) == {"3.11": Path("3.11/plain/bin/python"), "3.13": venv / "bin/python"}
    assert ansible_test.core_of(venv) == "2.22.0rc1"


def test_a_release_without_a_python_is_left_out_with_a_reason() -> None:
    assert lacks_core("2.22", ["3.11", "3.13"]) == ""
    assert lacks_core("2.20", ["3.11"]) == "needs one of Python 3.12, 3.13, 3.14: none is installed"


def test_what_cannot_be_installed_is_found_and_nothing_else(venv: Path) -> None:
    asked: list[str] = []
    assert ansible_test.out_of_reach(venv, lambda url: bool(asked.append(url))) == {"pylint": "https://x.org/dill.zip"}  # type: ignore[func-returns-value]
    assert asked == ["https://x.org/dill.zip"]
    assert ansible_test.out_of_reach(venv, lambda url: True) == {}
    assert ansible_test.answers("https://nowhere.invalid/x") is False


def test_the_page_tells_what_passed_failed_and_was_not_run() -> None:
    failed = replace(SANITY, kind="integration", problems=["a", "b"])
    sanity = replace(SANITY, release="2.21", core="2.21.5", notes=["left out: pylint, because"])
    told = matrix.page([SANITY, failed, UNITS, sanity], ["Python 3.14: not installed"], "new")
    assert "| 2.22.0rc1 | 3.13 | 31 | **failed** (2) | 900 on 3.12, 3.13 | 2026-01-02 2026-01-03 |" in told
    assert "| 2.21.5 | 3.13 | 31 | not run | not run | 2026-01-02 |" in told
    assert "| 2.16" not in told
    for line in ("- Python 3.14: not installed", "- pylint, because", "- ansible-core 2.16: sanity, integration, units (not run yet)"):
        assert line in told.splitlines()


def test_results_of_other_code_are_marked() -> None:
    told = matrix.page([SANITY, UNITS], [], "newer than new")
    assert "| 2.22.0rc1 | 3.13 | 31 *earlier* | not run | 900 *earlier* on 3.12, 3.13 | 2026-01-02 2026-01-03 |" in told
    assert "- ansible-core 2.22: sanity, units (*earlier*: not run again since the code changed)" in told.splitlines()
    assert "*earlier*" not in matrix.page([SANITY, UNITS], [], "new")


def test_a_result_takes_the_place_of_the_earlier_one_of_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "results" / "matrix.json"
    assert matrix.keep(file, [SANITY]) == [SANITY]
    again = replace(SANITY, passed=32, code="newer")
    assert matrix.keep(file, [UNITS, again]) == [again, UNITS]
    assert matrix.keep(file, []) == [again, UNITS]


def test_only_what_runs_counts_as_code(tmp_path: Path) -> None:
    for name in ("plugins/a.py", "docs/b.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1", encoding="utf-8")
    files = [Path("docs/b.md"), Path("plugins/a.py")]
    before = matrix.code(tmp_path, files)
    (tmp_path / "docs/b.md").write_text("2", encoding="utf-8")
    assert matrix.code(tmp_path, files) == before
    (tmp_path / "plugins/a.py").write_text("2", encoding="utf-8")
    assert matrix.code(tmp_path, files) != before


@pytest.mark.usefixtures("venv")
def test_a_result_is_what_the_judge_said() -> None:
    notes = ["unit tests ran on Python 3.11 3.13"]
    cell = matrix.result("2.22", "units", Done("x", 5, ["p"], notes), "x")
    assert (cell.core, cell.pythons, cell.passed, cell.problems, cell.notes, cell.code) == ("2.22.0rc1", ["3.11", "3.13"], 5, ["p"], notes, "x")
    assert matrix.result("2.22", "sanity", Done("x", 5), "x").pythons == ["3.13"]


def test_only_tests_that_import_ansible_are_repeated(tmp_path: Path) -> None:
    """By themselves, through what they import of the collection, or through a neighbour."""
    for name, text in {
        "plugins/module_utils/_pure.py": "import json\n",
        "plugins/module_utils/_core/module_exit.py": "from . import _pure\nfrom ansible.module_utils.basic import AnsibleModule\n",
        "tests/unit/fakes.py": "from ansible_collections.multicloud.secrets.plugins.module_utils._core import module_exit\n",
        "tests/unit/test_pure.py": "from ansible_collections.multicloud.secrets.plugins.module_utils import _pure\n",
        "tests/unit/test_exit.py": "from ansible_collections.multicloud.secrets.plugins.module_utils._core.module_exit import AnsibleModule\n",
        "tests/unit/deep/test_fakes.py": "import fakes\n",
        "tests/unit/deep/test_itself.py": "from ansible.errors import AnsibleError\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert ansible_test.importers_of_ansible(tmp_path) == ["tests/unit/deep/test_fakes.py", "tests/unit/deep/test_itself.py", "tests/unit/test_exit.py"]
