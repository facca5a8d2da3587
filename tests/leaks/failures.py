# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends of a task: answers of the cloud, faults of the network, wrong options, and exceptions inside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ansible.release import __version__ as ANSIBLE
from places import ALIBABA, CLOUDS, ROLE, Cloud, Place, echo, find, number_of, places

from ansible_collections.multicloud.secrets.plugins import module_utils
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec

PACKAGE = "ansible_collections.multicloud.secrets.plugins"
MEMBER = "-member"
"""What follows in the name of an account that belongs to that of a place."""
LIST_OF_MEMBERS = {"alibaba": "ListAccounts", "tencent": "DescribeOrganizationMembers"}
Behaviour = Callable[[Place, str], Mapping[str, Any]]


def error(code: str | None = None, status: int | None = None) -> Behaviour:
    """An error of the cloud whose message repeats the key; without a code the code does."""

    def behaviour(_place: Place, echoed: str) -> Mapping[str, Any]:
        return {"act": "error", "code": code or echoed[:120], "message": echoed, **({"status": status} if status else {})}

    return behaviour


def answer(body: str, **more: Any) -> Behaviour:
    """A body that is none of the cloud's; %s stands for the key."""
    return lambda _place, echoed: {"act": "answer", "body": body.replace("%s", echoed), **more}


def named(word: str) -> Behaviour:
    """An error whose code is the cloud's word for something."""
    return lambda place, echoed: error(getattr(place.cloud, word))(place, echoed)


# What a region answers, by its name. The echo is cut, lest the end of a message is all that is not told.
ANSWERS: dict[str, Behaviour] = {
    "none": lambda _place, _echoed: {},
    "refused-echo": named("refused"),
    "denied-echo": named("denied"),
    "expired-token": named("expired"),
    "throttled-echo": error("RequestLimitExceeded"),
    "internal-echo": error("InternalError", 500),
    "code-echo": error(),
    "broken-json": answer('{"Response": "%s'),
    "not-json": answer("%s"),
    "not-an-object": answer('["%s"]'),
    "html": answer("<html><title>%s</title></html>", headers={"Content-Type": "text/html"}),
    "status-echo": answer("%s", status=418),
    "redirect": lambda _place, echoed: {"act": "redirect", "location": f"https://example.com/?{quote(echoed)}"},
    "header-echo": lambda _place, echoed: {"act": "html", "headers": {"Retry-After": echoed[:90], "X-Acs-Request-Id": echoed[:90]}},
    "timeout": lambda _place, _echoed: {"act": "stall", "seconds": 5},
    "reset": lambda _place, _echoed: {"act": "reset"},
    "cut-off": lambda _place, _echoed: {"act": "truncate", "missing": 20},
    "encoding": lambda _place, _echoed: {"act": "encoding", "name": "utf-16"},
}
NETWORK = {"tls": "untrusted", "proxy-407": "strict", "proxy-gone": "gone"}
"""Failures of the way to the cloud, and the emulator behind the proxy that shows them."""


def region_of(cloud: Cloud, failure: str) -> str:
    """The region where a failure happens."""
    return f"{'cn' if cloud is ALIBABA else 'ap'}-{failure}"


def fleet(cloud: Cloud) -> dict[str, Any]:
    """A cloud with an account for each place, and a region for each answer. Whoever asks who he is gets an echo too."""
    known = [place for place in places(cloud) if "id" in place.parts]
    companies = [place for place in known if "member-external" in place.parts]
    return {"accounts": [*(account(without_roles(place)) for place in known), *map(member, companies)], "organizations": list(map(organization, companies))}


def without_roles(place: Place) -> Place:
    """The place of the management account, which repeats no key of a member: nobody has one yet when it answers."""
    own = tuple(part for part in place.parts if not part.startswith("assumed-"))
    return replace(place, parts=own) if "member-external" in own else place


def organization(place: Place) -> dict[str, Any]:
    """The organization of a place's account, whose member is called by the key."""
    row = {"account_id": member(place)["account_id"], "name": echo(without_roles(place))[:900]}
    return {"id": number_of(place), "provider": place.cloud.name, "manager": number_of(place), "members": [row]}


def member(place: Place) -> dict[str, Any]:
    """The account of that member, with the same regions."""
    role = {"name": ROLE, "trusts": [place.label], "external_id": place.canary("member-external")}
    return {**account(place), "name": place.label + MEMBER, "account_id": f"9{number_of(place)}", "keys": [], "roles": [role]}


