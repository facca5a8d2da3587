# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what ansible-builder finds in the artefact, alone in an empty virtual environment, is enough.

No image is built, for that takes a container engine. All else is what an image would hold: the artefact, installed; the Python
packages that ansible-builder lists for it; ansible-core.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import verdicts
from job import NAME, NAMESPACE, PYTHON, UV, Job
from machine import Stop
from verdicts import Verdict

PAGE = "docs/execution_environments.md"
WORLD = "tests/integration/fleet.yml"
PLAYS = "tests/environments"

# All that a collection may need at run time. MANIFEST.json tells ansible-galaxy which version this is.
NEEDED = ("meta", "plugins", "roles", "playbooks", "extensions", "MANIFEST.json")


def environments(job: Job) -> Verdict:
    """Introspect, create, install what was listed and nothing else, and use the collection: whole, and without what it does not need."""
    folder = job.folder / "environment"
    collections = install(job, folder / "collections")
    listed = folder / "requirements.txt"
    verdict = introspect(job, collections, listed)
    verdict.add(create(job, folder))
    python = equip(job, folder / "venv", listed)
    verdict.add(use(job, python, collections, folder / "whole", "the installed artefact"))
    for entry in (collections / "ansible_collections" / NAMESPACE / NAME).iterdir():
        if entry.name not in NEEDED:
            remove = shutil.rmtree if entry.is_dir() else Path.unlink
            remove(entry)
    verdict.add(use(job, python, collections, folder / "bare", f"the artefact without all but {', '.join(NEEDED)}"))
    verdict.add(navigate(job, python, collections, folder / "navigator"))
    verdict.notes.append("environments: the definition was made into a build context; building the image takes a container engine")
    return verdict


def install(job: Job, collections: Path) -> Path:
    """The built artefact in a collections path that was empty. Without --force it would not be installed if there is one elsewhere."""
    artefact = job.build(collections.parent / "artefact")
    job.run("ansible-galaxy", "collection", "install", "--offline", "--force", "-p", str(collections), str(artefact))
    if not (collections / "ansible_collections" / NAMESPACE / NAME / "MANIFEST.json").exists():
        raise Stop("the artefact was not installed")
    return collections


def introspect(job: Job, collections: Path, listed: Path) -> Verdict:
    """What ansible-builder would install for the collection."""
    ran = job.run("ansible-builder", "introspect", str(collections), "--write-pip", str(listed))
    return verdicts.introspected(ran.output, (job.collection / "requirements.txt").read_text(encoding="utf-8"))


def create(job: Job, folder: Path) -> Verdict:
    """Make the build context of each definition in the documentation. The version that it shows is an example."""
    verdict = Verdict()
    artefact = next((folder / "artefact").glob("*.tar.gz"))
    definitions = re.findall(r"```yaml\n(version: 3\n.*?)```", (job.collection / PAGE).read_text(encoding="utf-8"), re.DOTALL)
    verdict.demand(bool(definitions), f"{PAGE} shows no definition of an execution environment")
    for number, definition in enumerate(definitions):
        place = folder / f"definition-{number}"
        place.mkdir()
        shutil.copy(artefact, place)
        definition = re.sub(rf"{NAMESPACE}-{NAME}-\S+\.tar\.gz", artefact.name, definition)
        (place / "execution-environment.yml").write_text(definition, encoding="utf-8")
        names = ("--file", str(place / "execution-environment.yml"), "--context", str(place / "context"), "--output-filename", "Containerfile")
        ran = job.run("ansible-builder", "create", *names)
        texts = {
            path.relative_to(place / "context").as_posix(): path.read_text(encoding="utf-8", errors="replace")
            for path in place.glob("context/**/*")
            if path.is_file()
        }
        verdict.add(verdicts.created(ran.output, texts))
    return verdict


def equip(job: Job, venv: Path, listed: Path) -> Path:
    """An empty virtual environment that gets ansible-core, as every execution environment has it, and what is listed; its bin folder."""
    job.run(str(PYTHON.path), "-m", "venv", "--without-pip", str(venv))
    pins = [word for file in ("ansible", "constraints") for word in ("-c", f"tests/requirements/{file}.txt")]
    job.run(UV, "pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), "ansible-core", "-r", str(listed), *pins, network=True)
    return venv / "bin"


def emulated(job: Job, bin_folder: Path, collections: Path, *command: str, **env: str) -> str:
    """Run a command of the environment under the emulator, which is no part of it and has a Python of its own."""
    path = f"{bin_folder}:{job.environment()['PATH']}"
    return job.run(
        str(job.python),
        "tests/under_emulator.py",
        WORLD,
        *command,
        env={"PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_NOCOLOR": "1", **env},
    ).output


def use(job: Job, bin_folder: Path, collections: Path, output: Path, what: str) -> Verdict:
    """The modules, the role, and the inventory plugin."""
    output.mkdir()
    played = emulated(job, bin_folder, collections, str(bin_folder / "ansible-playbook"), f"{PLAYS}/play.yml", "-i", "localhost,", OUTPUT_DIR=str(output))
    verdict = verdicts.played(played, what)
    inventory = emulated(
        job,
        bin_folder,
        collections,
        str(bin_folder / "ansible-inventory"),
        "-i",
        f"{PLAYS}/pay.fleet.yml",
        "--list",
        "--output",
        str(output / "inventory.json"),
    )
    verdict.add(verdicts.listed(output / "inventory.json", inventory, f"the inventory of {what}"))
    return verdict


def navigate(job: Job, bin_folder: Path, collections: Path, output: Path) -> Verdict:
    """ansible-navigator runs the audit playbook by its name, with the ansible-playbook of the environment."""
    output.mkdir()
    shutil.copy(job.collection / PLAYS / "fleet.yml", output)
    page = (job.collection / PAGE).read_text(encoding="utf-8")
    shown = re.search(r"```console\n(ansible-navigator run [^`]*--execution-environment false[^`]*)```", page)
    if not shown:
        return Verdict(problems=[f"{PAGE} does not show how ansible-navigator does without a container"])
    emulated(job, bin_folder, collections, "bash", "-c", f'cd "$0"\n{shown.group(1)}', str(output))
    return verdicts.reported(output / "secrets-report" / "report.json", "ansible-navigator")
