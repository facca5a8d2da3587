# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of 'make test' as a table: what each one runs, in which virtual environment, and who judges it."""

from __future__ import annotations

import re
import shutil
import tarfile

import conformance
import matrix
import pages
import release
import verdicts
from ansible_test import integration, sanity, units
from dev import Dev
from environments import environments
from job import Job, Step, build_artefact, findings, plain_pytest, run_pytest
from machine import CORES, find_browser, find_java
from molecule import molecule
from verdicts import Verdict


def leaks(job: Job) -> Verdict:
    """Every place of a credential, every way to end, every output, with each ansible-core that can run here."""
    log = "".join(run_pytest(job, venv, "--junit-prefix", core, "-rP", *(job.options or ["tests/leaks"])) for core, venv in job.dev.cores.items())
    verdict = verdicts.plain(verdicts.read_junit(job.results), log)
    verdict.notes += [f"leaks: {line}" for line in re.findall(r"^ansible-core \S+, \w+: .* cells .*$", log, re.MULTILINE)]
    return verdict


def other_cores(job: Job) -> Verdict:
    """The targets that are plays of their own, with each ansible-core but the newest, which ansible-test uses."""
    verdict = Verdict()
    targets = job.options or ["adhoc", "inventory_fleet", "role_assert_secrets", "secrets_audit"]
    for core, venv in list(job.dev.cores.items())[:-1]:
        for target in targets:
            folder = job.collection / "tests" / "integration" / "targets" / target
            output = job.dev.temp / f"{core}-{target}"
            output.mkdir()
            env = {"ANSIBLE_COLLECTIONS_PATH": str(job.collection.parents[2]), "OUTPUT_DIR": str(output), "ANSIBLE_NOCOLOR": "1"}
            ran = job.run("bash", "-c", 'cd "$0" && exec bash ./runme.sh', str(folder), venv=venv, **env)
            played = verdicts.played(ran.output, f"{target} with ansible-core {core}")
            verdict.passed += played.passed
            verdict.problems += played.problems + [f"{target} failed with ansible-core {core}"] * (ran.status != 0)
    return verdict


def contract(job: Job) -> Verdict:
    """Compare this collection with the vendors' own definitions, SDKs and command lines."""
    return plain_pytest(job, "contract", *(job.options or ["tests/contract"]))


def faults(job: Job) -> Verdict:
    """Meet every fault of the catalogue, and compare with the vendors' own tools."""
    return plain_pytest(job, "contract", *(job.options or ["tests/faults"]))


def browser(job: Job) -> Verdict:
    """Use the HTML report as people do, in a real browser."""
    return plain_pytest(job, "browser", *(job.options or ["tests/browser"]), CHROMIUM=find_browser(job.dev.environ) or "")


def no_browser(dev: Dev) -> str:
    """Why there can be no test in a browser."""
    return "" if find_browser(dev.environ) else "needs Chromium: sudo apt-get install -y chromium"


def events(job: Job) -> Verdict:
    """Run rulebooks with the event source, and kill them."""
    return plain_pytest(job, "events", *(job.options or ["tests/events"]), JAVA_HOME=find_java(job.dev.environ) or "")


def no_java(dev: Dev) -> str:
    """Why no rulebook can run."""
    return "" if find_java(dev.environ) else "needs Java 17: sudo apt-get install -y openjdk-17-jre-headless"


def checks(job: Job) -> Verdict:
    """The judge is judged: every way to succeed without testing has to be caught."""
    return plain_pytest(job, "units", "tests/checks")


def lint(job: Job) -> Verdict:
    """ansible-lint with its strictest profile."""
    return verdicts.linted(job.run("ansible-lint", "--strict", "--profile", "production", "--nocolor", venv="lint").output)


def docs_lint(job: Job) -> Verdict:
    """Documentation of modules, roles and the docs site."""
    return findings(
        job, "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all",
        "--check-extra-docs-refs", "--disallow-unknown-collection-refs", ".",
    )


def site(job: Job) -> Verdict:
    """Build the documentation site into .dev/site, and follow every link in it."""
    folder = job.dev.folder / "site"
    shutil.rmtree(folder, ignore_errors=True)
    built = job.run("python", "docs/site/build.py", str(folder), venv="site")
    if built.status:
        return Verdict(problems=re.findall(r"\S*: (?:WARNING|ERROR|CRITICAL): .*", built.output))
    verdict = pages.check(folder, job.files)
    verdict.demand("build succeeded." in built.output.splitlines(), "Sphinx did not say: build succeeded.")
    tested = plain_pytest(job, "site", "tests/site")
    return Verdict(verdict.passed + tested.passed, verdict.problems + tested.problems, verdict.notes + tested.notes)