def account(place: Place) -> dict[str, Any]:
    """The account of one place."""
    key = {"id": place.canary("id"), "secret": place.canary("secret"), **({"token": place.canary("token")} if "token" in place.parts else {})}
    number, echoed = number_of(place), echo(place)
    who = [] if "member-external" in place.parts else [fault(error("InvalidParameter")(place, echoed), action="GetCallerIdentity")]
    if place.name == "options-role-refused":
        who.append(fault(error(place.cloud.denied)(place, echoed), action="AssumeRole"))
    if place.name == "organization-refused":
        who.append(fault(error(place.cloud.denied)(place, echoed), action=LIST_OF_MEMBERS[place.cloud.name]))
    external = {"external_id": place.canary("external")} if "external" in place.parts else {}
    return {
        "name": place.label,
        "provider": place.cloud.name,
        "account_id": number,
        "keys": [key],
        "roles": [{"name": ROLE, **external}],
        "regions": [*(region(place, name, behaviour(place, echoed)) for name, behaviour in ANSWERS.items()), *second_regions(place)],
        "behaviour": {"faults": who},
    }


def fault(act: Mapping[str, Any], **match: str) -> dict[str, Any]:
    """A fault that never ends."""
    return {**act, "match": match, "times": "forever"} if match else {**act, "times": "forever"}


def region(place: Place, name: str, act: Mapping[str, Any]) -> dict[str, Any]:
    """A region with one secret, whose texts hold the key too."""
    told = echo(place)[:900]
    uses = [{"gatewayId": told, "ServiceConfig": {"name": told, told: told}}]
    words = {"name": told, "description": told, "references": uses} if place.cloud is ALIBABA else {"SecretName": "one", "Description": told}
    secret = {**words, "extra": {canary: canary for canary in place.canaries().values()}}
    made = {"name": region_of(place.cloud, name), "secrets": [secret]}
    return {**made, "behaviour": {"faults": [fault(act)]}} if act else made


def second_regions(place: Place) -> Iterator[dict[str, Any]]:
    """The same regions of the cloud's second service, whose tags hold the key too. What the first answers holds for both."""
    told = echo(place)[:900]
    for name in ANSWERS if place.cloud.second else ():
        secret = {"SecretName": "one", "SecretType": "Rds", "tags": {told: told}, "extra": {told: told}}
        more = {"Description": told, "DKMSInstanceId": "kst-1", "ExtendedConfig": told, "policy": told, "describes": {told: told}}
        yield {"name": region_of(place.cloud, name), "service": "kms", "secrets": [{**secret, **more}]}


@dataclass(frozen=True)
class Wrong:
    """Options that are refused, and the places that stand in them."""

    name: str
    options: dict[str, Any]
    places: tuple[str, ...]


def key_options(spec: Mapping[str, Any], cloud: Cloud) -> list[str]:
    """The options that hold credentials."""
    return [name for name, rule in spec.items() if rule.get("no_log") or name == cloud.options[0]]


def spec_of(cloud: Cloud) -> dict[str, Any]:
    """The argument spec of a cloud's module."""
    return argument_spec(provider_of(cloud.module).options)


def provider_of(module: str) -> Any:
    """The service of a module."""
    return import_module(f"{PACKAGE}.modules.{module}").PROVIDER


def mistyped(name: str) -> list[str]:
    """An option's name as it comes out in a hurry."""
    return [name.replace("_", "-") + "x", name[:-2] + name[-1] + name[-2] + "s", name.upper(), f"{name}:"]


