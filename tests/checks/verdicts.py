# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a finished program really did. Several of them succeed without having tested anything; here that is a failure.

Pure functions from JUnit files and logs to a verdict. What may be skipped, and which warnings may appear, stands in the
tables at the top, each with its reason; what was used of them is printed at the end of a run.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

# Tests that may be skipped: a pattern for "<test id>: <reason given by the test>", and why that is right.
ALLOWED_SKIPS: tuple[tuple[str, str], ...] = ()

# Warnings of ansible-test that say nothing about what was tested.
ALLOWED_WARNINGS: tuple[tuple[str, str], ...] = (
    (r"Reviewing previous \d+ warning", "a heading"),
    (r'Using locale ".*" instead of', "the tests depend on UTF-8, not on a language"),
    (r"Location '.*' is ignored", "pip, about a package index that the user configured"),
    (r"(Retrying \(Retry|Connection timed out while downloading)", "pip, about the network; it tries again"),
)

# Sanity tests that have nothing to do as long as the project has no such file.
NEEDS_FILES = {"pslint": r"\.ps1$", "shellcheck": r"\.sh$", "empty-init": r"^(plugins/modules|tests/unit)/(.*/)?__init__\.py$"}

# Sanity tests of older releases that have nothing to do, whatever the files.
MOOT = {
    "future-import-boilerplate": "it is about Python 2, on which no module runs (tests/config.yml)",
    "metaclass-boilerplate": "it is about Python 2, on which no module runs (tests/config.yml)",
}

TESTED_NOTHING = re.compile(r".*(All targets skipped|No tests applicable|no tests ran|collected 0 items).*")


@dataclass(frozen=True)
class Case:
    """One test case of a JUnit file."""

    file: str
    classname: str
    name: str
    status: str  # passed, failed, skipped
    message: str = ""
    details: str = ""

    @property
    def label(self) -> str:
        """What identifies the test to a reader."""
        return f"{self.classname}::{self.name}"


@dataclass
class Verdict:
    """How many tests passed, and why the step failed if it did. Notes are printed at the end. output: what pytest said."""

    passed: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    output: str = ""

    def demand(self, condition: bool, problem: str) -> None:
        """Add a problem unless the condition holds."""
        if not condition:
            self.problems.append(problem)

    def add(self, other: Verdict) -> None:
        """Take over what a part of the step has come to."""
        self.passed += other.passed
        self.problems += other.problems
        self.notes += other.notes


def read_junit(folder: Path) -> list[Case]:
    """All test cases of all JUnit files in a folder."""
    cases = []
    for file in sorted(folder.glob("*.xml")):
        for element in ElementTree.parse(file).iter("testcase"):
            ends = {child.tag: child for child in element if child.tag in ("failure", "error", "skipped")}
            end = ends.get("failure", ends.get("error", ends.get("skipped")))
            status = "passed" if end is None else "skipped" if end.tag == "skipped" else "failed"
            details = "" if end is None else (end.text or "").strip()
            message = "" if end is None else end.get("message") or details
            cases.append(Case(file.name, element.get("classname", ""), element.get("name", ""), status, message, details))
    return cases


def allowed(text: str, table: Iterable[tuple[str, str]]) -> str | None:
    """The reason for which a text is on a list, None when it is not."""
    return next((reason for pattern, reason in table if re.search(pattern, text)), None)


def check_warnings(verdict: Verdict, log: str, missing: Iterable[str] = ()) -> None:
    """Every warning of ansible-test is a problem unless it is on the list or about a Python that is not installed."""
    absent = tuple((rf"(Skipping .*\b|Required program .*)[Pp]ython ?{re.escape(version)}\b", "") for version in missing)
    for line in dict.fromkeys(re.findall(r"^WARNING: (.*)$", log, re.MULTILINE)):
        verdict.demand(allowed(line, (*ALLOWED_WARNINGS, *absent)) is not None, f"warning: {line}")
    check_nothing(verdict, log)


def check_nothing(verdict: Verdict, log: str) -> None:
    """The words with which these programs say that they tested nothing, before they succeed."""
    nothing = TESTED_NOTHING.search(log)
    if nothing:
        verdict.problems.append(f"nothing was tested: {nothing.group(0).strip()}")


