# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What judges nothing is never green, and what is good stays green: with every pack and every rule of the cookbook."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import catalog, holder
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import OPERATORS, never_offered
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    BY_PROVIDER,
    PACKS,
    ROOT,
    SERVICE_SCHEMAS,
    can_be_meant,
    findings_of,
    judged,
    record,
    row,
    rule,
    verdict_of,
    write,
)

BLOCKS = re.findall(r"^```yaml\n(rules:.*?)^```$", (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
COOKBOOK = [item for block in BLOCKS for item in yaml.safe_load(block)["rules"]]


NUMBERS = {"pay-prod": "101", "pay-dev": "102", "shop-prod": "201", "shop-dev": "202"}


def default_secret(account: str, region: str) -> dict[str, Any]:
    """A secret that a product made, under a name of its own in each store."""
    return record(
        f"aigw!{account}-{region}", "alibaba_kms", account, region, tags=None, **VERSIONS, attributes={"owning_service": "aigw", "foreign_accounts": []}
    )


VERSIONS = {"version_count": 2, "newest_version_at": "2026-10-01T00:00:00Z", "kms_key_id": "key-1", "key_state": "enabled"}
ROTATED = {"last_rotated_at": "2026-11-01T00:00:00Z", "rotation_count": 3, "key_rotation_enabled": True, "tags": {"env": "prod", "owner": "data"}, **VERSIONS}
KNOWN = {"encrypt_switching": False, "resource_id": "cdb-1", "associated_instance_ids": [], "account_hosts": ["10.0.%"]}
SSM = [
    (
        ("tencent_ssm", account, region),
        [record("db-main", "tencent_ssm", account, region, kind="product", description="owner: data", attributes=KNOWN, **ROTATED)],
    )
    for account, region in (("pay-prod", "ap-guangzhou"), ("pay-prod", "ap-shanghai"), ("pay-dev", "ap-guangzhou"))
]
APIG = [
    (
        ("alibaba_apig", account, region),
        [
            record(
                *("gateway", "alibaba_apig", account, region),
                description="owner: shop",
                key_state="enabled",
                references=[{"kind": "consumer", "name": "app", "gateway": "gw-1"}],
                attributes={"kms_secret_arn": f"acs:kms:{region}:{NUMBERS[account]}:secret/db-main"},
            )
        ],
    )
    for account, region in (("shop-prod", "cn-hangzhou"), ("shop-prod", "cn-shanghai"), ("shop-dev", "cn-hangzhou"))
]
KMS = [
    (
        ("alibaba_kms", account, region),
        [
            record("db-main", "alibaba_kms", account, region, kind="rds", rotation_enabled=False, **VERSIONS, attributes={"foreign_accounts": []}),
            default_secret(account, region),
        ],
    )
    for account, region in (("shop-prod", "cn-hangzhou"), ("shop-prod", "cn-shanghai"), ("shop-dev", "cn-hangzhou"))
]
FLEETS = {"SSM": SSM, "APIG": APIG, "KMS": KMS, "both": [*SSM, *APIG], "all": [*SSM, *APIG, *KMS]}
FLEET_OF = {"tencent_ssm": "SSM", "alibaba_apig": "APIG", "alibaba_kms": "KMS"}


def inventory(path: Path, fleet: Any) -> str:
    """A fleet in one file."""
    told: dict[str, Any] = {"tencent_ssm": {"service": {"enabled": True}}}
    rows = [row(*place, **{"account_id": NUMBERS.get(place[1]), **told.get(place[0], {})}) for place, _made in fleet]
    return write(path, rows, [made for place, records in fleet for made in records])


@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("pack", PACKS)
def test_a_good_fleet_passes_every_pack(tmp_path: Path, pack: str, fleet: str) -> None:
    result = judged([inventory(tmp_path / "a", FLEETS[fleet])], *PACKS[pack]["rules"], params=PACKS[pack]["params"])
    assert (result["verdict"], result["findings"]) == ("pass", [])


@pytest.mark.parametrize("fleet", FLEETS)
def test_a_good_fleet_passes_all_packs_together(tmp_path: Path, fleet: str) -> None:
    rules = [item for pack in PACKS.values() for item in pack["rules"]]
    params = {name: value for pack in PACKS.values() for name, value in pack["params"].items()}
    result = judged([inventory(tmp_path / "a", FLEETS[fleet])], *rules, params=params)
    assert (result["verdict"], result["findings"]) == ("pass", [])


@pytest.mark.parametrize("fleet", FLEETS)
def test_a_good_fleet_passes_the_cookbook(tmp_path: Path, fleet: str) -> None:
    """A rule about an account by name is unknown where there is no such account."""
    path = inventory(tmp_path / "a", FLEETS[fleet])
    result = judged([path], *COOKBOOK, baselines={"release": [path]})
    absent = {"second-region"} if fleet in ("APIG", "KMS") else set()
    assert {finding["rule"] for finding in result["findings"]} == absent
    assert result["verdict"] == ("unknown" if absent else "pass")


@pytest.mark.parametrize("item", [item for item in COOKBOOK if set(item.get("scopes", ())) - {"provider"}], ids=lambda item: item["id"])
def test_a_letter_too_many_in_any_scope_of_the_cookbook_is_not_green(tmp_path: Path, item: dict[str, Any]) -> None:
    path = inventory(tmp_path / "a", FLEETS["both"])
    for key, pattern in item["scopes"].items():
        if key != "provider":
            wrong = {**item, "scopes": {**item["scopes"], key: f"{pattern}x"}}
            wrong.pop("on_empty", None)
            result = judged([path], wrong, baselines={"release": [path]})
            assert result["verdict"] == "unknown"
            (finding,) = findings_of(result, item["id"])
            assert f'no store fits {key} "{pattern}x"' in finding["message"] and "on_empty: not_applicable" in finding["message"]


# --- scopes that fit nothing ---

STATEMENTS: list[dict[str, Any]] = [
    {"expect": {"status": "enabled"}},
    {"fleet": {"required": ["db-main"]}},
    {"fleet": {"forbidden": ["test-*"]}},
    {"fleet": {"count": {"max": 5}}},
    {"fleet": {"count": {"max": 5, "per": ["account", "kind"]}}},
    {"fleet": {"complete": True}},
    {"fleet": {"fresh": {"max_age": "24h"}}},
    {"fleet": {"present_in": ["region"]}},
    {"fleet": {"same": {"fields": ["status"], "by": ["region"]}}},
    {"fleet": {"unique": {"fields": ["name"], "within": ["account", "region"]}}},
    {"fleet": {"unchanged_since": {"baseline": "release"}}},
]


@pytest.mark.parametrize("about", STATEMENTS, ids=lambda about: str(next(iter(about.get("fleet", about)))))
@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ({"account": "*_prod"}, 'no store fits account "*_prod" (did you mean pay-prod?)'),
        ({"account": ["*-prod", "pay-pord"]}, 'no store fits account "pay-pord" (did you mean pay-prod?)'),
        ({"region": "ap-guangzou"}, 'no store fits region "ap-guangzou" (did you mean ap-guangzhou?)'),
        ({"provider": "tencent-*"}, 'no store fits provider "tencent-*" (did you mean tencent_ssm?)'),
        ({"provider": "alibaba_kms"}, 'no store fits provider "alibaba_kms" (known: alibaba_apig, tencent_ssm)'),
        ({"provider": "tencent_ssm", "account": "shop-prod"}, 'no store fits provider "tencent_ssm", account "shop-prod" together with the other scopes'),
        ({"account": "q"}, 'no store fits account "q" (known: pay-dev, pay-prod, shop-dev, shop-prod)'),
    ],
    ids=str,
)
def test_a_scope_that_fits_no_store_never_passes(tmp_path: Path, about: dict[str, Any], scopes: dict[str, Any], told: str) -> None:
    path = inventory(tmp_path / "a", FLEETS["both"])
    result = judged([path], rule(scopes=scopes, **about), baselines={"release": [path]})
    assert (result["verdict"], verdict_of(result)) == ("unknown", "unknown")
    (finding,) = findings_of(result)
    assert finding["message"] == f"{told}. Correct it, or write on_empty: not_applicable if there need be no such store."
    assert next(item for item in result["rules"] if item["id"] == "r")["not_judged"]["empty_scope"] == told.count('"') // 2
    accepted = judged([path], rule(scopes=scopes, on_empty="not_applicable", **about), baselines={"release": [path]})
    assert accepted["verdict"] == "pass" and next(item for item in accepted["rules"] if item["id"] == "r")["not_judged"]["reason"] == told


