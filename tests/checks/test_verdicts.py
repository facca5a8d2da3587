# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to succeed without testing that was met in practice, and what the checks must say about it."""

from __future__ import annotations

from pathlib import Path

import machine
import pytest
import verdicts
from machine import Python, Stop, project_files
from verdicts import Case

PRESENT = ("3.12", "3.13")
SANITY_FILES = ("plugins/modules/__init__.py", "tests/x.sh", "x.ps1")


def case(name: str, status: str = "passed", message: str = "", file: str = "f.xml", classname: str = "c") -> Case:
    """A test case with only what matters said."""
    return Case(file, classname, name, status, message)


def sanity(cases: list[Case], log: str = "", listed: tuple[str, ...] = ("pep8",), files: tuple[str, ...] = SANITY_FILES) -> list[str]:
    """The problems of a sanity run where Python 3.14 is not installed."""
    return verdicts.sanity(cases, log, listed, files, PRESENT, ["3.14"]).problems


def unit(name: str, version: str, kind: str = "modules", **values: str) -> Case:
    """A unit test that ran on a Python."""
    return case(name, file=f"python{version}-{kind}-units.xml", **values)


def asserted(target: str, status: str = "passed") -> Case:
    """An assertion of an integration target, as Ansible's JUnit callback writes it."""
    return case("[testhost] testhost: It answers that=['x']", status, classname=f"tests/integration/targets/{target}/tasks/main.yml:7")


def test_sanity_passes() -> None:
    """A Python that is not installed, or not supported, may be left out."""
    absent = 'WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.'
    cases = [case("pep8"), case("compile-python-3.13"), case("compile-python-3.14", "skipped", "could not be found"), case("compile-python-3.9", "skipped")]
    assert sanity(cases, absent, ("pep8", "compile")) == []


@pytest.mark.parametrize(
    ("cases", "log", "expected"),
    [
        ([], "", "pep8 did not run"),
        ([case("pep8", "failed", "1 error")], "", "pep8: 1 error"),
        ([case("pep8", "skipped")], "", "skipped: pep8"),
        ([case("pep8"), case("compile-python-3.12", "skipped", "No tests applicable.")], "", "skipped: compile-python-3.12"),
        ([case("pep8")], "All targets skipped.", "nothing was tested"),
        ([case("pep8")], 'WARNING: Required program "shellcheck" not found.', "warning: Required program"),
        ([case("pep8")], 'WARNING: Skipping sanity test "compile" on Python 3.12 because it could not be found.', "warning: Skipping"),
    ],
)
def test_sanity_problems(cases: list[Case], log: str, expected: str) -> None:
    """What ansible-test lets pass."""
    assert any(expected in problem for problem in sanity(cases, log))


def test_sanity_may_have_nothing_to_do() -> None:
    """Without a shell script there is nothing for shellcheck; with one there is."""
    cases = [case("pep8"), case("shellcheck-python-3.13", "skipped", "No tests applicable.")]
    assert sanity(cases, files=("README.md",)) == []
    assert sanity(cases) != []


def test_sanity_tests_about_python_2_are_moot_and_told() -> None:
    """Older releases of ansible-test still list them."""
    cases = [case("pep8"), case("metaclass-boilerplate-python-3.12", "skipped", "No tests applicable.")]
    verdict = verdicts.sanity(cases, "", ("pep8", "metaclass-boilerplate"), SANITY_FILES, PRESENT, [])
    assert verdict.problems == []
    assert verdict.notes == ["skipped sanity test metaclass-boilerplate: it is about Python 2, on which no module runs (tests/config.yml)"]


def test_sanity_lists_nothing() -> None:
    """An empty list of tests is satisfied by anything."""
    assert sanity([case("pep8")], listed=()) == ["ansible-test lists no sanity test"]


def test_units_count_a_test_once() -> None:
    """A test that ran on two Pythons is one test; tests of the controller need not run on all."""
    verdict = verdicts.units([unit("a", "3.12"), unit("a", "3.13"), unit("b", "3.13", "controller")], "", PRESENT)
    assert (verdict.passed, verdict.problems) == (2, [])


@pytest.mark.parametrize(
    ("cases", "log", "expected"),
    [
        ([], "", "no test was collected"),
        ([unit("a", "3.12"), unit("a", "3.13", status="skipped", message="no reason")], "", "skipped: c::a: no reason"),
        ([unit("a", "3.12"), unit("a", "3.13", status="failed")], "", "failed: c::a"),
        ([unit("a", "3.12")], "", "Python 3.13 did not run 1 of 1 module tests"),
        ([unit("a", "3.12"), unit("b", "3.13", "controller"), unit("a", "3.13", "module_utils"), unit("c", "3.12", "controller")], "", "controller tests"),
        ([unit("a", "3.12"), unit("a", "3.13")], "WARNING: Skipping unit tests on Python 3.10", "warning"),
        ([unit("a", "3.12"), unit("a", "3.13")], "no tests ran in 0.01s", "nothing was tested"),
    ],
)
def test_units_problems(cases: list[Case], log: str, expected: str) -> None:
    """pytest ends with 0 when tests are skipped, and ansible-test forgives it that none was collected."""
    assert any(expected in problem for problem in verdicts.units(cases, log, PRESENT).problems)


