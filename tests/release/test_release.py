# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release as users meet it: the same bytes twice, checksums, bill of materials, changelog, and signatures that ansible-galaxy accepts."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from importlib.metadata import metadata
from pathlib import Path

import pytest
import release
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from galaxy import galaxy

COLLECTION = Path("ansible_collections/multicloud/secrets")


def artefact_of(folder: Path) -> Path:
    """The one artefact of a release."""
    (found,) = folder.glob("*.tar.gz")
    return found


def run(*command: str, env: dict[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program as a user does."""
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(name="signed", scope="module")
def _signed(first: Path, signer: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the release, signed."""
    folder = tmp_path_factory.mktemp("signed") / "release"
    shutil.copytree(first, folder)
    assert release.sign(folder, signer) == "signed: MANIFEST.json.asc, SHA256SUMS.asc"
    return folder


def test_two_clones_give_the_same_bytes(first: Path, second: Path) -> None:
    names = sorted(file.name for file in first.iterdir())
    assert names == sorted(file.name for file in second.iterdir())
    assert len(names) == 6
    assert [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_the_artefact_tells_nothing_of_the_machine(first: Path) -> None:
    with tarfile.open(artefact_of(first)) as members:
        found = list(members)
    assert {(member.uid, member.gid, member.uname, member.gname) for member in found} == {(0, 0, "", "")}
    assert len({member.mtime for member in found}) == 1
    assert {member.mode for member in found} <= {0o644, 0o755}
    assert [member.name for member in found[:2]] == ["MANIFEST.json", "FILES.json"]
    assert [member.name for member in found[2:]] == sorted(member.name for member in found[2:])


def test_the_artefact_agrees_with_its_own_lists(first: Path) -> None:
    with tarfile.open(artefact_of(first)) as members:
        contents = {member.name: release.content(members, member.name) for member in members}
    manifest, files = json.loads(contents["MANIFEST.json"]), json.loads(contents["FILES.json"])["files"]
    assert manifest["file_manifest_file"]["chksum_sha256"] == hashlib.sha256(contents["FILES.json"]).hexdigest()
    assert {file["name"] for file in files} == {*contents, "."} - {"MANIFEST.json", "FILES.json"}
    assert [file["name"] for file in files if file["ftype"] == "file" and file["chksum_sha256"] != hashlib.sha256(contents[file["name"]]).hexdigest()] == []
    assert (first / "MANIFEST.json").read_bytes() == contents["MANIFEST.json"]


def test_the_changelog_ships(first: Path) -> None:
    version = artefact_of(first).name.removesuffix(".tar.gz").rpartition("-")[2]
    assert f"\n## v{version}\n" in (first / "CHANGELOG.md").read_text(encoding="utf-8").replace("\\", "")
    with tarfile.open(artefact_of(first)) as members:
        assert release.content(members, "CHANGELOG.md") == (first / "CHANGELOG.md").read_bytes()
        assert release.content(members, "changelogs/changelog.yaml") == (first / "changelog.yaml").read_bytes()


def test_the_checksums_hold_and_notice_a_change(first: Path, signer: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(first, folder)
    assert run("sha256sum", "--check", "--strict", "SHA256SUMS", env=signer, cwd=folder).returncode == 0
    assert len((folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()) == 5
    artefact_of(folder).write_bytes(artefact_of(folder).read_bytes() + b"\0")
    assert run("sha256sum", "--check", "--strict", "SHA256SUMS", env=signer, cwd=folder).returncode == 1


def bill_of(folder: Path) -> str:
    """The text of the bill of materials."""
    (found,) = folder.glob("*.cdx.json")
    return found.read_text(encoding="utf-8")


def test_the_bill_of_materials_is_valid_cyclonedx(first: Path) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_7)
    assert validator.validate_str(bill_of(first)) is None
    assert validator.validate_str(bill_of(first).replace('"isExternal": true', '"isExternal": false', 1)) is not None


def test_the_bill_of_materials_is_true(first: Path) -> None:
    bill = json.loads(bill_of(first))
    itself, needs = bill["metadata"]["component"], {row["name"]: row for row in bill["components"]}
    with tarfile.open(artefact_of(first)) as members:
        info = json.loads(release.content(members, "MANIFEST.json"))["collection_info"]
        required = release.content(members, "requirements.txt").decode()
    assert (itself["name"], itself["version"]) == (f"{info['namespace']}.{info['name']}", info["version"])
    assert [row["expression"] for row in itself["licenses"]] == info["license"]
    assert itself["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(artefact_of(first).read_bytes()).hexdigest()}]
    lines = {f"{name}{row['versionRange'].removeprefix('vers:pypi/')}" for name, row in needs.items() if name != "ansible-core"}
    assert lines == {line for line in required.splitlines() if line and not line.startswith("#")}
    assert needs["ansible-core"]["versionRange"] == "vers:pypi/>=2.16.0"
    assert bill["dependencies"][0] == {"ref": itself["bom-ref"], "dependsOn": [row["bom-ref"] for row in needs.values()]}


@pytest.mark.parametrize("name", sorted(release.LICENCES))
def test_licences_are_those_that_the_packages_name(name: str) -> None:
    """Installed packages state their licence in one of three ways."""
    told = metadata(name)
    words = " ".join(word for part in ("License-Expression", "License", "Classifier") for word in told.get_all(part) or [])
    expected = {"GPL-3.0-or-later": ("GPL-3.0-or-later", "GPLv3+"), "Apache-2.0": ("Apache-2.0",), "MIT": ("MIT",)}[release.LICENCES[name]]
    assert any(word in words for word in expected), words


def test_without_a_key_nothing_is_signed_and_a_line_says_so(first: Path, signer: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "gnupg").mkdir(mode=0o700)
    assert release.sign(first, {**signer, "GNUPGHOME": str(tmp_path / "gnupg")}) == "not signed: GnuPG has no secret key"
    assert release.sign(first, signer, "somebody-else") == "not signed: GnuPG has no secret key somebody-else"
    assert release.sign(first, {"PATH": str(tmp_path)}) == "not signed: gpg is not installed"
    assert not list(first.glob("*.asc"))


def test_gnupg_verifies_the_signatures(signed: Path, signer: dict[str, str]) -> None:
    for name in ("MANIFEST.json", "SHA256SUMS"):
        verify = ("gpgv", "--keyring", signer["KEYRING"], f"{name}.asc", name)
        assert run(*verify, env=signer, cwd=signed).returncode == 0
    assert run("gpgv", "--keyring", signer["KEYRING"], "MANIFEST.json.asc", "SHA256SUMS", env=signer, cwd=signed).returncode == 1


def test_galaxy_verifies_what_is_installed(signed: Path, signer: dict[str, str], tmp_path: Path) -> None:
    env = {**signer, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    verify = (
        "ansible-galaxy",
        "collection",
        "verify",
        "--offline",
        "--keyring",
        signer["KEYRING"],
        "--signature",
        f"file://{signed}/MANIFEST.json.asc",
        "multicloud.secrets",
    )
    assert run("ansible-galaxy", "collection", "install", "--offline", "-p", str(tmp_path), str(artefact_of(signed)), env=env).returncode == 0
    verified = run(*verify, env=env)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    module = tmp_path / COLLECTION / "plugins/modules/secrets_audit.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "plugins/modules/secrets_audit.py" in run(*verify, env=env).stdout
    manifest = tmp_path / COLLECTION / "MANIFEST.json"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    tampered = run(*verify, env=env)
    assert tampered.returncode == 1
    assert "Signature verification failed" in tampered.stdout + tampered.stderr


PAGE = Path(__file__).parents[2] / "docs" / "releasing.md"
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8").partition("## Verify")[2].partition("## Release")[0], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", [block for block in BLOCKS if "git clone" not in block], ids=lambda block: block.split()[0])
def test_the_page_tells_commands_that_work(block: str, signed: Path, signer: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(signed, folder)
    exported = run("gpg", "--batch", "--armor", "--export", env=signer)
    (folder / "maintainers.asc").write_text(exported.stdout, encoding="utf-8")
    (folder / "maintainers.gpg" if "--dearmor" not in block else folder / "other.gpg").write_bytes(Path(signer["KEYRING"]).read_bytes())
    with galaxy(artefact_of(signed)) as server:
        env = {**signer, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"), "ANSIBLE_GALAXY_SERVER": server}
        ran = run("bash", "-euc", block, env=env, cwd=folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "collections" / COLLECTION / "MANIFEST.json").exists() is ("collection install" in block)


def test_the_page_has_commands() -> None:
    assert len(BLOCKS) == 5


@pytest.mark.parametrize("wrong", [False, True], ids=["its signature", "another signature"])
def test_galaxy_installs_only_with_the_right_signature(signed: Path, signer: dict[str, str], tmp_path: Path, wrong: bool) -> None:
    """From a server, as with `ansible-galaxy collection install multicloud.secrets`."""
    signature = signed / ("SHA256SUMS.asc" if wrong else "MANIFEST.json.asc")
    with galaxy(artefact_of(signed)) as server:
        installed = run(
            "ansible-galaxy",
            "collection",
            "install",
            "multicloud.secrets",
            "--server",
            server,
            "-p",
            str(tmp_path),
            "--keyring",
            signer["KEYRING"],
            "--required-valid-signature-count",
            "+1",
            "--signature",
            f"file://{signature}",
            env={**signer, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)},
        )
    assert installed.returncode == (1 if wrong else 0), installed.stdout + installed.stderr
    assert (tmp_path / COLLECTION / "MANIFEST.json").exists() is not wrong
    assert ("GnuPG signature verification failed" in installed.stdout + installed.stderr) is wrong
