# /// script
# dependencies = ["antsibull-nox==1.10.0", "nox==2026.10.20", "uv==0.13.9"]
# ///
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of all tests: `nox -l` lists them, `nox -s NAME` runs one, `nox -s NAME -- OPTIONS` hands options to its program.

A session works on a copy of the collection, in a virtual environment below .dev/nox that is used again, and fails when its program
tested nothing. tests/checks/tiers.py says which sessions `make test` and `make test-all` run.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "checks"))

try:
    import ansible_test
    import job
    import matrix
    import pages
    import release
    import tiers
    import verdicts
    from environments import environments
    from job import DEV, OUTER, PYTHON, PYTHONS, Job, check
    from machine import CORES, RELEASES, TESTED, Stop, cores, find_browser, find_java, lacks_browser, lacks_core, lacks_java
    from verdicts import Verdict
except Stop as stop:
    sys.exit(str(stop))

job.settle()
nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.envdir = str(DEV / "nox")
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.sessions = list(tiers.TEST)

# lint (YAML, and the settings of antsibull-nox itself), docs-check, license-check.
antsibull_nox.load_antsibull_nox_toml()

# What tests import, whatever the ansible-core.
TESTED_BY_ALL = ("requirements.txt", "ansible-test", "tests/unit/requirements.txt", "tests/integration/requirements.txt")
UNITS = ("units", *TESTED_BY_ALL)
CONTRACT = ("requirements.txt", "ansible", "contract", "tests/unit/requirements.txt")
RUNS_ANSIBLE_TEST = ("requirements.txt", "ansible", "tests/integration/requirements.txt")

# The targets that are tried before each commit. Of the role it is the play of all that goes well.
QUICK_TARGETS = ("alibaba_apig_secrets_info", "alibaba_kms_secrets_info", "secrets_audit", "tencent_ssm_secrets_info")
ROLE, ROLE_QUICK, ROLE_REST = "role_assert_secrets", "test.yml", "again.yml refusals.yml"


@check("units", *UNITS)
def units(job: Job) -> Verdict:
    """ansible-test units of the newest ansible-core, on the Python of the tools; properties try 25 examples."""
    return ansible_test.units(job, {PYTHON.version: job.python})


@check("properties", *UNITS)
def properties(job: Job) -> Verdict:
    """All examples of the laws, schemas and the model server of listings."""
    return job.pytest("-m", "hypothesis", *(job.options or ["tests/unit"]), EXAMPLES="all")


@check("emulator", *UNITS)
def emulator(job: Job) -> Verdict:
    """The emulator's own tests."""
    return job.pytest(*(job.options or ["tests/emulator_tests"]))


@check("sanity", *RUNS_ANSIBLE_TEST)
def sanity(job: Job) -> Verdict:
    """ansible-test sanity of the newest ansible-core, every test, on every Python."""
    return ansible_test.sanity(job)


@check("integration", *RUNS_ANSIBLE_TEST)
def integration(job: Job) -> Verdict:
    """ansible-test integration against the emulator: modules, and the role where all goes well."""
    verdict = ansible_test.integration(job, QUICK_TARGETS)
    if not job.options:
        verdict.add(ansible_test.play(job, ROLE, ROLE_QUICK))
    return verdict


@check("integration-rest", *RUNS_ANSIBLE_TEST)
def integration_rest(job: Job) -> Verdict:
    """ansible-test integration against the emulator: all other targets."""
    targets = [target for target in ansible_test.integration_targets(job.collection) if target not in (*QUICK_TARGETS, ROLE)]
    verdict = ansible_test.integration(job, targets)
    if not job.options:
        verdict.add(ansible_test.play(job, ROLE, ROLE_REST))
    return verdict


def units_on(version: str) -> None:
    """A session for a Python. One that the newest ansible-core does not take gets the tests of modules."""

    @check(f"units-{version}", *RUNS_ANSIBLE_TEST, lacks=lambda: "" if version in PYTHONS else f"Python {version} is not installed",
           told=f"ansible-test units of the newest ansible-core, on Python {version}.")  # fmt: skip
    def session(job: Job) -> Verdict:
        target = job.second_venv("target", PYTHONS[version].path, *UNITS)
        return ansible_test.units(job, {version: target / "bin" / "python"})