def check_cases(verdict: Verdict, cases: Sequence[Case]) -> list[Case]:
    """Failed and skipped cases are problems, no case at all too. Gives back those that passed."""
    verdict.demand(bool(cases), "no test was collected")
    for case in cases:
        if case.status == "failed":
            verdict.problems.append(f"failed: {case.label} ({case.file}): {case.message.partition(chr(10))[0]}")
        elif case.status == "skipped":
            reason = allowed(f"{case.label}: {case.message}", ALLOWED_SKIPS)
            verdict.demand(reason is not None, f"skipped: {case.label}: {case.message}")
            if reason is not None:
                verdict.notes.append(f"skipped {case.label}: {reason}")
    return [case for case in cases if case.status == "passed"]


def sanity(cases: Sequence[Case], log: str, listed: Sequence[str], files: Sequence[str], present: Sequence[str], missing: Sequence[str]) -> Verdict:
    """Each listed sanity test passed, and on each Python that is here where it is run on several."""
    verdict = Verdict(passed=sum(case.status == "passed" for case in cases))
    check_warnings(verdict, log, missing)
    verdict.demand(bool(listed), "ansible-test lists no sanity test")
    idle = {*MOOT, *(name for name, pattern in NEEDS_FILES.items() if not any(re.search(pattern, file) for file in files))}
    verdict.notes += [f"skipped sanity test {name}: {MOOT[name]}" for name in listed if name in MOOT]
    for name in sorted(set(listed) - idle - {case.name.split("-python-")[0] for case in cases if case.status != "skipped"}):
        verdict.problems.append(f"sanity test {name} did not run")
    for case in cases:
        name, version = (*case.name.split("-python-"), "")[:2]
        if case.status == "failed":
            verdict.problems += [f"{case.name}: {line}" for line in (case.details or case.message).splitlines()]
        elif case.status == "skipped" and name not in idle:
            verdict.demand(bool(version) and version not in present, f"skipped: {case.name}: {case.message}")
    return verdict


def units(cases: Sequence[Case], log: str, versions: Sequence[str]) -> Verdict:
    """The tests of modules and module_utils passed on every Python, the same tests on each; a test counts once.

    All other tests are about code of the controller: ansible-test runs them on the Pythons that its ansible-core takes.
    """
    verdict = Verdict(notes=[f"unit tests ran on Python {' '.join(versions)}"])
    check_warnings(verdict, log)
    verdict.passed = len({case.label for case in check_cases(verdict, cases)})
    if verdict.problems:  # after a failure ansible-test leaves tests out, and that says nothing new
        return verdict
    ran: dict[str, dict[str, set[str]]] = {"module": {version: set() for version in versions}, "controller": {}}
    for case in cases:
        version, kind = case.file.removeprefix("python").removesuffix("-units.xml").split("-")
        ran["controller" if kind == "controller" else "module"].setdefault(version, set()).add(case.label)
    for kind, by_version in ran.items():
        everything = set().union(*by_version.values())
        for version, labels in by_version.items():
            lost = sorted(everything - labels)
            verdict.demand(not lost, f"Python {version} did not run {len(lost)} of {len(everything)} {kind} tests, for example {lost[:1]}")
    return verdict


def plain(cases: Sequence[Case], log: str) -> Verdict:
    """A run of pytest without ansible-test."""
    verdict = Verdict()
    check_nothing(verdict, log)
    verdict.passed = len({case.label for case in check_cases(verdict, cases)})
    return verdict


def integration(cases: Sequence[Case], log: str, targets: Sequence[str]) -> Verdict:
    """Every target ran and asserted something. What counts as a test is an assertion of a target, not each task.

    A failed task need not be a failure, because targets provoke errors and rescue them: ansible-test's own exit status
    tells. An assertion that was skipped is one.
    """
    verdict = Verdict()
    check_warnings(verdict, log)
    asserted: Counter[str] = Counter()
    for case in cases:
        found = re.match(r"tests/integration/targets/([^/]+)/", case.classname)
        if found and re.search(r"[ ,]that=", case.name):
            asserted[found.group(1)] += case.status == "passed"
            if case.status == "skipped":
                reason = allowed(f"{case.label}: {case.message}", ALLOWED_SKIPS)
                verdict.demand(reason is not None, f"skipped assertion: {case.classname} {case.name[:80]}")
    for script in re.findall(r"^Running (\S+) integration test script", log, re.MULTILINE):
        asserted[script] += 1
    verdict.demand(bool(targets), "there is no integration target")
    for target in targets:
        verdict.demand(asserted[target] > 0, f"integration target {target} asserted nothing")
    verdict.passed = sum(asserted.values())
    return verdict