# --- accounts and regions that predicates name ---

NOWHERE: list[tuple[dict[str, Any], str]] = [
    ({"fleet": {"forbidden": {"where": {"account": "pay-pord"}}}}, 'account "pay-pord" (did you mean pay-prod?)'),
    (
        {"fleet": {"forbidden": {"where": {"region": {"in": ["ap-guangzhou", "us-west-1"]}, "name": "x"}}}},
        'region "us-west-1" (known: ap-guangzhou, ap-shanghai)',
    ),
    ({"fleet": {"forbidden": {"names": ["x"], "where": {"region": {"glob": "eu-*"}}}}}, 'region "eu-*" (known: ap-guangzhou, ap-shanghai)'),
    ({"fleet": {"forbidden": {"where": {"any_of": [{"account": {"regex": "^shop"}}, {"name": "x"}]}}}}, 'account "^shop" (known: pay-dev, pay-prod)'),
    ({"fleet": {"forbidden": {"where": {"account": {"contains_any": ["pay", "shop"]}, "name": "x"}}}}, 'account "shop" (known: pay-dev, pay-prod)'),
    ({"select": {"account": "pay-pord"}, "expect": {"status": "enabled"}}, 'account "pay-pord" (did you mean pay-prod?)'),
    ({"select": {"account": {"in": ["pay-prod", "pay-deev"]}}, "expect": {"status": "enabled"}}, 'account "pay-deev" (did you mean pay-dev?)'),
    ({"select": {"none_of": [{"account": {"ne": "pay-pord"}}]}, "expect": {"status": "enabled"}}, 'account "pay-pord" (did you mean pay-prod?)'),
    ({"expect": {"region": {"ne": "us-west-1"}}}, 'region "us-west-1" (known: ap-guangzhou, ap-shanghai)'),
    ({"expect": {"none_of": [{"region": {"in": ["us-west-1"]}}]}}, 'region "us-west-1" (known: ap-guangzhou, ap-shanghai)'),
    (
        {"expect": {"none_of": [{"query": {"expr": "account == 'pay-pord'", "fields": ["account"]}}]}},
        'account "pay-pord" (did you mean pay-prod?)',
    ),
    ({"expect": {"query": {"expr": "'us-west-1' != region", "fields": ["region"]}}}, 'region "us-west-1" (known: ap-guangzhou, ap-shanghai)'),
    ({"select": {"account": "$who"}, "expect": {"status": "enabled"}}, 'account "pay-pord" (did you mean pay-prod?)'),
    ({"select": {"account": "pay-pord"}, "fleet": {"count": {"max": 5}}}, 'account "pay-pord" (did you mean pay-prod?)'),
    ({"select": {"account": "pay-dev", "region": "ap-shanghai"}, "expect": {"status": "enabled"}}, 'account "pay-dev", region "ap-shanghai" together'),
    (
        {"scopes": {"account": "pay-dev"}, "select": {"region": "ap-shanghai"}, "expect": {"status": "enabled"}},
        'region "ap-shanghai" (did you mean ap-guangzhou?)',
    ),
]