def sessions_of(core: str) -> None:
    """The sessions of a release of ansible-core, on the first Python that takes it."""
    python = cores(PYTHONS).get(core, "")
    needs = (f"core-{core}", *TESTED_BY_ALL)

    def on_core(name: str, told: str) -> job.Register:
        return check(f"{name}-{core}", *needs, python=python, lacks=lambda: lacks_core(core, PYTHONS), told=told)

    @on_core("sanity", f"ansible-test sanity of ansible-core {core}.")
    def sanity_of(job: Job) -> Verdict:
        return ansible_test.sanity(job)

    @on_core("integration", f"ansible-test integration of ansible-core {core}, every target.")
    def integration_of(job: Job) -> Verdict:
        return ansible_test.integration(job, ansible_test.integration_targets(job.collection))

    @on_core("units", f"ansible-test units of ansible-core {core}, the tests that import it.")
    def units_of(job: Job) -> Verdict:
        return ansible_test.units(job, {python: job.python}, ansible_test.importers_of_ansible(job.collection))

    @on_core("all-units", f"ansible-test units of ansible-core {core}, every test on every Python that it knows.")
    def all_units_of(job: Job) -> Verdict:
        return ansible_test.units(job, matrix.interpreters(job, core, needs, UNITS))

    if core in CORES:

        @on_core("leaks", f"Look for credentials in every output of ansible-core {core}.")
        def leaks(job: Job) -> Verdict:
            verdict = job.pytest("-rP", *(job.options or ["tests/leaks"]))
            verdict.notes += [f"leaks: {line}" for line in re.findall(r"^ansible-core \S+, \w+: .* cells .*$", verdict.output, re.MULTILINE)]
            return verdict

    if core in CORES[:-1]:

        @on_core("cores", f"The targets that are plays of their own, on ansible-core {core}.")
        def plays(job: Job) -> Verdict:
            verdict = Verdict()
            for target in job.options or ["adhoc", "inventory_fleet", "nothing_passed_over", ROLE, "secrets_audit"]:
                verdict.add(ansible_test.play(job, target, ROLE_QUICK if target == ROLE else ""))
            return verdict


for version in TESTED:
    if version != PYTHON.version:
        units_on(version)
for release_of_core in RELEASES:
    sessions_of(release_of_core)


@check("contract", *CONTRACT)
def contract(job: Job) -> Verdict:
    """Compare this collection with the vendors' own definitions, SDKs and command lines."""
    return job.pytest(*(job.options or ["tests/contract"]))


@check("faults", *CONTRACT)
def faults(job: Job) -> Verdict:
    """Meet every fault of the catalogue, and compare with the vendors' own tools."""
    return job.pytest(*(job.options or ["tests/faults"]))


@check("browser", "requirements.txt", "browser", lacks=lambda: lacks_browser(OUTER))
def browser(job: Job) -> Verdict:
    """Use the HTML report as people do, in a real browser."""
    return job.pytest(*(job.options or ["tests/browser"]), CHROMIUM=str(find_browser(OUTER)))


@check("events", "requirements.txt", "events", "tests/unit/requirements.txt", lacks=lambda: lacks_java(OUTER))
def events(job: Job) -> Verdict:
    """Run rulebooks with the event source, and kill them."""
    return job.pytest(*(job.options or ["tests/events"]), JAVA_HOME=str(find_java(OUTER)))


@check("molecule", "requirements.txt", "devtools")
def molecule(job: Job) -> Verdict:
    """The Molecule scenarios, as a user runs them; nothing of them is left running."""
    env = {"MOLECULE_EPHEMERAL_DIRECTORY": str(job.temp / "molecule"), "MOLECULE_COMMAND_BORDERS": "false", "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"}
    try:
        ran = job.run("molecule", "test", *(job.options or ["--all"]), "--report", env=env)
        left = list(running(str(job.collection)))
    finally:
        for process in running(str(job.collection)):
            os.kill(process, signal.SIGKILL)
    present = sorted(path.parent.name for path in job.collection.glob("extensions/molecule/*/molecule.yml"))
    verdict = verdicts.scenarios(ran.output, [name for name in present if not job.options or name in job.options])
    verdict.demand(not left, "molecule has left the emulated clouds running")
    return verdict