def played(log: str, what: str) -> Verdict:
    """A target that is a play of its own: its assertions count. Its exit status tells whether it failed."""
    verdict = Verdict(passed=log.count("All assertions passed"))
    verdict.demand(verdict.passed > 0, f"{what} asserted nothing")
    return verdict


def introspected(log: str, requirements: str) -> Verdict:
    """ansible-builder found the Python packages that the collection requires, all of them and no others, without a warning."""
    verdict = Verdict()
    declared = {line.strip() for line in requirements.splitlines() if line.strip() and not line.startswith("#")}
    found = {name for name, origin in re.findall(r"^- '?([^#'\n]+?)\s+# from collection ([\w.]+)", log, re.MULTILINE) if origin == "multicloud.secrets"}
    verdict.demand(bool(declared) and found == declared, f"ansible-builder lists {sorted(found)}, but the collection requires {sorted(declared)}")
    return builder_ran(verdict, log)


def created(log: str, context: Mapping[str, str]) -> Verdict:
    """ansible-builder made a build context that installs the collection."""
    verdict = Verdict()
    verdict.demand("FROM " in context.get("Containerfile", ""), "ansible-builder wrote no Containerfile")
    wanted = context.get("_build/requirements.yml", "")
    verdict.demand(re.search(r"multicloud[.-]secrets", wanted) is not None, "the build context does not install the collection")
    return builder_ran(verdict, log)


def builder_ran(verdict: Verdict, log: str) -> Verdict:
    """A warning of ansible-builder is a problem; without one and without any other, this counts as a test."""
    verdict.problems += [f"ansible-builder: {line}" for line in log.splitlines() if re.search(r"\b(warning|deprecat|error)", line, re.IGNORECASE)]
    verdict.passed = 0 if verdict.problems else 1
    return verdict


def listed(result: Path, log: str, what: str) -> Verdict:
    """ansible-inventory made hosts. It succeeds without any when no plugin takes the file."""
    verdict = Verdict()
    hosts = json.loads(result.read_text(encoding="utf-8")).get("_meta", {}).get("hostvars", {}) if result.exists() else {}
    verdict.demand(bool(hosts), f"{what} has no host")
    verdict.problems += [f"{what}: {line}" for line in re.findall(r"^\[(?:WARNING|ERROR)\].*", log, re.MULTILINE)]
    verdict.passed = 0 if verdict.problems else 1
    return verdict


def reported(report: Path, what: str) -> Verdict:
    """A report exists, and is of a fleet that was seen and is as it should be."""
    verdict = Verdict()
    result = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    verdict.demand(bool(result), f"{what} has written no report")
    verdict.demand(result.get("verdict") == "pass" and result.get("summary", {}).get("secrets", 0) > 0, f"{what} did not see what is there")
    verdict.passed = 0 if verdict.problems else 1
    return verdict


# What molecule must have done in each scenario, and what Ansible must have said there.
ACTIONS = {"converge": r"\bok=[1-9]", "idempotence": r"\bok=[1-9]", "verify": r"All assertions passed"}


def scenarios(log: str, names: Sequence[str]) -> Verdict:
    """Every scenario converged, did so again without a change, and asserted something. Each of the three is a test."""
    verdict = Verdict()
    verdict.demand(bool(names), "there is no scenario")
    parts = re.split(r"^INFO +\[(\S+) > (\S+)\] Executing$", log, flags=re.MULTILINE)
    said = {(name, action): text for name, action, text in zip(parts[1::3], parts[2::3], parts[3::3])}
    for name in names:
        for action, proof in ACTIONS.items():
            text = said.get((name, action), "").partition("Executed: Successful")
            done = bool(text[1]) and re.search(proof, text[0]) is not None
            verdict.demand(done, f"scenario {name}: {action} did not succeed, or did nothing")
            verdict.passed += done
        again = said.get((name, "idempotence"), "")
        verdict.demand(re.search(r"\bchanged=[1-9]", again.partition("Executed: ")[0]) is None, f"scenario {name}: something changes again")
    return verdict