def wrong_options(cloud: Cloud) -> Iterator[Wrong]:
    """Every kind of misuse, generated from the argument spec where that is possible."""
    spec = spec_of(cloud)
    entry = spec["accounts"]["options"]
    top, misplaced = find(cloud, "top-role").options(), find(cloud, "misplaced").canary("secret")
    region_name = region_of(cloud, "none")
    base = {"region": region_name, "assume_role_arn": cloud.arn.format(number="100000000001"), **top}
    some = {"name": "options", **find(cloud, "options").options()}
    names = ("top-role", "misplaced")
    for option in key_options(spec, cloud):
        for kind, value in {"list": [misplaced], "mapping": {"a": misplaced}, "nested": [[{misplaced: misplaced}]]}.items():
            yield Wrong(f"{option} is a {kind}", {**base, option: value}, names)
    for option in key_options(entry, cloud):
        for kind, value in {"list": [misplaced], "mapping": {"a": misplaced}}.items():
            yield Wrong(f"{option} of an account is a {kind}", {"region": region_name, "accounts": [{**some, option: value}]}, ("options", "misplaced"))
    mangled = {bad: misplaced for option in key_options(spec, cloud) for bad in mistyped(option)}
    yield Wrong("mistyped options", {**base, **mangled}, names)
    yield Wrong("mistyped options of an account", {"region": region_name, "accounts": [{**some, **mangled}]}, ("options", "misplaced"))
    yield Wrong("no such options", {**base, **dict.fromkeys(("access_key", "apikey", "credentials"), {"id": misplaced, "more": [misplaced]})}, names)
    secret = cloud.options[1]
    shapes: dict[str, Any] = {
        "a text": f"name=x {secret}={misplaced}",
        "a text of JSON": json.dumps([{"name": "x", secret: misplaced}]),
        "a text of broken JSON": json.dumps([{"name": "x", secret: misplaced}])[:-1],
        "a list of texts": [misplaced],
        "a list of lists": [[{"name": "x", secret: misplaced}]],
        "a mapping": {"x": {secret: misplaced}},
        "a list of pairs": [f"{secret}={misplaced}"],
        "without names": [{secret: misplaced}],
        "twice": [some, some],
    }
    for kind, value in shapes.items():
        yield Wrong(f"accounts are {kind}", {"region": region_name, "accounts": value}, ("options", "misplaced"))
    company = {**some, "organization": {"role": ROLE}, "organization_external_id": f"{misplaced} x"}
    yield Wrong("an external id of members with a space", {"region": region_name, "accounts": [company]}, ("options", "misplaced"))
    stray = {**some, "organization_external_id": misplaced}
    yield Wrong("an external id of members without an organization", {"region": region_name, "accounts": [stray]}, ("options", "misplaced"))
    yield Wrong("accounts beside keys", {**base, "accounts": [some]}, (*names, "options"))
    yield Wrong("several sources", {"region": region_name, "accounts": [{**some, "profile": "plain"}]}, ("options",))
    slips: dict[str, Any] = {
        "a profile beside keys": {"profile": "plain"},
        "region and regions": {"regions": [region_name]},
        "a region that is none": {"region": "no/region"},
        "a number out of range": {"page_size": 0},
        "a number that is none": {"page_size": "many"},
        "a choice that is none": {"on_error": "perhaps"},
        "a query that is none": {"query": "[?"},
        "a role that is none": {"assume_role_arn": "a role"},
        "an external id without a role": {"assume_role_arn": None},
        "a folder for a CA": {"ca_path": "/proc"},
        "a dest that is a folder": {"dest": "/"},
        "a progress that is a folder": {"progress": "/"},
        "half a key": {cloud.options[0]: None},
        "the other half": {secret: None},
        "only a token": {cloud.options[0]: None, secret: None, cloud.options[2]: misplaced},
        "a key with a space": {secret: f"{misplaced} x"},
        "a key with a line break": {secret: f"{misplaced}\n{misplaced}"},
        "a key with an umlaut": {secret: f"{misplaced}\u00fc"},
        "a key that is far too long": {secret: misplaced * 200},
        "an external id with a space": {"assume_role_external_id": f"{misplaced} x"},
        "a proxy without a scheme": {"proxy": f"leaks:{misplaced}@127.0.0.1:9"},
        "a proxy of another scheme": {"proxy": f"gopher://leaks:{quote(misplaced, safe='')}@127.0.0.1:9"},
        "a proxy with a port that is none": {"proxy": f"http://leaks:{quote(misplaced, safe='')}@127.0.0.1:99999"},
        "a proxy with a bare password": {"proxy": f"http://leaks:{misplaced}@127.0.0.1:9"},
    }
    for name, options in slips.items():
        given = {**base, **options}
        yield Wrong(name, {option: value for option, value in given.items() if value is not None}, names)
    yield Wrong("half a key in the environment", {"region": region_name, "accounts": [{"name": "half", "credentials_env": "BROKEN_"}]}, ("half",))


def folder_of(module: str) -> str:
    """The folder of a module's service: _alibaba.kms."""
    return "_" + module.removesuffix("_secrets_info").replace("_", ".")


# What a listing does not pass, or passes only on its way out.
ABSENT = ("_audit", "_changes", "_report", "_fleet", "_services", "_core.version", "_core.clock")


EVERY = not ANSIBLE.startswith(("2.16.", "2.19."))


def layers(cloud: Cloud, every: bool = EVERY) -> list[str]:
    """The files of module_utils in which something is to break: all that a listing of the cloud's first service may pass.

    every: or else the last file of each folder. What an older ansible-core shows of an exception does not depend on the file.
    """
    folder = Path(next(iter(module_utils.__path__)))
    found = [".".join(file.relative_to(folder).with_suffix("").parts) for file in sorted(folder.rglob("*.py")) if file.name != "__init__.py"]
    others = (*(f"_{each.name}." for each in CLOUDS if each != cloud), *([f"{folder_of(cloud.second)}."] if cloud.second else []))
    passed = [name for name in found if not name.startswith(others) and not any(name == absent or name.startswith(f"{absent}.") for absent in ABSENT)]
    return passed if every else list({name.rpartition(".")[0]: name for name in passed}.values())