@pytest.mark.parametrize(("about", "told"), NOWHERE, ids=str)
def test_an_account_or_region_that_no_store_has_never_passes(tmp_path: Path, about: dict[str, Any], told: str) -> None:
    """What a rule forbids or chooses there was not looked for."""
    path = inventory(tmp_path / "a", SSM)
    params: dict[str, Any] = {"params": {"who": "pay-pord"}} if "$who" in str(about) else {}
    result = judged([path], rule(**about), **params)
    assert (result["verdict"], verdict_of(result)) == ("unknown", "unknown")
    (finding,) = findings_of(result)
    assert finding["message"] == f"no store fits {told}. Correct it, or write on_empty: not_applicable if there need be no such store."
    assert finding["evidence"][0]["field"] in ("account", "region")
    accepted = judged([path], rule(on_empty="not_applicable", **about), **params)
    assert accepted["verdict"] == "pass" and f"no store fits {told}" in next(item for item in accepted["rules"] if item["id"] == "r")["not_judged"]["reason"]


@pytest.mark.parametrize(
    "about",
    [
        {"expect": {"region": {"in": ["ap-guangzhou", "ap-shanghai", "ap-beijing"]}}},  # what is allowed may be empty
        {"select": {"account": {"ne": "gone"}}, "expect": {"status": "enabled"}},  # what is left out, too
        {"select": {"none_of": [{"region": "ap-beijing"}]}, "expect": {"status": "enabled"}},
        {"fleet": {"forbidden": {"where": {"name": "x", "none_of": [{"account": {"glob": "sandbox-*"}}]}}}},
        {"select": {"provider": {"in": ["tencent_ssm", "alibaba_kms"]}}, "expect": {"status": "enabled"}},  # a fleet need not have every service
        {"expect": {"query": {"expr": "region == 'ap-beijing' || starts_with(region, 'ap-')", "fields": ["region"]}}},
        {"select": {"account": {"present": True}}, "expect": {"status": "enabled"}},
    ],
    ids=str,
)
def test_what_a_rule_allows_or_leaves_out_need_not_be_there(tmp_path: Path, about: dict[str, Any]) -> None:
    assert judged([inventory(tmp_path / "a", SSM)], rule(**about))["verdict"] == "pass"