def test_a_skip_on_the_list_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be skipped is printed, not forgotten."""
    monkeypatch.setattr(verdicts, "ALLOWED_SKIPS", ((r"c::a: needs a kernel", "containers cannot do that"),))
    verdict = verdicts.plain([case("a", "skipped", "needs a kernel"), case("b")], "")
    assert (verdict.passed, verdict.problems, verdict.notes) == (1, [], ["skipped c::a: containers cannot do that"])


def test_integration_counts_assertions() -> None:
    """Tasks are not tests, the assertions of a role under test are not either, and a script is one."""
    role = case("[testhost] x: Assert that=['y']", classname="out-of-tree:main.yml:3")
    log = "Running shell integration test script"
    verdict = verdicts.integration([asserted("a"), asserted("a"), case("Gather"), role], log, ["a", "shell"])
    assert (verdict.passed, verdict.problems) == (3, [])


@pytest.mark.parametrize(
    ("cases", "log", "targets", "expected"),
    [
        ([], "", [], "there is no integration target"),
        ([asserted("a")], "", ["a", "b"], "integration target b asserted nothing"),
        ([asserted("a"), asserted("a", "skipped")], "", ["a"], "skipped assertion"),
        ([asserted("a")], "WARNING: Excluding target tests marked destructive: b", ["a"], "warning: Excluding"),
        ([asserted("a")], "All targets skipped.", ["a"], "nothing was tested"),
    ],
)
def test_integration_problems(cases: list[Case], log: str, targets: list[str], expected: str) -> None:
    """ansible-test is content with a target that does nothing."""
    assert any(expected in problem for problem in verdicts.integration(cases, log, targets).problems)


def test_a_play_asserts_something() -> None:
    """Each assertion counts, and a play without any is a problem."""
    told = verdicts.played('"msg": "All assertions passed"\nfatal: provoked\n"msg": "All assertions passed"\n', "x with ansible-core 2.16")
    assert (told.passed, told.problems) == (2, [])
    assert verdicts.played("skipping: all", "x with ansible-core 2.16").problems == ["x with ansible-core 2.16 asserted nothing"]


def test_lint_reads_files() -> None:
    """No file, no finding."""
    assert verdicts.linted("Passed: 0 failure(s), 0 warning(s) in 31 files processed of 49 encountered.").problems == []
    assert verdicts.linted("Passed: 0 failure(s), 0 warning(s) in 0 files processed of 0 encountered.").problems
    assert verdicts.linted("").problems


def test_ruff_and_mypy_read_files() -> None:
    """Neither fails where there is no file."""
    assert verdicts.formatted("3 files already formatted\n").passed == 3
    assert verdicts.formatted("1 file would be reformatted, 3 files already formatted\n").problems
    assert verdicts.formatted("warning: No Python files found under the given path(s)\n").problems
    assert verdicts.typed("Success: no issues found in 2 source files\n", "x").passed == 2
    found = verdicts.typed("a.py:1: error: No  [misc]\nFound 1 error in 1 file (checked 2 source files)\n", "x").problems
    assert found == ["mypy read no file of x, or found something", "a.py:1: error: No  [misc]"]


def test_importer_succeeds_with_warnings() -> None:
    """galaxy-importer's exit status is 0 whatever it finds."""
    good = "Linting collection via ansible-lint 26...\nImporter processing completed successfully\n"
    assert verdicts.imported(good).problems == []
    assert verdicts.imported(good + "WARNING: No changelog found.").problems == ["WARNING: No changelog found."]
    assert verdicts.imported("").problems


def test_workflows_are_read() -> None:
    """An auditor that read nothing finds nothing."""
    valid, clean = "ok -- validation done\n", " INFO audit: zizmor: completed .github/workflows/a.yml\nNo findings to report. Good job!\n"
    files = [".github/workflows/a.yml"]
    assert verdicts.audited(valid, clean, files).problems == []
    assert verdicts.audited(valid, clean, []).problems == ["there is no workflow"]
    assert verdicts.audited("", clean, files).problems == ["the workflows were not validated"]
    assert ".github/workflows/a.yml was not audited" in verdicts.audited(valid, "No findings to report.", files).problems
    assert "error[template-injection]: x" in verdicts.audited(valid, clean.replace("No findings", "error[template-injection]: x\n1"), files).problems


