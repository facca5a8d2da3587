# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold credentials: which are trusted, which are not, and that an error names the file and never shows a value."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import LARGEST_FILE, NotConfigured
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.auth.sources import Home

FILE = ".cloud/config.json"
CONTENT = '{"key": "canary"}'


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def refused(act: Callable[[], Any]) -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        act()
    assert caught.value.kind == "credentials" and "canary" not in json.dumps(caught.value.as_dict())
    return caught.value


def _link_out(file: Path) -> None:
    other = file.parents[2] / "elsewhere.json"
    other.write_text(CONTENT, encoding="utf-8")
    other.chmod(0o600)
    file.unlink()
    file.symlink_to(other)


def _link_folder_out(file: Path) -> None:
    file.parent.rename(file.parents[2] / "elsewhere")
    file.parent.symlink_to(file.parents[2] / "elsewhere")


def _circle(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def _fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _large(file: Path) -> None:
    file.write_bytes(b" " * (2 << 20) + CONTENT.encode())


def _mode(mode: int, folder: int = 0o700) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        file.chmod(mode)
        file.parent.chmod(folder)

    return make


@pytest.mark.parametrize(
    "make, reason",
    [
        pytest.param(_circle, "symbolic links", id="a link to itself"),
        pytest.param(_fifo, "is not a regular file", id="a FIFO"),
        pytest.param(_folder, "is not a regular file", id="a folder"),
        pytest.param(_large, f"is larger than {LARGEST_FILE} bytes", id="two megabytes"),
        pytest.param(_mode(0o644, 0o755), "can be read by others", id="open to all"),
        pytest.param(_mode(0o602), "can be written by others", id="writable by all"),
        pytest.param(_mode(0o620), "can be written by others", id="writable by the group"),
    ],
)
def test_files_that_are_not_trusted(home: Home, make: Callable[[Path], None], reason: str) -> None:
    path = home.write(FILE, CONTENT)
    make(path)
    error = refused(lambda: home.context(who="accounts[prod]: ").document(str(path)))
    assert error.message.startswith("accounts[prod]: ") and str(path) in error.message and reason in error.message.lower()
    if "others" in reason:
        assert error.hint == f"Run: chmod 600 {path}"


@pytest.mark.parametrize("mode, folder", [(0o600, 0o755), (0o400, 0o755), (0o644, 0o700), (0o640, 0o705), (0o604, 0o750)])
def test_files_that_are_trusted(home: Home, mode: int, folder: int) -> None:
    path = home.write(FILE, CONTENT)
    _mode(mode, folder)(path)
    assert home.context().document(str(path)) == {"key": "canary"}


def _status(mode: int, owner: int = 1000, group: int = 1000) -> os.stat_result:
    return os.stat_result((stat.S_IFREG | mode, 0, 0, 1, owner, group, 0, 0, 0, 0))


US, THEM = 1000620000, 4343
OPENED = _status(0o755)


@pytest.mark.parametrize(
    "file, folder, groups, linked, reason",
    [
        pytest.param(_status(0o600, US), OPENED, {7}, False, None, id="ours"),
        pytest.param(_status(0o600, 0), OPENED, {7}, False, None, id="of root"),
        pytest.param(_status(0o440, 0, 2000), OPENED, {7, 2000}, False, None, id="Kubernetes, fsGroup"),
        pytest.param(_status(0o640, 0, 0), OPENED, {0}, False, None, id="OpenShift"),
        pytest.param(_status(0o640, US, 7), OPENED, {7}, False, None, id="ours, and of a group of ours"),
        pytest.param(_status(0o440, 0, 2000), OPENED, {7}, False, "can be read by others", id="of a group that is not ours"),
        pytest.param(_status(0o444, 0, 0), OPENED, {0}, False, "can be read by others", id="open to all"),
        pytest.param(_status(0o660, 0, 0), OPENED, {0}, False, "can be written by others", id="writable by a group of ours"),
        pytest.param(_status(0o602, US), OPENED, {7}, False, "can be written by others", id="writable by all"),
        pytest.param(_status(0o400, THEM), OPENED, {7}, False, "belongs to another user", id="of another user"),
        pytest.param(_status(0o440, THEM, 7), OPENED, {7}, False, "belongs to another user", id="of another user, though of a group of ours"),
        pytest.param(_status(0o640, US, 8), _status(0o710), {7}, False, "can be read by others", id="through a folder that cannot be listed"),
        pytest.param(_status(0o444, 0), OPENED, {7}, True, None, id="home-manager"),
        pytest.param(_status(0o400, US), OPENED, {7}, True, None, id="sops-nix"),
        pytest.param(_status(0o464, 0), OPENED, {7}, True, "can be written by others", id="linked, and writable"),
        pytest.param(_status(0o444, US), OPENED, {7}, True, "can be read by others", id="linked, ours, and open to all"),
        pytest.param(_status(0o444, THEM), OPENED, {7}, True, "belongs to another user", id="linked, of another user"),
    ],
)
def test_which_files_are_trusted(file: os.stat_result, folder: os.stat_result, groups: set[int], linked: bool, reason: str | None) -> None:
    assert files.distrust(file, folder, files.Reader(US, frozenset(groups)), linked) == reason


@pytest.mark.parametrize(
    "reason, owner, user, mounted, start",
    [
        ("belongs to another user", THEM, US, False, f"Run: chown {US} /keys"),
        ("can be read by others", US, US, False, "Run: chmod 600 /keys"),
        ("can be read by others", US, 0, False, "Run: chmod 600 /keys"),
        ("can be read by others", US, US, True, "Its mode is set where it is mounted"),
        ("can be written by others", 0, US, False, "Its mode is set where it is mounted"),
    ],
)
def test_the_hint_fits_the_cause(reason: str, owner: int, user: int, mounted: bool, start: str) -> None:
    hint = files.remedy("/keys", reason, _status(0o644, owner), files.Reader(user, frozenset()), mounted)
    assert hint.startswith(start)


READ = """
import os, sys
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
user, group, path, home = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
os.setgroups([group])
os.setgid(0 if group == 0 else 4242)
os.setuid(user)
try:
    print(files.read_private(path, home, 1000).decode())
except SecretsError as error:
    print(error.message, error.hint)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    "group, mode, of, expected",
    [
        pytest.param(0, 0o640, 0, CONTENT, id="OpenShift: root:root 0640, a uid of group 0"),
        pytest.param(2000, 0o440, 2000, CONTENT, id="Kubernetes: root:2000 0440, fsGroup 2000"),
        pytest.param(2000, 0o444, 2000, "can be read by others Its mode is set where it is mounted", id="defaultMode 0444"),
        pytest.param(2000, 0o440, 3000, "Permission denied", id="of another group"),
        pytest.param(2000, 0o460, 2000, "can be written by others", id="writable by the group"),
    ],
)
def test_the_volumes_of_pods(group: int, mode: int, of: int, expected: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        dated = Path(folder) / "..2026_11_21_00_00_00.1"
        dated.mkdir(mode=0o755)
        (dated / "keys").write_text(CONTENT, encoding="utf-8")
        os.chown(dated / "keys", 0, of)
        (dated / "keys").chmod(mode)
        (Path(folder) / "..data").symlink_to(dated.name)
        (Path(folder) / "keys").symlink_to("..data/keys")
        workspace = str(Path(__file__).absolute().parents[8])
        command = [sys.executable, "-c", READ, str(US), str(group), f"{folder}/keys", "/nonexistent"]
        told = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": os.pathsep.join([workspace, *sys.path])})
    assert expected in told.stdout, told.stderr


@pytest.mark.parametrize("make", [_link_out, _link_folder_out], ids=["a file", "its folder"])
def test_a_link_out_of_the_home_is_followed(home: Home, make: Callable[[Path], None]) -> None:
    path = home.write(FILE, CONTENT)
    make(path)
    assert home.context().document(str(path)) == {"key": "canary"}
    path.resolve().chmod(0o666)
    assert "can be written by others" in refused(lambda: home.context().document(str(path))).message


def test_links_inside_the_home_are_followed_also_where_the_home_is_a_link_itself(home: Home) -> None:
    path = home.write("real/config.json", CONTENT)
    (home.folder / ".cloud").symlink_to("real")
    (home.folder.parent / "alias").symlink_to(home.folder)
    home.environment["HOME"] = str(home.folder.parent / "alias")
    context = home.context()
    assert context.text(context.home(".cloud", "config.json")) == context.text(str(path)) == CONTENT


def test_a_file_outside_of_the_home_may_be_named_but_not_be_a_link_out_of_its_folder(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path).write("etc/config.json", CONTENT)
    home.write("x", "")
    assert home.context().text(str(other)) == CONTENT
    (tmp_path / "etc" / "link").symlink_to(home.write("private.json", CONTENT))
    assert "is a link that leads elsewhere" in refused(lambda: home.context().text(str(tmp_path / "etc" / "link"))).message


def test_what_is_not_there_is_absent(home: Home) -> None:
    with pytest.raises(NotConfigured, match="config.json does not exist"):
        home.context().document(home.context().home(FILE))


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"\xef\xbb\xbf" + CONTENT.encode(), {"key": "canary"}),
        (b"\r\n" + CONTENT.encode() + b"\r\n", {"key": "canary"}),
        ('{"key": "密\\ud83d\\ude00"}'.encode(), {"key": "密😀"}),
    ],
)
def test_what_is_json_all_the_same(home: Home, content: bytes, expected: Any) -> None:
    assert home.context().document(str(home.write(FILE, content))) == expected


@pytest.mark.parametrize("content", [b"[default]\nx = \xff\xfe", b"\0\xff", "ключ".encode("utf-16")])
def test_what_is_not_utf_8(home: Home, content: bytes) -> None:
    path = home.write(FILE, content)
    for read in (home.context().document, home.context().sections, partial(home.context().web_token, where="x")):
        told = refused(partial(read, str(path)))
        assert (told.message, told.hint) == (f"{path} is not UTF-8", "Save the file in UTF-8.")


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(alphabet="[]=:;#%\n\r\t \"'adeflut", max_size=60).map(str.encode))
def test_any_bytes_are_sections_or_a_typed_error(tmp_path: Path, content: bytes) -> None:
    home = Home(tmp_path)
    path = home.write(FILE, content)
    for read in (home.context().sections, home.context().document):
        try:
            read(str(path))
        except SecretsError as error:
            assert error.kind == "credentials" and error.message.startswith(str(path)) and len(error.message) < len(str(path)) + 100


# Tokens that a platform mounts


def _mounted(folder: Path, token: str) -> Path:
    """As Kubernetes mounts a volume: the file is a link to ..data/token, and ..data a link to a folder with a date."""
    dated = folder / "..2026_11_21_00_00_00.1"
    dated.mkdir(parents=True)
    (dated / "token").write_text(token, encoding="utf-8")
    (dated / "token").chmod(0o644)
    (folder / "..data").symlink_to(dated.name)
    (folder / "token").symlink_to("..data/token")
    return folder / "token"


def test_a_token_behind_the_links_of_kubernetes(home: Home, tmp_path: Path) -> None:
    assert home.context().web_token(str(_mounted(tmp_path / "secrets", "canary-token-mounted\n")), "x") == "canary-token-mounted"
    assert home.redactor.text("canary-token-mounted") == MASK


def test_a_file_of_keys_behind_the_links_of_kubernetes(home: Home, tmp_path: Path) -> None:
    path = _mounted(tmp_path / "secrets", CONTENT)
    assert "can be read by others" in refused(lambda: home.context().text(str(path))).message
    path.resolve().chmod(0o400)
    assert home.context().text(str(path)) == CONTENT


@pytest.mark.parametrize(
    "make, reason",
    [
        (_fifo, "is not a regular file"),
        (_folder, "is not a regular file"),
        (_large, "is larger than"),
        (lambda path: path.write_text(" \n"), "is empty"),
    ],
)
def test_tokens_that_are_none(home: Home, make: Callable[[Path], None], reason: str) -> None:
    path = home.write("token", "canary-token-mounted")
    make(path)
    error = refused(lambda: home.context(who="accounts[x]: ").web_token(str(path), "x"))
    assert error.message.startswith(f"accounts[x]: {path}") and reason in error.message


# What a source may look at besides


def test_without_home_the_users_own_is_taken(home: Home) -> None:
    del home.environment["HOME"]
    assert home.context().home("x") == os.path.join(os.path.expanduser("~"), "x")


@pytest.mark.parametrize(
    "value, expected", [("true", True), ("True", True), ("1", True), ("YES", True), ("false", False), ("0", False), ("", False), (None, False)]
)
def test_switches(home: Home, value: str | None, expected: bool) -> None:
    if value is not None:
        home.environment["SWITCH"] = value
    assert home.context().switched_on("SWITCH") is expected


def test_variables_under_a_prefix(home: Home) -> None:
    home.environment.update(A="1", P_A="2", P_B="")
    assert (home.context().variable("A"), home.context(prefix="P_").variable("A"), home.context(prefix="P_").variable("B", "A")) == ("1", "2", "2")
