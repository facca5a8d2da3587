# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/credentials.md keeps its word: its blocks are read and used, and its tables are those of the code."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ansible_collections.multicloud.secrets.plugins.doc_fragments import alibaba as alibaba_fragment
from ansible_collections.multicloud.secrets.plugins.doc_fragments import tencent as tencent_fragment
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import ERRORS as APIG_ERRORS
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER as ALIBABA
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.calls import GATEWAY_ERRORS
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.calls import KMS_ERRORS as OF_KMS
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import ERRORS as KMS_ERRORS
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import SourceContext
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.refresh import looked_for
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import from_environment
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import ERROR_KINDS
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import offers, plan
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import ErrorKind, Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import ERRORS as TENCENT_ERRORS
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER as TENCENT

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "credentials.md").read_text(encoding="utf-8")
UTILS = ROOT / "plugins" / "module_utils"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(UTILS.rglob("*.py")))
VENDORS_WORDS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "emulator").rglob("*.py")))
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\b(?:ALIBABA_?CLOUD|ALICLOUD|TENCENTCLOUD|TCCLI|TKE)_[A-Z0-9_]+\b")
CLOUDS = {"Alibaba Cloud": ALIBABA, "Tencent Cloud": TENCENT}
ALIBABA_ERRORS = (*APIG_ERRORS, *KMS_ERRORS[len(GATEWAY_ERRORS) + len(OF_KMS) :])
"""Those of the gateway and of KMS once, then those of each service."""
SPECS = {
    "multicloud.secrets.alibaba_apig_secrets_info": argument_spec(ALIBABA.options),
    "multicloud.secrets.tencent_ssm_secrets_info": argument_spec(TENCENT.options),
}


def blocks(language: str) -> list[str]:
    """The code blocks of a language, without the indentation of lists."""
    return [textwrap.dedent(body) for _indent, name, body in BLOCK.findall(TEXT) if name == language]