def test_artefact() -> None:
    """Neither too much nor too little."""
    assert verdicts.built(["README.md", "plugins/modules/a.py"], ["README.md", "plugins/modules/a.py", "tests/unit/x.py"]).problems == []
    assert any("would be shipped" in problem for problem in verdicts.built(["tests/unit/x.py"], []).problems)
    assert any("would be shipped" in problem for problem in verdicts.built(["extensions/molecule/config.yml"], []).problems)
    assert verdicts.built([], ["meta/runtime.yml"]).problems == ["meta/runtime.yml is not in the artefact"]


def test_junit(tmp_path: Path) -> None:
    """The three ways in which a case can end."""
    (tmp_path / "a.xml").write_text(
        '<testsuites><testsuite><testcase classname="m" name="a"/><testcase name="b"><failure message="no"/></testcase>'
        '<testcase name="c"><skipped>why</skipped></testcase><testcase name="d"><error>boom</error></testcase></testsuite></testsuites>',
        encoding="utf-8",
    )
    found = [(case.name, case.status, case.message) for case in verdicts.read_junit(tmp_path)]
    assert found == [("a", "passed", ""), ("b", "failed", "no"), ("c", "skipped", "why"), ("d", "failed", "boom")]


def test_one_line_says_what_is_missing() -> None:
    """Nothing fit, no venv in the distribution's Python, no venv in another one."""
    system = Path("/usr/bin/python3").resolve()
    for pythons, expected in (
        ({}, "Python 3.11 or newer is missing; install it with: sudo apt-get install -y python3.11 python3.11-venv"),
        ({"3.11": Python("3.11", system, False)}, "Python's venv is missing; install it with: sudo apt-get install -y python3-venv"),
        ({"3.12": Python("3.12", Path("/opt/python3.12"), False)}, "Python's venv is missing; install it with: sudo apt-get install -y python3.12-venv"),
    ):
        with pytest.raises(Stop) as stopped:
            machine.choose(pythons)
        assert str(stopped.value) == expected


def test_a_step_that_lacks_something_is_left_out_by_name(tmp_path: Path) -> None:
    """Without Chromium there is a reason and a remedy; with it, nothing is left out."""
    assert machine.find_browser({"PATH": str(tmp_path)}) is None
    (tmp_path / "chromium").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o755)
    assert machine.find_browser({"PATH": str(tmp_path)}) == str(tmp_path / "chromium")


def test_a_java_that_is_too_old_is_none(tmp_path: Path) -> None:
    """The user's own comes first; what does not run, or is older than what the engine needs, is passed over."""
    homes = {}
    for name, version in (("a", '"1.8.0_392"'), ("b", '"17.0.15" 2025-04-15'), ("c", '"21"')):
        homes[name] = tmp_path / name
        program = homes[name] / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho 'openjdk version {version}' >&2\n", encoding="utf-8")
        program.chmod(0o755)
    none = {"PATH": str(tmp_path)}
    assert machine.find_java(none, str(tmp_path / "[a-c]")) == str(homes["b"])
    assert machine.find_java({**none, "JAVA_HOME": str(homes["c"])}, str(tmp_path / "[a-c]")) == str(homes["c"])
    assert machine.find_java({"PATH": str(homes["c"] / "bin")}, str(tmp_path / "a")) == str(homes["c"])
    assert machine.find_java({**none, "JAVA_HOME": str(tmp_path / "gone")}, str(tmp_path / "a")) is None


def test_best_python_wins() -> None:
    """The newest that the tools support, but not one that cannot make virtual environments."""
    pythons = {version: Python(version, Path(f"/opt/{version}"), version != "3.13") for version in ("3.11", "3.12", "3.13", "3.14")}
    assert machine.choose(pythons).version == "3.12"
    assert machine.choose(pythons, "3.11").version == "3.11"


def test_cores_run_on_the_best_python_that_takes_them() -> None:
    """What no installed Python takes is left out."""
    pythons = {version: Python(version, Path(f"/opt/{version}"), True) for version in ("3.11", "3.12")}
    assert machine.cores(pythons) == {"2.16": "3.12", "2.17": "3.11", "2.18": "3.11", "2.19": "3.12", "2.20": "3.12", "2.21": "3.12"}
    assert machine.cores({"3.11": pythons["3.11"]}) == dict.fromkeys(("2.16", "2.17", "2.18", "2.19"), "3.11")


def test_files_without_git(tmp_path: Path) -> None:
    """An unpacked release is tested like a checkout."""
    for name in ("a.py", ".dev/venv/b.py", "tests/output/c.xml", "tests/unit/d.py", "__pycache__/e.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [file.as_posix() for file in project_files(tmp_path)] == ["a.py", "tests/unit/d.py"]