def linted(log: str) -> Verdict:
    """ansible-lint read files and found nothing."""
    summary = re.search(r"(\d+) failure\(s\), (\d+) warning\(s\) in (\d+) files", log)
    verdict = Verdict(passed=int(summary[3]) if summary else 0)
    verdict.demand(summary is not None and int(summary.group(3)) > 0, "ansible-lint read no file")
    verdict.problems += [f"{place}: {rule}" for rule, place in re.findall(r"^([a-z-]+(?:\[[^]]+\])?: .*)\n(\S+:\d+)", log, re.MULTILINE)]
    return verdict


def formatted(log: str) -> Verdict:
    """ruff read files, and found each as it would write it."""
    summary = re.search(r"^(\d+) files? already formatted$", log, re.MULTILINE)
    verdict = Verdict(passed=int(summary[1]) if summary else 0)
    verdict.demand(verdict.passed > 0, "ruff formats no file, or would change some")
    return verdict


def typed(log: str, what: str) -> Verdict:
    """mypy read files and found nothing."""
    summary = re.search(r"^Success: no issues found in (\d+) source files?$", log, re.MULTILINE)
    verdict = Verdict(passed=int(summary[1]) if summary else 0)
    verdict.demand(verdict.passed > 0, f"mypy read no file of {what}, or found something")
    verdict.problems += re.findall(r"^\S+:\d+: error: .*$", log, re.MULTILINE)
    return verdict


def imported(log: str) -> Verdict:
    """galaxy-importer succeeds with warnings, so the warnings count."""
    verdict = Verdict()
    verdict.problems += [line for line in log.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]
    for line in ("Linting collection via ansible-lint", "Importer processing completed successfully"):
        verdict.demand(line in log, f"galaxy-importer did not say: {line}")
        verdict.passed += line in log
    return verdict


def audited(schema: str, audit: str, files: Sequence[str]) -> Verdict:
    """The workflows fit their schema, and the auditor read each of them and found nothing, neither shown nor suppressed."""
    verdict = Verdict(passed=len(files))
    verdict.demand(bool(files), "there is no workflow")
    verdict.demand("ok -- validation done" in schema, "the workflows were not validated")
    verdict.problems += [line for line in schema.splitlines() if "::$" in line]
    for file in files:
        verdict.demand(re.search(rf"completed {re.escape(file)}$", audit, re.MULTILINE) is not None, f"{file} was not audited")
    verdict.problems += re.findall(r"^(?:error|warning|info|help)\[.*$", audit, re.MULTILINE)
    verdict.demand("No findings to report" in audit, "the audit did not end without findings")
    return verdict


# What users get, and nothing else: a new folder for developers must not slip into the artefact.
SHIPPED = re.compile(
    r"(MANIFEST\.json|FILES\.json|README(\.zh-CN)?\.md|CHANGELOG\.md|CODE_OF_CONDUCT\.md|CONTRIBUTING\.md|MAINTAINERS\.md|SECURITY\.md|COPYING"
    r"|REUSE\.toml|bindep\.txt|requirements\.txt|LICENSES/.*|changelogs/(changelog|config)\.yaml|docs/(?!site/).*|meta/.*|playbooks/.*|plugins/.*"
    r"|roles/.*|extensions/eda/.*|tests/config\.yml)"
)


def built(names: Sequence[str], files: Sequence[str]) -> Verdict:
    """The artefact holds all that runs and nothing that only developers need."""
    verdict = Verdict(passed=len(names))
    for name in sorted(names):
        verdict.demand(SHIPPED.fullmatch(name) is not None, f"{name} would be shipped: name it in build_ignore of galaxy.yml, or in SHIPPED")
    for file in files:
        if re.match(r"(meta|plugins|roles|playbooks|extensions/eda)/|(README\.md|requirements\.txt|tests/config\.yml)$", file):
            verdict.demand(file in names, f"{file} is not in the artefact")
    return verdict