def section(heading: str) -> str:
    """The text below a heading, up to the next heading of its kind or a higher one."""
    level = re.escape(heading.split(" ")[0])
    found = re.search(rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{level.count('#')}}} |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def table(text: str) -> list[list[str]]:
    """The rows of all tables in a text, without their heads."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row, below in zip(rows, [*rows[1:], []]) if not any(set(cell) <= set("-: ") for cell in (*row, *below))]


POLICIES = [json.loads(block) for block in blocks("json")]
DOCUMENTS = [document for block in blocks("yaml") for document in yaml.safe_load_all(block)]
TASKS = [task for document in DOCUMENTS if isinstance(document, list) for task in document]
MANIFESTS = [document for document in DOCUMENTS if "apiVersion" in document]
INPUTS = [document for document in DOCUMENTS if "fields" in document]
INJECTORS = [document for document in DOCUMENTS if "env" in document]


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    kinds = [TASKS, MANIFESTS, INPUTS, INJECTORS]
    assert [len(kind) for kind in kinds] == [5, 5, 2, 2]
    assert len(POLICIES) == 8
    assert {name for _indent, name, _body in BLOCK.findall(TEXT)} == {"json", "yaml"}
    others = [document for document in DOCUMENTS if not isinstance(document, list) and not {"apiVersion", "fields", "env"} & set(document)]
    assert [list(document) for document in others] == [["fleet"], ["assert_secrets_credentials"]]


# Where credentials are looked for


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_order_is_that_of_the_code(cloud: str) -> None:
    rows = table(section(f"### {cloud}"))
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [row[1] for row in rows] == ["the options", *(source.name for source in CLOUDS[cloud].sources)]
    assert re.findall(r"`(\w+)`", rows[0][2]) == list(CLOUDS[cloud].names.options)


def test_the_variables_are_those_of_the_code() -> None:
    """Each one that is read is on the page, and the page names no other (but for those with a prefix)."""
    assert set(VARIABLE.findall(TEXT)) == set(VARIABLE.findall(SOURCE))


@pytest.mark.parametrize("fragment, folder", [(alibaba_fragment, "_alibaba"), (tencent_fragment, "_tencent")], ids=["alibaba", "tencent"])
def test_ansible_doc_names_the_same_variables(fragment: Any, folder: str) -> None:
    named = set(re.findall(r"E\((\w+)", fragment.ModuleDocFragment.DOCUMENTATION))
    read = set(VARIABLE.findall((UTILS / folder / "credentials.py").read_text(encoding="utf-8")))
    assert {name for name in named if not name.startswith("PROD_")} == read - {"ALIBABA_CLOUD_STS_REGION"}


@pytest.mark.parametrize("fragment, provider", [(alibaba_fragment, ALIBABA), (tencent_fragment, TENCENT)], ids=["alibaba", "tencent"])
def test_ansible_doc_tells_the_same_order(fragment: Any, provider: Provider) -> None:
    notes = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["notes"]
    steps = [note.split(". ", 1) for note in notes if note[0].isdigit()]
    assert [number for number, _what in steps] == [str(number) for number in range(1, len(provider.sources) + 2)]
    words = {
        "the environment": "environment variables",
        "the service account": "service account",
        "the profile": "profile",
        "the credentials file": "section",
        "the ECS role": "ECS",
        "the CVM role": "CVM",
        "the credentials URI": "service that hands out credentials",
    }
    for source, (_number, what) in zip(provider.sources, steps[1:]):
        assert words[source.name] in what


MODES = ("AK", "StsToken", "RamRoleArn", "ChainableRamRoleArn", "EcsRamRole", "OIDC", "CredentialsURI", "CloudSSO", "OAuth", "External")


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_a_profile_is_told(mode: str) -> None:
    assert f'"{mode.lower()}"' in SOURCE and f"`{mode}`" in TEXT


# Examples


@pytest.mark.parametrize("task", TASKS, ids=lambda task: str(task["name"]))
def test_tasks_use_options_that_exist(task: Mapping[str, Any]) -> None:
    module = next(name for name in task if name in SPECS)
    check_options(task[module], SPECS[module])


def check_options(given: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    """Names, choices and suboptions, as AnsibleModule checks them."""
    for name, value in given.items():
        assert name in spec
        assert value in spec[name].get("choices", [value])
        for entry in value if "options" in spec[name] else ():
            check_options(entry, spec[name]["options"])


OFFERS = offers(SERVICES)


def test_the_fleet_and_its_credentials_fit_each_other() -> None:
    fleet = next(document for document in DOCUMENTS if "fleet" in document)
    credentials = next(document for document in DOCUMENTS if "assert_secrets_credentials" in document)["assert_secrets_credentials"]
    made = plan(fleet, OFFERS, credentials)
    assert made["errors"] == []
    accounts = {account["name"]: account for call in made["calls"] for account in call["accounts"]}
    assert len(accounts) == 4 and "source" not in accounts["games"]


def test_the_table_of_the_role_is_what_the_role_does() -> None:
    rows = table(section("## The role assert_secrets"))
    assert rows
    for names, in_fleet, beside in rows:
        options = re.findall(r"`(\w+)`", names) or ["secret_id", "secret_key", "token"]
        for option in options:
            entry = {"name": "a", "provider": "tencent_ssm", "region": "r"}
            assert bool(plan([{**entry, option: "x"}], OFFERS, {})["errors"]) == (in_fleet == "refused")
            assert beside.startswith("yes") and not plan([entry], OFFERS, {"a": [option]})["errors"]


# Policies


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """The statements of a policy of either cloud, with keys in lower case."""
    for statement in value.get("Statement") or value.get("statement"):
        yield {key.lower(): content for key, content in statement.items()}


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_policies_are_complete_and_grant_nothing_else(policy: Mapping[str, Any]) -> None:
    assert policy.get("Version") == "1" or policy.get("version") == "2.0"
    allowed = {"apig:ListSecrets", "apig:DescribeRegions", "kms:ListSecrets", "ssm:ListSecrets", "ssm:GetRegions"}
    assuming = {"sts:AssumeRole", "name/sts:AssumeRole", "name/sts:AssumeRoleWithWebIdentity"}
    for statement in statements(policy):
        actions = {statement["action"]} if isinstance(statement["action"], str) else set(statement["action"])
        assert statement["effect"].lower() == "allow"
        assert actions <= allowed or actions <= assuming and len(actions) == 1
        assert ("principal" in statement) != ("resource" in statement)
        if actions <= allowed:
            assert statement["resource"] in ("*", ["*"])
        else:
            assert "*" not in (statement.get("resource"), statement.get("principal"))


def test_permissions_of_the_code_are_in_the_policies() -> None:
    granted = {action for policy in POLICIES[:2] for statement in statements(policy) for action in statement["action"]}
    hinted = set(re.findall(r"\b(?:apig|kms|ssm):\w+", " ".join(error.hint or "" for error in (*ALIBABA_ERRORS, *TENCENT_ERRORS))))
    assert hinted <= granted


# Kubernetes


def test_pods_use_the_service_account_that_the_trust_policy_names() -> None:
    accounts = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in MANIFESTS if item["kind"] == "ServiceAccount"}
    pods = {(item["metadata"]["namespace"], item["spec"]["serviceAccountName"]) for item in MANIFESTS if item["kind"] == "Pod"}
    assert accounts == pods == {("audit", "secrets-reader")}
    assert TEXT.count("system:serviceaccount:audit:secrets-reader") == 2
    assert all(isinstance(value, str) for item in MANIFESTS for value in (item["metadata"].get("annotations") or {}).values())


# AWX. The rules are those of awx/main/fields.py, CredentialTypeInputField and CredentialTypeInjectorField.

FIELD = {"id", "type", "label", "help_text", "secret", "multiline", "choices", "format", "ask_at_runtime", "default"}
NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
RESERVED = {"tower", "awx"}


@pytest.mark.parametrize("inputs", INPUTS, ids=["alibaba", "tencent"])
def test_inputs_keep_the_rules_of_awx(inputs: Mapping[str, Any]) -> None:
    assert set(inputs) == {"fields", "required"}
    ids = [field["id"] for field in inputs["fields"]]
    assert len(ids) == len(set(ids)) and set(inputs["required"]) <= set(ids)
    for field in inputs["fields"]:
        assert {"id", "label"} <= set(field) <= FIELD
        assert NAME.fullmatch(field["id"]) and field["id"] not in RESERVED
        assert field["type"] in ("string", "boolean")
        assert isinstance(field.get("secret", False), bool) and (field["type"] == "string" or "secret" not in field)


@pytest.mark.parametrize("inputs, provider", [(INPUTS[0], ALIBABA), (INPUTS[1], TENCENT)], ids=["alibaba", "tencent"])
def test_what_the_modules_mask_is_secret_in_awx(inputs: Mapping[str, Any], provider: Provider) -> None:
    masked = {field["id"] for field in inputs["fields"] if field.get("secret")}
    key_id = next(iter(provider.options.keys))  # masked in logs, but in a form people tell their keys by it
    assert masked == {name for name, spec in provider.options.keys.items() if spec["no_log"]} - {key_id} | {"external_id"}
    assert set(provider.options.keys) <= {field["id"] for field in inputs["fields"]}


@pytest.mark.parametrize("inputs, injectors", list(zip(INPUTS, INJECTORS)), ids=["alibaba", "tencent"])
def test_injectors_keep_the_rules_of_awx(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> None:
    assert set(injectors) <= {"env", "extra_vars", "file"}
    fields = {field["id"]: "EXAMPLE" for field in inputs["fields"]}
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for name, template in [*injectors["env"].items(), *injectors["extra_vars"].items()]:
        assert NAME.fullmatch(name) and not name.upper().startswith("ANSIBLE_")
        assert isinstance(template, str) and template.isascii()
        assert sandbox.from_string(template).render(fields) == "EXAMPLE"
    used = re.findall(r"{{ (\w+) }}", str(injectors))
    assert sorted(used) == sorted(fields), "each field is injected once"


@pytest.mark.parametrize("injectors, provider", list(zip(INJECTORS, (ALIBABA, TENCENT))), ids=["alibaba", "tencent"])
@pytest.mark.parametrize("token", ["", "canary-token"], ids=["a lasting key", "a temporary key"])
def test_the_modules_read_what_awx_injects(injectors: Mapping[str, Any], provider: Provider, token: str) -> None:
    key_id, key_secret, key_token = provider.names.options
    values = {key_id: "canary-key-id", key_secret: "canary-key-secret", key_token: token}
    sandbox = ImmutableSandboxedEnvironment()  # AWX leaves out empty fields, and renders them as nothing
    environment = {name: sandbox.from_string(template).render({k: v for k, v in values.items() if v}) for name, template in injectors["env"].items()}
    names, usual = provider.names, provider.names.sets[0]
    assert set(environment) <= {*usual.key_id, *usual.key_secret, *usual.token, *provider.region_variables}
    assert set(environment) & set(provider.region_variables)
    look = SourceContext(environment, Redactor(), lambda: 0.0, Target("home"))
    found = looked_for(lambda: from_environment(look, names), look.now, "").take()
    assert (found.key_id, found.key_secret, found.token) == ("canary-key-id", "canary-key-secret", token or None)


# Trouble


@pytest.mark.parametrize("cloud, errors", [("Alibaba Cloud", ALIBABA_ERRORS), ("Tencent Cloud", TENCENT_ERRORS)], ids=["alibaba", "tencent"])
def test_every_error_of_the_code_has_its_line(cloud: str, errors: tuple[ErrorKind, ...]) -> None:
    rows = table(section(f"### What {cloud} says"))
    assert [(code.strip("`"), kind.strip("`")) for code, kind, _cause, _advice in rows] == [(error.pattern, error.kind) for error in errors]
    for error, (_code, kind, cause, advice) in zip(errors, rows):
        assert kind.strip("`") in ERROR_KINDS
        assert cause and advice and (error.hint is None or error.hint == advice)


def test_every_message_is_one_that_the_code_can_say() -> None:
    said = [text for row in table(section("### What the module says")) for text in re.findall(r"`([^`]+)`", row[0])]
    codes = {text for text in said if re.fullmatch(r"\w+\.\w+", text)}
    assert len(said) > 20 and len(codes) == 4
    for text in said:
        assert text in SOURCE or text == "AssumeRole at" or text in codes and text in VENDORS_WORDS


def test_every_link_inside_the_page_leads_somewhere() -> None:
    anchors = {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors
