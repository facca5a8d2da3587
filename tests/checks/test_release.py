# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release refuses, and what it must not take over from the machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import release
from machine import Stop

FILES = {
    "galaxy.yml": "version: 1.2.0\n",
    "meta/runtime.yml": "requires_ansible: '>=2.16.0'\n",
    "requirements.txt": "# floors\nrequests>=2.33.0\n",
    "changelogs/changelog.yaml": "ancestor: null\nreleases:\n  1.1.0:\n    changes: {}\n",
    "changelogs/fragments/1-x.yml": "bugfixes: [x]\n",
}


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    """A checkout with one commit, and a fragment for the next version."""
    for name, text in FILES.items():
        write(tmp_path / name, text)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def write(file: Path, text: str) -> None:
    """A file and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def git(root: Path, *command: str) -> None:
    """A command of git, by nobody in particular, at a fixed time."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root), "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}
    subprocess.run(["git", "-C", str(root), *who, *command], env=env, check=True)


def commit(root: Path) -> None:
    """All that is there."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "x")


def release_it(root: Path) -> None:
    """What the changelog's tool does, and a commit."""
    write(root / "changelogs/changelog.yaml", FILES["changelogs/changelog.yaml"] + "  1.2.0:\n    changes: {}\n")
    write(root / "CHANGELOG.md", "x\n")
    (root / "changelogs/fragments/1-x.yml").unlink()
    commit(root)


def test_a_commit_with_fragments_is_a_rehearsal(root: Path) -> None:
    assert release.plan(root, {}) == ("1.2.0", 1700000000, "rehearsal")
    assert release.plan(root, {"SOURCE_DATE_EPOCH": "5"}) == ("1.2.0", 5, "rehearsal")


def test_only_a_tagged_commit_is_a_release(root: Path) -> None:
    release_it(root)
    assert release.plan(root, {})[2] == "rehearsal"
    git(root, "tag", "1.2.0")
    assert release.plan(root, {})[2] == "release"


def refused(root: Path, **environ: str) -> str:
    """The line with which a release is refused."""
    with pytest.raises(Stop) as stopped:
        release.plan(root, environ)
    return str(stopped.value)


def test_what_is_not_committed_is_not_released(root: Path) -> None:
    write(root / "new.txt", "x")
    assert refused(root) == "a release is made of what is committed; commit or remove first: new.txt"


def test_no_fragment_no_release(root: Path) -> None:
    (root / "changelogs/fragments/1-x.yml").unlink()
    commit(root)
    assert refused(root) == "nothing to release: the changelog has no 1.2.0, and changelogs/fragments holds nothing for it"


def test_a_fragment_needs_a_version_that_is_not_released_yet(root: Path) -> None:
    release_it(root)
    write(root / "changelogs/fragments/2-y.yml", "bugfixes: [y]\n")
    commit(root)
    assert refused(root) == "the changelog has 1.2.0 already, but 2-y.yml waits: set the next version in galaxy.yml"


def test_a_changelog_for_people_is_there(root: Path) -> None:
    release_it(root)
    (root / "CHANGELOG.md").unlink()
    commit(root)
    assert refused(root) == "the changelog has 1.2.0, but CHANGELOG.md is missing: run antsibull-changelog generate, and commit"


def test_a_tag_is_the_version(root: Path) -> None:
    release_it(root)
    git(root, "tag", "1.3.0")
    assert refused(root).startswith("the tag 1.3.0 is not the version in galaxy.yml, 1.2.0")


def test_a_tag_has_a_changelog(root: Path) -> None:
    git(root, "tag", "1.2.0")
    assert refused(root) == "the tag 1.2.0 is not a release: its commit has no changelog of 1.2.0; see docs/releasing.md"


def test_the_time_is_a_number(root: Path) -> None:
    assert refused(root, SOURCE_DATE_EPOCH="today") == "SOURCE_DATE_EPOCH must be seconds since 1970, not today"


def test_a_release_needs_a_commit(tmp_path: Path) -> None:
    assert refused(tmp_path) == "a release is made of a commit: this is no git checkout with one"


def test_floors_are_all_known(root: Path) -> None:
    assert release.floors(root) == {"ansible-core": "2.16.0", "requests": "2.33.0"}
    write(root / "requirements.txt", "requests>=2.33.0\nleftpad>=1.0\n")
    with pytest.raises(Stop, match="leftpad has no licence"):
        release.floors(root)
    write(root / "requirements.txt", "requests==2.33.0\n")
    with pytest.raises(Stop, match="name>=version"):
        release.floors(root)