def changelog(job: Job) -> Verdict:
    """Fragments and changelog."""
    fragments = findings(job, "antsibull-changelog", "lint")
    history = findings(job, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    return Verdict(problems=fragments.problems + history.problems)


def licences(job: Job) -> Verdict:
    """Every file says under which licence it stands."""
    return findings(job, "reuse", "lint", "--lines", REUSE_ENCODING_MODULE="charset_normalizer")


def build(job: Job) -> Verdict:
    """Build the artefact that users install, and look into it."""
    with tarfile.open(build_artefact(job, job.dev.artefacts)) as artefact:
        names = [member.name for member in artefact if not member.isdir()]
    return verdicts.built(names, job.files)


def importer(job: Job) -> Verdict:
    """What Galaxy and Automation Hub would say about the artefact."""
    artefact = build_artefact(job, job.collection / "artefact")
    env = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true", "GALAXY_IMPORTER_RUN_FLAKE8": "true"}
    return verdicts.imported(job.run("python", "-m", "galaxy_importer.main", str(artefact), venv="importer", **env).output)


# Long steps first: two run at a time.
STEPS = (
    Step("sanity", "ansible-test sanity, every test", ("ansible",), sanity, counted=True),
    Step("units", "ansible-test units, every Python", ("ansible", "units"), units, counted=True),
    Step("integration", "ansible-test integration, against the emulator", ("ansible",), integration, counted=True),
    Step("contract", "pytest, against the vendors' SDKs", ("contract",), contract, counted=True),
    Step("faults", "pytest, every fault of the catalogue", ("contract",), faults, counted=True),
    Step("browser", "pytest, the HTML report in Chromium", ("browser",), browser, counted=True, lacks=no_browser),
    Step("events", "pytest, the event source in ansible-rulebook", ("events",), events, counted=True, lacks=no_java),
    Step("leaks", "pytest, no credential in any output of any ansible-core", ("cores",), leaks, counted=True),
    *(step for core in CORES[:-1] for step in (matrix.sanity(core), matrix.units(core, every=False))),
    Step("cores", "integration targets, on older ansible-core", ("cores",), other_cores, counted=True),
    Step("molecule", "molecule test, every scenario", ("devtools",), molecule, counted=True),
    Step("environments", "what an execution environment holds, and no more", ("ansible", "devtools"), environments, counted=True),
    Step("importer", "galaxy-importer, as Galaxy would", ("ansible", "importer"), importer),
    Step("lint", "ansible-lint, profile production", ("lint",), lint),
    Step("docs-lint", "antsibull-docs, plugins and roles", ("lint",), docs_lint),
    Step("site", "antsibull-docs and Sphinx, every page and link", ("site",), site, counted=True),
    Step("checks", "pytest, that these checks judge right", ("ansible", "units"), checks, counted=True),
    Step("release", "a release, made twice, verified and installed", ("release",), release.twice, counted=True),
    Step("conformance", "pytest, what others require of a collection", ("units",), conformance.conformance, counted=True),
    Step("build", "ansible-galaxy collection build", ("ansible",), build),
    Step("changelog", "antsibull-changelog, fragments", ("lint",), changelog),
    Step("workflows", "check-jsonschema and zizmor, the workflow", ("lint",), conformance.workflows),
    Step("licences", "reuse, a licence in every file", ("lint",), licences),
)

# What the Makefile calls.
TARGETS = {
    "test": tuple(step.name for step in STEPS),
    "sanity": ("sanity",),
    "units": ("units", "checks"),
    "integration": ("integration",),
    "contract": ("contract",),
    "faults": ("faults",),
    "browser": ("browser",),
    "events": ("events",),
    "leaks": ("leaks",),
    "cores": ("cores",),
    "molecule": ("molecule",),
    "environments": ("environments",),
    "lint": ("lint", "changelog", "workflows", "licences"),
    "docs-lint": ("docs-lint",),
    "conformance": ("conformance",),
    "site": ("site",),
    "build": ("build", "importer"),
    "release-test": ("release",),
}
