# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: artefact, changelog, SBOM, checksums and signatures, made in a copy of the checkout, which stays as it is.

The same commit gives the same bytes, wherever and whenever it is built; only signatures differ.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from job import DEV, NAME, NAMESPACE, OUTER, Job
from machine import ROOT, Stop
from verdicts import Verdict

REPOSITORY = "https://github.com/multicloud-secrets/multicloud.secrets"
LICENCE = "GPL-3.0-or-later"

# What the collection needs where it runs: the licence of each, and whether it is only needed for a part.
LICENCES = {"ansible-core": LICENCE, "jmespath": "MIT", "requests": "Apache-2.0", "urllib3": "MIT"}
OPTIONAL = {"jmespath"}


def plan(root: Path, environ: Mapping[str, str]) -> tuple[str, int, str]:
    """The version, the time that every file gets (of the commit, unless SOURCE_DATE_EPOCH says another), and whether this is a
    release or a rehearsal. Stops when the checkout is not what was committed, or the tag is another version's."""
    changes = git(root, "status", "--porcelain")
    if changes:
        raise Stop(f"a release is made of what is committed; commit or remove first: {changes.split(chr(10))[0][3:]}")
    version = version_of(root)
    epoch = environ.get("SOURCE_DATE_EPOCH") or git(root, "log", "-1", "--format=%ct")
    if not epoch.isdigit():
        raise Stop(f"SOURCE_DATE_EPOCH must be seconds since 1970, not {epoch}")
    tags = [tag for tag in git(root, "tag", "--points-at", "HEAD").split() if re.match(r"v?\d+\.\d+\.\d+", tag)]
    if tags and version not in tags:
        raise Stop(f"the tag {tags[0]} is not the version in galaxy.yml, {version}: delete the tag, or set the version and commit")
    pending = not released(root, version)
    if tags and pending:
        raise Stop(f"the tag {version} is not a release: its commit has no changelog of {version}; see docs/releasing.md")
    return version, int(epoch), "release" if tags else "rehearsal"


def git(root: Path, *command: str) -> str:
    """What git says of a checkout."""
    try:
        return subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True, check=True).stdout.strip("\n")
    except (OSError, subprocess.CalledProcessError):
        raise Stop("a release is made of a commit: this is no git checkout with one") from None


def version_of(root: Path) -> str:
    """The version in galaxy.yml."""
    found = re.search(r"^version: *(\S+)$", (root / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise Stop("galaxy.yml has no version")
    return found.group(1)


def released(root: Path, version: str) -> bool:
    """Whether the changelog has this version already. Fragments must wait if it has not, and must not if it has."""
    fragments = [file.name for file in sorted((root / "changelogs" / "fragments").glob("*.y*ml"))]
    history = (root / "changelogs" / "changelog.yaml").read_text(encoding="utf-8")
    if not re.search(rf"^  ['\"]?{re.escape(version)}['\"]?:$", history, re.MULTILINE):
        if not fragments:
            raise Stop(f"nothing to release: the changelog has no {version}, and changelogs/fragments holds nothing for it")
        return False
    if fragments:
        raise Stop(f"the changelog has {version} already, but {fragments[0]} waits: set the next version in galaxy.yml")
    if not (root / "CHANGELOG.md").is_file():
        raise Stop(f"the changelog has {version}, but CHANGELOG.md is missing: run antsibull-changelog generate, and commit")
    return True


def make(job: Job, epoch: int, folder: Path) -> list[Path]:
    """Fill an empty folder from the job's copy, which is changed: all that a release has but signatures."""
    version = version_of(job.collection)
    if not released(job.collection, version):
        day = datetime.fromtimestamp(epoch, timezone.utc).date().isoformat()
        job.run("antsibull-changelog", "release", "--version", version, "--date", day)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    built = job.build(job.collection / "built")
    if job.problems:
        raise Stop(job.problems[0])
    artefact = folder / built.name
    normalise(built, artefact, epoch)
    with tarfile.open(artefact) as members:
        (folder / "MANIFEST.json").write_bytes(content(members, "MANIFEST.json"))
    for name in ("CHANGELOG.md", "changelogs/changelog.yaml"):
        shutil.copyfile(job.collection / name, folder / Path(name).name)
    bill = sbom(version, sha256(artefact), epoch, floors(job.collection))
    (folder / f"{NAMESPACE}-{NAME}-{version}.cdx.json").write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    files = sorted(folder.iterdir())
    (folder / "SHA256SUMS").write_text("".join(f"{sha256(file)}  {file.name}\n" for file in files), encoding="utf-8")
    return [*files, folder / "SHA256SUMS"]


def normalise(source: Path, target: Path, epoch: int) -> None:
    """The same artefact with nothing in it of the machine that built it: order, times, owners and modes are fixed.

    FILES.json lists files in the order in which the disk gave them. Sorted, it has another checksum, which MANIFEST.json holds.
    """
    with tarfile.open(source) as members:
        found = {member.name: member for member in members}
        contents = {name: content(members, name) for name, member in found.items() if member.isfile()}
    listed = json.loads(contents["FILES.json"])
    listed["files"].sort(key=lambda file: file["name"])
    contents["FILES.json"] = json.dumps(listed, indent=True).encode()
    manifest = json.loads(contents["MANIFEST.json"])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents["FILES.json"]).hexdigest()
    contents["MANIFEST.json"] = json.dumps(manifest, indent=True).encode()
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=epoch) as packed, tarfile.open(fileobj=packed, mode="w") as out:
        lists = ["MANIFEST.json", "FILES.json"]
        for name in lists + sorted(set(found) - set(lists)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.mtime = found[name].type, found[name].linkname, epoch
            member.mode = 0o755 if member.isdir() or found[name].mode & 0o100 else 0o644
            member.size = len(contents.get(name, b""))
            out.addfile(member, io.BytesIO(contents.get(name, b"")))


def content(members: tarfile.TarFile, name: str) -> bytes:
    """A file of an artefact."""
    file = members.extractfile(name)
    return file.read() if file else b""


def sha256(file: Path) -> str:
    """A file's checksum."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def floors(collection: Path) -> dict[str, str]:
    """The oldest release of each thing that the collection needs where it runs: ansible-core and Python packages."""
    core = re.search(r"^requires_ansible: *'>=([0-9.]+)'$", (collection / "meta" / "runtime.yml").read_text(encoding="utf-8"), re.MULTILINE)
    lines = (collection / "requirements.txt").read_text(encoding="utf-8").splitlines()
    packages = [re.fullmatch(r"([a-z0-9-]+)>=([0-9.]+)", line) for line in lines if line and not line.startswith("#")]
    if not core or not all(packages):
        raise Stop("meta/runtime.yml and requirements.txt must say what is needed as name>=version, and nothing else")
    found = {"ansible-core": core.group(1)} | {match.group(1): match.group(2) for match in packages if match}
    unknown = sorted(set(found) - set(LICENCES))
    if unknown:
        raise Stop(f"{unknown[0]} has no licence in LICENCES of tests/checks/release.py")
    return found


def sbom(version: str, checksum: str, epoch: int, needs: Mapping[str, str]) -> dict[str, object]:
    """A CycloneDX bill of materials: the collection ships no one else's code, so what it needs is external, with floors."""
    itself = f"pkg:generic/{NAMESPACE}.{NAME}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{REPOSITORY}#{checksum}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "library",
                "bom-ref": itself,
                "name": f"{NAMESPACE}.{NAME}",
                "version": version,
                "purl": itself,
                "description": "Ansible collection",
                "licenses": [{"expression": LICENCE}],
                "hashes": [{"alg": "SHA-256", "content": checksum}],
                "externalReferences": [{"type": "vcs", "url": f"{REPOSITORY}.git"}, {"type": "issue-tracker", "url": f"{REPOSITORY}/issues"}],
            },
        },
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{name}",
                "name": name,
                "purl": f"pkg:pypi/{name}",
                "isExternal": True,
                "versionRange": f"vers:pypi/>={floor}",
                "scope": "optional" if name in OPTIONAL else "required",
                "licenses": [{"expression": LICENCES[name]}],
            }
            for name, floor in sorted(needs.items())
        ],
        "dependencies": [{"ref": itself, "dependsOn": [f"pkg:pypi/{name}" for name in sorted(needs)]}]
        + [{"ref": f"pkg:pypi/{name}"} for name in sorted(needs)],
    }