def running(text: str) -> Iterator[int]:
    """The processes with a text in their command line. They may be in a session of their own, where nobody else looks."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_text(encoding="utf-8", errors="replace"):
                yield int(path.parent.name)
        except OSError:  # it has ended
            pass


check("environments", "requirements.txt", "devtools")(environments)


@check("ansible-lint", "lint")
def ansible_lint(job: Job) -> Verdict:
    """ansible-lint with its strictest profile."""
    return verdicts.linted(job.run("ansible-lint", "--strict", "--profile", "production", "--nocolor").output)


@check("changelog", "lint")
def changelog(job: Job) -> Verdict:
    """Fragments and changelog, by antsibull-changelog."""
    fragments = [file for file in job.files if re.match(r"changelogs/(fragments/|changelog\.yaml)", file)]
    for command in (["lint"], ["lint-changelog-yaml", "changelogs/changelog.yaml"]):
        job.run("antsibull-changelog", *command)
    return Verdict(len(fragments))


@check("workflows", "lint")
def workflows(job: Job) -> Verdict:
    """The schema of workflows, and an auditor that looks for what an attacker would."""
    files = [file for file in job.files if file.startswith(".github/workflows/")]
    schema = job.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    audit = job.run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", "--config", ".github/zizmor.yml", *files)
    return verdicts.audited(schema.output, audit.output, files)


@check("style", "style")
def style(job: Job) -> Verdict:
    """ruff check and ruff format --check; `nox -s fix` mends what can be mended."""
    job.run("ruff", "check", "--no-cache", ".")
    return verdicts.formatted(job.run("ruff", "format", "--check", "--no-cache", ".").output)


@nox.session(default=False)
def fix(session: nox.Session) -> None:
    """Let ruff mend and format the files of the checkout."""
    job.install(session, ["style"])
    session.run("ruff", "check", "--fix", *session.posargs)
    session.run("ruff", "format", *session.posargs)


# What mypy reads at a time: folders and files, and where their programs find their neighbours.
TYPED = {
    "plugins extensions/eda tests/unit tests/faults tests/integration": "",
    "noxfile.py tests/checks": "tests/checks",
    "tests/emulator tests/under_emulator.py tests/demo.py tests/rule_schemas.py": "tests",
    "tests/conformance": "tests/conformance tests/checks",
    "tests/release": "tests/release tests/checks",
    "tests/site": "tests/site docs/site",
    "extensions/molecule": "extensions/molecule tests",
    **{folder: folder for folder in ("docs/site", "tests/mutants")},
    **{f"tests/{name}": f"tests/{name} tests" for name in ("benchmark", "browser", "contract", "emulator_tests", "events", "leaks")},
}


@check("types", "types", "nox", "site", "browser", *UNITS)
def types(job: Job) -> Verdict:
    """mypy --strict over plugins, tests and docs. Programs in folders of their own are read one by one: they share names of files."""
    verdict, collection = Verdict(), job.collection.relative_to(job.folder)
    for what, beside in TYPED.items():
        path = os.pathsep.join(str(job.collection / folder) for folder in beside.split())
        options = ("--config-file", str(collection / "pyproject.toml"), "--cache-dir", str(DEV / "mypy"))
        ran = job.run("mypy", *options, *(str(collection / name) for name in what.split()), cwd=job.folder, env={"MYPYPATH": path})
        verdict.add(verdicts.typed(ran.output.replace(f"{collection}/", ""), what))
    return verdict


@check("site", "site")
def site(job: Job) -> Verdict:
    """Build the documentation site into .dev/site, and follow every link in it."""
    folder = DEV / "site"
    shutil.rmtree(folder, ignore_errors=True)
    built = job.run("python", "docs/site/build.py", str(folder))
    if built.status:
        return Verdict(problems=re.findall(r"\S*: (?:WARNING|ERROR|CRITICAL): .*", built.output))
    verdict = pages.check(folder, job.files)
    verdict.demand("build succeeded." in built.output.splitlines(), "Sphinx did not say: build succeeded.")
    verdict.add(job.pytest("tests/site"))
    return verdict


@check("build", "ansible")
def build(job: Job) -> Verdict:
    """Build the artefact that users install into .dev/artefacts, and look into it."""
    with tarfile.open(job.build(DEV / "artefacts")) as artefact:
        names = [member.name for member in artefact if not member.isdir()]
    return verdicts.built(names, job.files)


@check("importer", "importer")
def importer(job: Job) -> Verdict:
    """What Galaxy and Automation Hub would say about the artefact, by galaxy-importer."""
    artefact = job.build(job.collection / "artefact")
    env = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true", "GALAXY_IMPORTER_RUN_FLAKE8": "true"}
    return verdicts.imported(job.run("python", "-m", "galaxy_importer.main", str(artefact), env=env).output)


@check("checks", *UNITS, "nox")
def checks(job: Job) -> Verdict:
    """The judges are judged: every way to succeed without testing has to be caught."""
    return job.pytest(*(job.options or ["tests/checks"]))


@check("conformance", *UNITS, "nox")
def conformance(job: Job) -> Verdict:
    """The checklists of the community and of certification, row by row."""
    return job.pytest(*(job.options or ["tests/conformance"]))


@check("release-test", "requirements.txt", "ansible", "release", "nox")
def release_test(job: Job) -> Verdict:
    """Make a release twice, compare, verify, install."""
    return release.twice(job)


@check("release", "requirements.txt", "ansible", "release", "nox")
def make_release(job: Job) -> Verdict:
    """Leave artefact, changelog, SBOM, checksums and signatures of a release in .dev/release."""
    return release.publishable(job)


@check("demo", "requirements.txt", "ansible", "tests/integration/requirements.txt")
def demo(job: Job) -> Verdict:
    """List two emulated clouds, judge their secrets, write reports."""
    folder = DEV / "demo"
    artefact = job.build(folder / "artefact")
    shutil.rmtree(folder / "collections", ignore_errors=True)
    job.run("ansible-galaxy", "collection", "install", "--offline", "--force", "-p", str(folder / "collections"), str(artefact))
    if not job.problems:
        env = job.environment() | {"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"), "PYTHONUNBUFFERED": "1"}
        status = subprocess.run([str(job.python), "tests/demo.py", *job.options], cwd=ROOT, env=env, check=False).returncode
        job.problems += [f"the demo ended with status {status}"] * (status != 0)
    return Verdict(1)


@check("bench", *CONTRACT)
def bench(job: Job) -> Verdict:
    """Measure beside the vendors' SDKs, and write docs/benchmarks.md; a selection of scenarios is printed only."""
    env = {"ANSIBLE_COLLECTIONS_PATH": str(job.folder), "PYTHONPATH": str(job.folder)}
    page = [] if job.options else ["--write", str(ROOT / "docs" / "benchmarks.md")]
    job.run("python", "-m", "compileall", "-q", "plugins")
    verdict = job.pytest("tests/benchmark")
    ran = job.run("python", "tests/benchmark", *page, *job.options, env=env)
    reached = re.search(r"^(\d+) of \d+ bars reached$", ran.output, re.MULTILINE)
    verdict.demand(reached is not None, "the benchmark did not say how many bars were reached")
    return Verdict(verdict.passed + (int(reached[1]) if reached else 0), verdict.problems)


@check("mutants", "requirements.txt", "mutants", *UNITS)
def mutants(job: Job) -> Verdict:
    """Change the code in small ways, and count which changes the unit tests notice. All of them take hours."""
    ran = job.run("python", "-B", "tests/mutants", *job.options, limit=12 * 3600, env={"PYTHONHASHSEED": "0"})
    return Verdict(sum(map(int, re.findall(r"^score: (\d+) of \d+ mutants", ran.output, re.MULTILINE))))


@nox.session(name="matrix", default=False)
def whole_matrix(session: nox.Session) -> None:
    """Test on every supported ansible-core, and write docs/compatibility.md; options choose releases and kinds."""
    try:
        problems = matrix.run(session.posargs)
    except Stop as stop:
        session.error(str(stop))
    if problems:
        session.error("; ".join(problems))