def test_a_store_that_is_missing_may_be_what_a_predicate_names(tmp_path: Path) -> None:
    """It has a finding of its own; nothing is wrong with the name, and its region may be any."""
    about: dict[str, Any] = {"fleet": {"forbidden": {"where": {"account": "shop-prod", "region": "cn-hangzhou"}}}}
    result = judged([inventory(tmp_path / "a", SSM)], rule(**about), expected=(("alibaba_apig", "shop-prod", None),))
    assert not [finding for finding in findings_of(result) if "no store fits" in finding["message"]]


def test_a_store_that_is_missing_is_in_scope(tmp_path: Path) -> None:
    """It has a finding of its own; the scope is right."""
    path = inventory(tmp_path / "a", SSM)
    result = judged([path], rule(scopes={"account": "shop-prod"}, expect={"status": "enabled"}), expected=(("alibaba_apig", "shop-prod", None),))
    assert [finding["subject"] for finding in findings_of(result)] == ["alibaba_apig/shop-prod//"]


# --- fields that the cloud never offers ---


def about(field: Any) -> list[dict[str, Any]]:
    """Every kind of rule that can read a field, so that it could pass if the field were there."""
    written = [{field.name: {name: argument(name, field)}} for name, operator in OPERATORS.items() if field.types & set(operator.types)]
    predicates = list(filter(can_be_meant, written))
    chosen = [{"select": predicate, "expect": {"status": "enabled"}} for predicate in predicates]
    judging = [{"expect": predicate} for predicate in predicates]
    denied = [{"expect": {"none_of": [predicate]}} for predicate in predicates]
    combined: list[dict[str, Any]] = [
        {"select": {"none_of": predicates[:1]}, "expect": {"status": "enabled"}},
        {"select": {"any_of": predicates[:2]}, "expect": {"status": "enabled"}},
        {"select": {"all_of": [{"status": {"ne": "deleted"}}, *predicates[:1]]}, "expect": {"status": "enabled"}},
        *([{"expect": {"query": {"expr": f"{field.name} == `null`", "fields": [field.name]}}}] if holder(field.name) == field.name else []),
    ]
    fleet: list[dict[str, Any]] = [
        *({"fleet": {"forbidden": {"where": predicate}}} for predicate in predicates),
        *({"select": predicate, "fleet": {"count": {"max": 99}}} for predicate in predicates),
        *({"select": predicate, "fleet": {"count": {"max": 99, "per": ["account", "kind"]}}} for predicate in predicates[:1]),
        *({"select": predicate, "fleet": {"present_in": ["region"]}} for predicate in predicates[:1]),
        *({"select": predicate, "fleet": {"unique": {"fields": ["name"], "within": ["region"]}}} for predicate in predicates[:1]),
        *({"select": predicate, "fleet": {"unchanged_since": {"baseline": "release"}}} for predicate in predicates[:1]),
        {"fleet": {"same": {"fields": [field.name], "by": ["region"]}}},
        {"fleet": {"unique": {"fields": [field.name]}}},
        {"fleet": {"unchanged_since": {"baseline": "release", "fields": [field.name]}}},
    ]
    return [*chosen, *judging, *denied, *combined, *fleet]