def sign(folder: Path, environ: Mapping[str, str], key: str = "") -> str:
    """Detached signatures of MANIFEST.json, which ansible-galaxy verifies, and of the checksums, by the user's GnuPG. Says how it went."""
    gpg = shutil.which("gpg", path=environ.get("PATH"))
    if not gpg:
        return "not signed: gpg is not installed"
    command = [gpg, "--batch", "--list-secret-keys", "--with-colons", *([key] if key else [])]
    if "sec:" not in subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False).stdout:
        return f"not signed: GnuPG has no secret key {key}".rstrip()
    for name in ("MANIFEST.json", "SHA256SUMS"):
        command = [gpg, "--yes", "--armor", "--output", str(folder / f"{name}.asc"), *(["--local-user", key] if key else [])]
        if subprocess.run([*command, "--detach-sign", str(folder / name)], env=dict(environ), check=False).returncode:
            raise Stop(f"GnuPG did not sign {name}")
    return "signed: MANIFEST.json.asc, SHA256SUMS.asc"


def publishable(job: Job) -> Verdict:
    """The artefact, changelog, SBOM, checksums and signatures of a release in .dev/release. The option --key names the key that signs."""
    key = next((option.removeprefix("--key=") for option in job.options if option.startswith("--key=")), "")
    version, epoch, kind = plan(ROOT, OUTER)
    folder = DEV / "release"
    files = make(job, epoch, folder)
    told = [f"{kind} of {version}: {folder.relative_to(ROOT)}", *(f"  {file.name}" for file in files), sign(folder, OUTER, key)]
    if kind == "rehearsal":
        told.append(f"To publish: commit CHANGELOG.md and changelogs/ as docs/releasing.md tells, tag the commit {version}, and run this again.")
    return Verdict(len(files), notes=told)


def twice(job: Job) -> Verdict:
    """Two clones in different places, at different times and with other umasks, give the same release; then it is used as users would."""
    author = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    for command in (["init", "--quiet"], ["add", "--all", "--force", "."], ["commit", "--quiet", "--message", "All"]):
        job.run("git", "-c", "commit.gpgsign=false", *command, env=author)
    made = []
    for place, moment, umask in (("a", 1_000_000_000, "022"), ("another/deeper", 1_700_000_000, "077")):
        clone = job.folder / place / "ansible_collections" / NAMESPACE / NAME
        job.run("sh", "-c", f'umask {umask} && exec git clone --quiet "$0" "$1"', str(job.collection), str(clone))
        for file in clone.rglob("*"):
            os.utime(file, (moment, moment), follow_symlinks=False)
        made.append(job.folder / place / "release")
        make(Job(job.session, job.folder / place, job.files, job.problems), plan(clone, {})[1], made[-1])
    first, second = made
    return job.pytest("tests/release", FIRST=str(first), SECOND=str(second))
