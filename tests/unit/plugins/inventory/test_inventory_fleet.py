# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin, as Ansible loads it: its hosts, its cache, what it evaluates and what it never does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache

from ansible_collections.multicloud.secrets.plugins.inventory import fleet as plugin
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet import discovery
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import FILE_KEYS, PLUGIN
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Sign
from ansible_collections.multicloud.secrets.tests.unit.fakes import T

HEAD = {"plugin": PLUGIN}
PAY = {"name": "pay", "provider": "tencent_ssm", "regions": ["all"]}
SHOP = {"name": "shop", "provider": "alibaba_apig", "regions": ["cn-hangzhou"]}
KEY_ID, KEY_SECRET = "AKIDcanaryOfOptions0001", "canarySecretOfOptions0001"
REGIONS = {"Response": {"Regions": ["ap-shanghai", "ap-guangzhou"], "RequestId": "r-1"}}
DENIED = {"Response": {"Error": {"Code": "UnauthorizedOperation", "Message": "{{ 7 * 7 }}"}, "RequestId": "r-7"}}


def load() -> plugin.InventoryModule:
    """The plugin, as Ansible's loader hands it out."""
    options: dict[str, Any] = {}
    for text in (constructed.ModuleDocFragment.DOCUMENTATION, inventory_cache.ModuleDocFragment.DOCUMENTATION, plugin.DOCUMENTATION):
        for name, option in yaml.safe_load(text)["options"].items():
            options[name] = {**options.get(name, {}), **option}
    constants.config.initialize_plugin_configuration_definitions("inventory", PLUGIN, options)
    found = plugin.InventoryModule()
    found._load_name = found.ansible_name = PLUGIN
    found._redirected_names = [PLUGIN]
    return found


class Cloud:
    """Answers every request the same, and keeps what was signed."""

    def __init__(self) -> None:
        self.answer: Any = REGIONS
        self.signed: list[str] = []

    def send(self, request: Request, sign: Sign, read: Callable[[Response], T], *lane: Hashable) -> T:
        self.signed.append(f"{request.action} {sign(request)}")
        return read(Response(200, {}, json.dumps(self.answer).encode("utf-8")))


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDcanaryOfEnvironment")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "canarySecretOfEnvironment")
    made = Cloud()
    monkeypatch.setattr(discovery.http_client, "Http", lambda *_connection: made)
    return made


def parse(folder: Path, content: dict[str, Any], cache: bool = True) -> tuple[InventoryData, Any]:
    """The inventory of a fleet file, and the plugin that made it."""
    path = folder / "prod.fleet.yml"
    path.write_text(yaml.safe_dump({**HEAD, **content}), encoding="utf-8")
    inventory, found = InventoryData(), load()
    assert found.verify_file(str(path))
    found.parse(inventory, DataLoader(), str(path), cache)
    if content.get("cache"):
        found.update_cache_if_changed()
    return inventory, found


def refused(folder: Path, content: dict[str, Any]) -> str:
    with pytest.raises(AnsibleError) as error:
        parse(folder, content)
    assert error.value.__context__ is None and error.value.__cause__ is None
    return str(error.value)


@pytest.mark.parametrize(
    "name, taken",
    [("prod.fleet.yml", True), ("prod.fleet.yaml", True), ("fleet.yml", True), ("hosts.yml", False), ("fleet.yml.bak", False), ("fleet.json", False)],
)
def test_only_fleet_files_are_taken(name: str, taken: bool, tmp_path: Path) -> None:
    assert not load().verify_file(str(tmp_path / name))
    (tmp_path / name).write_text("{}", encoding="utf-8")
    assert load().verify_file(str(tmp_path / name)) is taken