def argument(operator: str, field: Any) -> Any:
    """Something that may stand behind an operator."""
    if operator.startswith("contains_"):
        return [argument("contains", field)]
    value = sorted(field.words)[0] if field.words else {"number": 1, "flag": True, "time": "2026-01-01T00:00:00Z"}.get(next(iter(field.types)), "x")
    by_name = {"in": [value], "not_in": [value], "eq": value, "ne": value, "present": True, "absent": True, "size": {"ge": 0}}
    if operator in by_name:
        return by_name[operator]
    if operator == "contains":
        return value
    return "30d" if operator.endswith(("_than", "_within", "_after")) else 1 if operator in ("gt", "ge", "lt", "le") else "x"


NEVER = [
    (provider, name)
    for provider, (name, field) in itertools.product(BY_PROVIDER, catalog(SERVICE_SCHEMAS).items())
    if never_offered(BY_PROVIDER[provider], name)
]


@pytest.mark.parametrize(("provider", "name"), NEVER)
def test_a_rule_on_what_the_cloud_never_offers_never_passes(tmp_path: Path, provider: str, name: str) -> None:
    fleet = FLEETS[FLEET_OF[provider]]
    path = inventory(tmp_path / "a", [*fleet, ((provider, "empty", "r9"), [])])
    rules = [rule(f"r{index}", **item) for index, item in enumerate(about(catalog(SERVICE_SCHEMAS)[name]))]
    result = judged([path], *rules, baselines={"release": [path]})
    for item in rules:
        told = next(each for each in result["rules"] if each["id"] == item["id"])
        assert told["verdict"] == "unknown", item
        assert told["not_judged"]["reason"].endswith(f"secrets not judged: {provider} does not tell {name}"), item
        (finding,) = findings_of(result, item["id"])
        assert finding["message"].startswith("no secret could be judged: ") and "on_empty: not_applicable" in finding["message"]
    accepted = judged([path], *({**item, "on_empty": "not_applicable"} for item in rules), baselines={"release": [path]})
    assert accepted["verdict"] == "pass"


def test_there_are_fields_that_a_cloud_never_offers() -> None:
    assert {provider for provider, name in NEVER} == set(BY_PROVIDER) and len(NEVER) > 10


def test_in_a_fleet_of_two_clouds_the_rule_says_of_how_many_it_could_not_judge(tmp_path: Path) -> None:
    path = inventory(tmp_path / "a", FLEETS["both"])
    result = judged([path], rule(select={"name": {"glob": "*"}}, expect={"rotation_enabled": True}))
    (told,) = [item for item in result["rules"] if item["id"] == "r"]
    assert (told["verdict"], told["checks"]["pass"]) == ("pass", 3)
    reason = "3 of 6 secrets not judged: alibaba_apig does not tell rotation_enabled"
    assert told["not_judged"] == {"never": 3, "empty_scope": 0, "filtered": 0, "reason": reason}


def test_where_a_cloud_answers_that_no_secret_is_chosen_there_is_none(tmp_path: Path) -> None:
    off = [(place, [{**made, "rotation_enabled": False} for made in records]) for place, records in SSM]
    path = inventory(tmp_path / "a", [*off, *APIG])
    result = judged([path], rule(select={"rotation_enabled": True}, expect={"status": "enabled"}))
    assert (result["verdict"], verdict_of(result)) == ("pass", "not_applicable")
    assert "3 of 3 secrets not judged" in next(item for item in result["rules"] if item["id"] == "r")["not_judged"]["reason"]


def test_a_secret_that_does_not_fit_the_rest_of_select_answers_nothing(tmp_path: Path) -> None:
    keys = [record(str(index), "alibaba_apig", kind=kind) for index, kind in enumerate(("ai", "api"))]
    path = write(tmp_path / "a", [row("alibaba_apig")], keys)
    result = judged([path], rule(select={"kind": "ai", "rotation_enabled": True}, expect={"status": "enabled"}))
    assert verdict_of(result) == "unknown"


def test_stores_that_a_filter_narrowed_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2")], [record()], filtered=True)
    allowed: dict[str, Any] = {"allow_filtered": True}
    for about_filter, number in (({}, 2), (allowed, 0)):
        result = judged([path], rule(expect={"status": "enabled"}, **about_filter), rule("fresh", fleet={"fresh": {"max_age": "24h"}}))
        told = {item["id"]: item["not_judged"] for item in result["rules"]}
        assert (told["r"]["filtered"], told["fresh"]["filtered"], told["collection-complete"]["filtered"]) == (number, 0, 0)
        assert told["r"]["reason"] == ("2 stores narrowed by a filter, which this rule does not allow" if number else "")
