# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is listed, with its details, as rules judge it: from the cloud's answers to the findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, rule
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing, fleet

APIG, KMS = Listing(alibaba_apig_secrets_info.PROVIDER), Listing(alibaba_kms_secrets_info.PROVIDER)
ACCOUNT = "100000000001"
REGIONS = ["cn-hangzhou", "cn-shanghai"]
OPTIONS: dict[str, Any] = {"identify": True, "rate_limit": 1000, "on_error": "report"}


def behind(name: str, region: str, secret: str, key: str) -> dict[str, Any]:
    """A secret of APIG, with the secret of KMS behind it and the key of that."""
    return {"secretId": f"sec-{name}", "name": name, "kmsConfig": {"kmsSecretArn": f"acs:kms:{region}:{ACCOUNT}:secret/{secret}", "kmsKeyId": key}}


WORLD = fleet(
    "alibaba",
    {
        "name": "cn-hangzhou",
        "secrets": [behind("a-unseen", "cn-shanghai", "aigw!far", "key-1"), behind("b-whole", "cn-hangzhou", "aigw!near", "key-1")]
        + [behind("c-dangles", "cn-hangzhou", "aigw!gone", "key-2")],
    },
    {"name": "cn-hangzhou", "service": "kms", "secrets": [{"SecretName": "aigw!near", "OwingService": "aigw"}], "keys": {"key-1": "Enabled", "key-2": "Gone"}},
    {"name": "cn-shanghai", "service": "kms", "secrets": [{"SecretName": "aigw!far", "OwingService": "aigw"}], "refuse": "denied"},
)


def found(folder: Path, about: dict[str, Any], **details: Any) -> list[tuple[str, str | None, str]]:
    """The findings of a rule over both services."""
    gates, vaults = str(folder / "gates"), str(folder / "vaults")
    with Emulator(WORLD) as emulator:
        through = {**OPTIONS, "proxy": emulator.url, "ca_path": emulator.ca_file}
        assert APIG.list(region="cn-hangzhou", dest=gates, **through, **details)["complete"]
        assert [row["status"] for row in KMS.list(regions=REGIONS, dest=vaults, **through)["stores"]] == ["complete", "failed"]
    result = judged([gates, vaults], rule(**about), as_of="2199-01-01T00:00:00Z", max_age=10**10)
    return [(finding["verdict"], finding["name"], finding["message"]) for finding in findings_of(result)]


def test_a_secret_of_apig_that_points_to_nothing_fails_and_one_that_points_to_where_nobody_could_look_is_unknown(tmp_path: Path) -> None:
    fails, unknown = found(tmp_path, {"fleet": {"resolves": {"field": "attributes.kms_secret_arn", "service": "alibaba_kms"}}})
    assert fails == ("fail", "c-dangles", "refers to aigw!gone, which does not exist in alibaba_kms/default/cn-hangzhou")
    assert unknown[:2] == ("unknown", "a-unseen") and "alibaba_kms/default/cn-shanghai is failed (Forbidden.NoPermission" in unknown[2]


def test_a_key_that_kms_does_not_know_fails_and_one_of_which_nobody_asked_is_unknown(tmp_path: Path) -> None:
    about = {"scopes": {"provider": "alibaba_apig"}, "fleet": {"resolves": {"field": "kms_key_id", "service": "alibaba_kms"}}}
    assert found(tmp_path, about, details=["keys"]) == [("fail", "c-dangles", "refers to key-2, which does not exist in the keys of cn-hangzhou")]
    unasked = found(tmp_path, about)
    assert {verdict for verdict, _name, _message in unasked} == {"unknown"} and len(unasked) == 3
    assert all(message.endswith("its state is not known: it was not asked for (details: keys)") for _verdict, _name, message in unasked)