def test_stores_become_hosts_in_groups(cloud: Cloud, tmp_path: Path) -> None:
    inventory, _plugin = parse(tmp_path, {"fleet": [SHOP, PAY]})
    assert list(inventory.hosts) == ["alibaba_apig.shop.cn-hangzhou", "tencent_ssm.pay.ap-guangzhou", "tencent_ssm.pay.ap-shanghai"]
    groups = {name: [host.name for host in group.hosts] for name, group in inventory.groups.items()}
    assert groups["account_pay"] == ["tencent_ssm.pay.ap-guangzhou", "tencent_ssm.pay.ap-shanghai"]
    assert groups["region_ap_shanghai"] == ["tencent_ssm.pay.ap-shanghai"]
    assert [group.name for group in inventory.groups["secret_stores"].child_groups] == ["alibaba_apig", "tencent_ssm"]
    assert inventory.groups["secret_stores"].vars == {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    variables = inventory.get_host("tencent_ssm.pay.ap-shanghai").vars
    assert variables["assert_secrets_fleet"] == {"fleet": [{**PAY, "allow_not_offered": True, "regions": ["ap-shanghai"]}], "part": True}
    assert len(cloud.signed) == 2


def test_variables_and_groups_can_be_made_of_a_store(cloud: Cloud, tmp_path: Path) -> None:
    content = {
        "fleet": [SHOP, PAY],
        "compose": {"label": "store_account ~ '/' ~ store_region"},
        "groups": {"guangzhou": "store_region == 'ap-guangzhou'"},
        "keyed_groups": [{"key": "label", "prefix": "label"}],
    }
    inventory, _plugin = parse(tmp_path, content)
    assert inventory.get_host("tencent_ssm.pay.ap-guangzhou").vars["label"] == "pay/ap-guangzhou"
    assert [host.name for host in inventory.groups["guangzhou"].hosts] == ["tencent_ssm.pay.ap-guangzhou"]
    assert "label_shop_cn_hangzhou" in inventory.groups


def test_an_expression_that_fails_is_left_out_unless_strict_is_wanted(cloud: Cloud, tmp_path: Path) -> None:
    content = {"fleet": [SHOP], "compose": {"label": "nothing.at.all"}}
    inventory, _plugin = parse(tmp_path, content)
    assert "label" not in inventory.get_host("alibaba_apig.shop.cn-hangzhou").vars
    with pytest.raises(AnsibleError, match="Could not set label"):
        parse(tmp_path, {**content, "strict": True})


def test_a_refusal_fails_and_leaves_no_host(cloud: Cloud, tmp_path: Path) -> None:
    cloud.answer = DENIED
    text = refused(tmp_path, {"fleet": [SHOP, PAY]})
    for word in ("pay: GetRegions at ssm.tencentcloudapi.com", "kind denied", "code UnauthorizedOperation", "request id r-7", "Grant the action"):
        assert word in text


def test_a_refusal_that_is_reported_is_a_host_and_data(cloud: Cloud, tmp_path: Path) -> None:
    cloud.answer = DENIED
    inventory, found = parse(tmp_path, {"fleet": [SHOP, PAY], "on_error": "report"})
    assert list(inventory.hosts) == ["alibaba_apig.shop.cn-hangzhou", "tencent_ssm.pay.all"]
    assert [host.name for host in inventory.groups["regions_unknown"].hosts] == ["tencent_ssm.pay.all"]
    error = inventory.get_host("tencent_ssm.pay.all").vars["store_error"]
    assert error["message"].endswith("{{ 7 * 7 }}") and error["kind"] == "denied"
    found.templar.available_variables = {"told": error}
    assert found.templar.template(plugin.trust_as_template("{{ told.message }}") if plugin.trust_as_template else "{{ told.message }}").endswith("{{ 7 * 7 }}")


def test_credentials_are_evaluated_and_decrypted_for_the_question_alone(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(KEY_SECRET, encoding="utf-8")
    credentials = {"pay": {"secret_id": KEY_ID, "secret_key": "{{ lookup('file', 'key.txt') }}", "token": "{{ 'canary' ~ 'Token0001' }}"}}
    inventory, found = parse(tmp_path, {"fleet": [PAY], "credentials": credentials})
    assert KEY_ID in cloud.signed[0] and "canaryToken0001" in cloud.signed[0]
    shown = str([host.vars for host in inventory.hosts.values()])
    assert KEY_ID not in shown and KEY_SECRET not in shown and "'credentials': ['pay']" in shown
    whole = {"fleet": [PAY], "credentials": f"{{{{ {{'pay': {{'secret_id': '{KEY_ID}', 'secret_key': '{KEY_SECRET}'}}}} }}}}"}
    parse(tmp_path, whole)
    assert len(cloud.signed) == 4 and all(KEY_ID in signed for signed in cloud.signed)


@pytest.mark.parametrize(
    "credentials, says",
    [
        pytest.param({"pay": {"secret_id": KEY_ID, "secret_key": KEY_SECRET + "{{ nothing }}"}}, "cannot be used", id="an undefined name"),
        pytest.param("{{ lookup('file', 'no-such-file') }}", "cannot be used", id="no file"),
        pytest.param({"pay": {"secret_id": KEY_ID, "secret_kye": KEY_SECRET}}, "did you mean secret_key?", id="a typo"),
        pytest.param({"pay": [KEY_ID, KEY_SECRET]}, "are not a mapping", id="a list"),
        pytest.param([KEY_SECRET], "is not a mapping", id="a list of all"),
        pytest.param({"pay": {"secret_id": KEY_ID, "secret_key": "another", "assume_role_duration": KEY_SECRET}}, "assume_role_duration", id="elsewhere"),
        pytest.param({"pay": {"secret_id": KEY_ID, "secret_key": {"x": KEY_SECRET}}}, "The regions of|secret_key|regions", id="a mapping for a text"),
    ],
)
def test_no_error_shows_a_credential(credentials: Any, says: str, cloud: Cloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = refused(tmp_path, {"fleet": [PAY], "credentials": credentials})
    told = capsys.readouterr()
    assert any(word in text for word in says.split("|"))
    assert KEY_SECRET not in text + told.out + told.err


@pytest.mark.usefixtures("cloud")
def test_a_key_that_is_given_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yml"
    file.write_text("plugin: multicloud.secrets.fleet\nfleet: []\nfleet: [{name: a}]\n", encoding="utf-8")
    with pytest.raises(AnsibleError, match=r"fleet\.yml: line 3, column 1: the key fleet is given twice"):
        load().parse(InventoryData(), DataLoader(), str(file))


def test_an_unforeseen_exception_tells_its_class_alone(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: Any) -> Any:
        raise RuntimeError(KEY_SECRET)

    monkeypatch.setattr(plugin, "find_stores", broken)
    text = refused(tmp_path, {"fleet": [PAY]})
    assert "Unexpected RuntimeError" in text and KEY_SECRET not in text


def caching(folder: Path) -> dict[str, Any]:
    return {"fleet": [PAY], "cache": True, "cache_plugin": "jsonfile", "cache_connection": str(folder / "cache")}


def test_a_cache_keeps_names_of_regions_and_nothing_else(cloud: Cloud, tmp_path: Path) -> None:
    first, _plugin = parse(tmp_path, caching(tmp_path))
    second, _plugin = parse(tmp_path, caching(tmp_path))
    assert list(first.hosts) == list(second.hosts) and len(cloud.signed) == 2
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir()]
    assert len(kept) == 1 and "ap-guangzhou" in kept[0]
    assert "canary" not in kept[0]


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"__payload__": "[7]"}'])
def test_a_cache_that_is_spoilt_is_none(content: str, cloud: Cloud, tmp_path: Path) -> None:
    parse(tmp_path, caching(tmp_path))
    (path,) = (tmp_path / "cache").iterdir()
    path.write_text(content, encoding="utf-8")
    inventory, _plugin = parse(tmp_path, caching(tmp_path))
    assert len(inventory.hosts) == 2 and len(cloud.signed) == 4


def test_a_refresh_asks_again_and_a_changed_entry_too(cloud: Cloud, tmp_path: Path) -> None:
    parse(tmp_path, caching(tmp_path))
    parse(tmp_path, caching(tmp_path), cache=False)
    assert len(cloud.signed) == 4
    cloud.answer = {"Response": {"Regions": ["ap-beijing"], "RequestId": "r-2"}}
    inventory, _plugin = parse(tmp_path, {**caching(tmp_path), "fleet": [{**PAY, "site": "international"}]})
    assert list(inventory.hosts) == ["tencent_ssm.pay.ap-beijing"] and len(cloud.signed) == 6


def test_a_refusal_is_not_kept(cloud: Cloud, tmp_path: Path) -> None:
    cloud.answer = DENIED
    parse(tmp_path, {**caching(tmp_path), "on_error": "report"})
    cloud.answer = REGIONS
    inventory, _plugin = parse(tmp_path, {**caching(tmp_path), "on_error": "report"})
    assert len(inventory.hosts) == 2


EXAMPLES = [yaml.safe_load(plugin.EXAMPLES)]
PAGE = (Path(__file__).resolve().parents[4] / "docs" / "fleets.md").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
FILES = [block for block in BLOCKS if "plugin" in block]


@pytest.mark.parametrize("content", [*EXAMPLES, *FILES], ids=str)
def test_the_examples_work(content: dict[str, Any], cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(FILES) == 4
    monkeypatch.setenv("HOME", str(tmp_path))
    for prefix in ("PAY_", "SHOP_", "PAY_STAGING_"):
        monkeypatch.setenv(f"{prefix}TENCENTCLOUD_SECRET_ID", KEY_ID)
        monkeypatch.setenv(f"{prefix}TENCENTCLOUD_SECRET_KEY", KEY_SECRET)
    (tmp_path / "credentials.yml").write_text(yaml.safe_dump(next(block for block in BLOCKS if list(block) == ["pay"])), encoding="utf-8")
    short = {key: value.replace("ansible.builtin.", "") if isinstance(value, str) else value for key, value in content.items()}
    inventory, _plugin = parse(tmp_path, short)
    assert "tencent_ssm.pay.ap-guangzhou" in inventory.hosts or "tencent_ssm.pay-prod.ap-guangzhou" in inventory.hosts
    assert ("stage_prod" in inventory.groups) is ("compose" in content)
    assert len(cloud.signed) == 2


def test_the_page_shows_the_graph_and_names_what_there_is(cloud: Cloud, tmp_path: Path) -> None:
    graph = next(block for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) if "--graph" in block)
    entries = [{**entry, "credentials_env": None} for entry in FILES[0]["fleet"]]
    inventory, _plugin = parse(tmp_path, {"fleet": [{name: value for name, value in entry.items() if value} for entry in entries]})
    assert set(re.findall(r"--(@?[\w.-]+)", graph)) - {"@ungrouped", "--graph"} - {"graph"} == {
        *(f"@{name}" for name in inventory.groups if name not in ("all", "ungrouped")),
        *inventory.hosts,
    }
    for name in ("store_provider", "store_account", "store_region", "assert_secrets_fleet"):
        assert f"`{name}`" in PAGE and name in inventory.get_host("tencent_ssm.pay.ap-shanghai").vars


def test_what_stands_in_a_file_is_documented_and_known_to_the_role() -> None:
    own = set(yaml.safe_load(plugin.DOCUMENTATION)["options"])
    assert own | {"strict", "compose", "groups", "keyed_groups", "use_extra_vars", "leading_separator"} <= set(FILE_KEYS)
    found = load()
    found.set_options(direct={"plugin": PLUGIN, "fleet": []})
    assert set(found._options) <= set(FILE_KEYS)
    assert set(FILE_KEYS) - set(found._options) <= {"use_extra_vars", "leading_separator"}
    assert found.NAME == PLUGIN
