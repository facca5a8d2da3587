# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendors' own programs, unchanged, against the emulator: their SDKs and tccli, over plain HTTP and through the proxy under the real host names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_apig20240327 import models as apig_models
from alibabacloud_apig20240327.client import Client as ApigClient
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_sts20150401 import models as ali_sts_models
from alibabacloud_sts20150401.client import Client as AliStsClient
from alibabacloud_tea_openapi.exceptions import ClientException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.kms.v20190118 import models as kms_models_of_tencent
from tencentcloud.kms.v20190118.kms_client import KmsClient as KmsClientOfTencent
from tencentcloud.ssm.v20190923 import models as ssm_models
from tencentcloud.ssm.v20190923.ssm_client import SsmClient
from tencentcloud.sts.v20180813 import models as ten_sts_models
from tencentcloud.sts.v20180813.sts_client import StsClient
from tencentcloud.tag.v20180813 import models as tag_models
from tencentcloud.tag.v20180813.tag_client import TagClient

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from emulator import Emulator  # pylint: disable=wrong-import-position
from emulator.tencent.listing import TYPES  # pylint: disable=wrong-import-position

ALI_KEY, TEN_KEY = ("LTAI5tContractKey", "contract-secret-a"), ("AKIDcontractKey", "contract-secret-t")
TEMPORARY = {"secret": "temporary-secret", "token": "temporary-token+/==", "expires": "+1h"}
CJK = "\u5bc6\u94a5-\u6d4b\u8bd5 a+b~c*d/e"
ROLE = {"name": "Auditor", "external_id": "shop-42"}
WAYS = ("endpoint", "proxy")


@pytest.fixture(name="emulator", scope="module")
def fixture_emulator() -> Iterator[Emulator]:
    """Both clouds, with every kind of secret and of key."""
    ten = {
        "name": "ten",
        "provider": "tencent",
        "account_id": "100000000001",
        "roles": [ROLE],
        "keys": [{"id": TEN_KEY[0], "secret": TEN_KEY[1], "user": "alice"}, {"id": "AKIDtemporary", **TEMPORARY}],
        "regions": [
            {"name": "ap-guangzhou", "generate": {"count": 250}},
            {"name": "ap-denied", "refuse": "denied"},
            {"name": "ap-unbought", "refuse": "not_purchased"},
            {"name": "ap-slow", "behaviour": {"rate_limit": {"per_second": 0}}},
        ],
    }
    ali = {
        "name": "ali",
        "provider": "alibaba",
        "account_id": "1234567890123456",
        "roles": [ROLE],
        "keys": [{"id": ALI_KEY[0], "secret": ALI_KEY[1], "user": "alice"}, {"id": "STS.temporary", **TEMPORARY}],
        "regions": [
            {"name": "cn-hangzhou", "generate": {"count": 250, "raw_fields": True}},
            {"name": "cn-denied", "refuse": "denied"},
            {"name": "cn-slow", "behaviour": {"rate_limit": {"per_second": 0, "retry_after_ms": 700}}},
            {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 250}},
            {"name": "cn-denied", "service": "kms", "refuse": "denied"},
            {"name": "cn-slow", "service": "kms"},
            {"name": "cn-off", "service": "kms", "refuse": "unsupported"},
        ],
    }
    with Emulator({"accounts": [ali, ten]}) as emulator:
        yield emulator


def ali_config(emulator: Emulator, way: str, region: str = "cn-hangzhou", key: tuple[str, str] = ALI_KEY, token: str | None = None) -> Config:
    """Settings that lead the Alibaba SDK to the emulator."""
    where = {"endpoint": f"127.0.0.1:{emulator.port}", "protocol": "http"} if way == "endpoint" else {"https_proxy": emulator.url, "ca": emulator.ca_file}
    return Config(access_key_id=key[0], access_key_secret=key[1], security_token=token, region_id=region, **where)


def ten_profile(emulator: Emulator, way: str, method: str = "POST", unsigned: bool = False, language: str = "zh-CN") -> ClientProfile:
    """Settings that lead the Tencent SDK to the emulator."""
    where = {"endpoint": f"127.0.0.1:{emulator.port}", "protocol": "http"} if way == "endpoint" else {"proxy": emulator.url, "certification": emulator.ca_file}
    profile = ClientProfile(httpProfile=HttpProfile(reqMethod=method, **where), language=language)
    profile.unsignedPayload = unsigned
    return profile


def ssm(emulator: Emulator, way: str, region: str = "ap-guangzhou", key: tuple[str, str] = TEN_KEY, token: str | None = None, **more: Any) -> SsmClient:
    """The SSM client."""
    return SsmClient(Credential(*key, token), region, ten_profile(emulator, way, **more))


def list_request(**parameters: Any) -> ssm_models.ListSecretsRequest:
    """The SDK's request object."""
    request = ssm_models.ListSecretsRequest()
    request.from_json_string(json.dumps(parameters))
    return request


@pytest.mark.parametrize("way", WAYS)
def test_apig_sdk_lists_every_page(emulator: Emulator, way: str) -> None:
    """All rows once, with every field of the SDK's model as the emulator has it."""
    client = ApigClient(ali_config(emulator, way))
    pages = [client.list_secrets(apig_models.ListSecretsRequest(page_number=number, page_size=100)).body for number in (1, 2, 3)]
    rows = [row.to_map() for page in pages for row in page.data.items]
    truth = emulator.secrets("ali", "cn-hangzhou")
    for row in truth:
        del row["description"], row["kmsConfig"]["kmsSecretArn"], row["kmsConfig"]["versionId"]  # the SDK's model lacks what the raw answer has
    assert sorted(rows, key=lambda row: row["secretId"]) == sorted(truth, key=lambda row: row["secretId"])
    assert {(page.code, page.data.total_size, page.data.page_size) for page in pages} == {("Ok", 250, 100)}


@pytest.mark.parametrize("way", WAYS)
def test_apig_sdk_signs_anything(emulator: Emulator, way: str) -> None:
    """Blanks, reserved characters and CJK in a query: the SDK sends '+' for the blank and signs '%20'."""
    body = ApigClient(ali_config(emulator, way)).list_secrets(apig_models.ListSecretsRequest(name_like=CJK, gateway_type="AI", page_size=1)).body
    assert (body.code, body.data.items) == ("Ok", [])


@pytest.mark.parametrize("way", WAYS)
def test_apig_sdk_lists_regions(emulator: Emulator, way: str) -> None:
    """A POST with a query and no body."""
    data = ApigClient(ali_config(emulator, way)).describe_regions(apig_models.DescribeRegionsRequest(language="en")).body.data
    assert [(row.region_id, row.local_name) for row in data][:2] == [("cn-hangzhou", "China (Hangzhou)"), ("cn-denied", "cn-denied")]


@pytest.mark.parametrize("way", WAYS)
def test_kms_sdk_lists_every_page(emulator: Emulator, way: str) -> None:
    """All rows once, with every field of the SDK's model as the emulator has it."""
    client = KmsClient(ali_config(emulator, way))
    pages = [client.list_secrets(kms_models.ListSecretsRequest(fetch_tags="true", page_number=number, page_size=100)).body for number in (1, 2, 3)]
    rows = [row.to_map() for page in pages for row in page.secret_list.secret]
    truth = emulator.secrets("ali", "cn-hangzhou", "kms")
    assert sorted(rows, key=lambda row: row["SecretName"]) == sorted(truth, key=lambda row: row["SecretName"])
    assert {(page.total_count, page.page_size) for page in pages} == {(250, 100)}
    untagged = client.list_secrets(kms_models.ListSecretsRequest(page_size=100)).body.secret_list.secret
    assert len(untagged) == 100 and all(row.tags is None for row in untagged)


@pytest.mark.parametrize("way", WAYS)
def test_kms_sdk_filters_and_signs_anything(emulator: Emulator, way: str) -> None:
    """JSON with blanks, reserved characters and CJK in a query."""
    filters = json.dumps([{"Key": "SecretName", "Values": [CJK]}], ensure_ascii=False)
    body = KmsClient(ali_config(emulator, way)).list_secrets(kms_models.ListSecretsRequest(filters=filters)).body
    assert (body.total_count, body.secret_list.secret) == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_kms_sdk_lists_regions(emulator: Emulator, way: str) -> None:
    """A POST without a query and without a body."""
    regions = KmsClient(ali_config(emulator, way)).describe_regions().body.regions.region
    assert [row.region_id for row in regions] == ["cn-hangzhou", "cn-denied", "cn-slow", "cn-off"]


@pytest.mark.parametrize(
    "region, code, status",
    [("cn-denied", "Forbidden.NoPermission", 403), ("cn-off", "Forbidden.KmsServiceNotEnabled", 403), ("cn-slow", "Rejected.Throttling", 429)],
)
def test_kms_sdk_is_refused(emulator: Emulator, region: str, code: str, status: int) -> None:
    """The SDK's own exception with the documented code."""
    with pytest.raises((ClientException, ThrottlingException)) as caught:
        KmsClient(ali_config(emulator, "proxy", region)).list_secrets(kms_models.ListSecretsRequest())
    assert (caught.value.code, caught.value.status_code) == (code, status)


@pytest.mark.parametrize("way", WAYS)
def test_alibaba_sts_sdk(emulator: Emulator, way: str) -> None:
    """A user assumes a role; its keys list secrets and say who they are."""
    client = AliStsClient(ali_config(emulator, way))
    assert client.get_caller_identity().body.to_map()["IdentityType"] == "RAMUser"
    policy = '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["apig:ListSecrets", "sts:GetCallerIdentity"], "Resource": "*"}]}'
    request = ali_sts_models.AssumeRoleRequest(
        role_arn="acs:ram::1234567890123456:role/Auditor", role_session_name="s-1", external_id="shop-42", duration_seconds=900, policy=policy
    )
    credentials = client.assume_role(request).body.credentials
    config = ali_config(emulator, way, key=(credentials.access_key_id, credentials.access_key_secret), token=credentials.security_token)
    assert ApigClient(config).list_secrets(apig_models.ListSecretsRequest()).body.data.total_size == 250
    identity = AliStsClient(config).get_caller_identity().body
    assert (identity.identity_type, identity.account_id) == ("AssumedRoleUser", "1234567890123456")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "key, token, code, status",
    [
        ((ALI_KEY[0], "wrong"), None, "SignatureDoesNotMatch", 400),
        (("LTAInobody", "x"), None, "InvalidAccessKeyId.NotFound", 404),
        (("STS.temporary", "temporary-secret"), "wrong", "InvalidSecurityToken.Malformed", 400),
        (("STS.temporary", "temporary-secret"), None, "MissingSecurityToken", 400),
    ],
)
def test_apig_sdk_is_refused(emulator: Emulator, way: str, key: tuple[str, str], token: str | None, code: str, status: int) -> None:
    """The SDK's own exception with the documented code."""
    with pytest.raises(ClientException) as caught:
        ApigClient(ali_config(emulator, way, key=key, token=token)).list_secrets(apig_models.ListSecretsRequest())
    assert (caught.value.code, caught.value.status_code) == (code, status)


def test_apig_sdk_with_a_token(emulator: Emulator) -> None:
    """The right token opens the door."""
    config = ali_config(emulator, "proxy", key=("STS.temporary", "temporary-secret"), token=TEMPORARY["token"])
    assert ApigClient(config).list_secrets(apig_models.ListSecretsRequest()).body.data.total_size == 250


def test_apig_sdk_in_a_denied_region(emulator: Emulator) -> None:
    """The exception carries AccessDeniedDetail."""
    with pytest.raises(ClientException) as caught:
        ApigClient(ali_config(emulator, "proxy", "cn-denied")).list_secrets(apig_models.ListSecretsRequest())
    assert (caught.value.code, caught.value.status_code) == ("Forbidden.RAM", 403)
    assert caught.value.access_denied_detail["AuthAction"] == "apig:ListSecrets"


def test_apig_sdk_is_throttled(emulator: Emulator) -> None:
    """The SDK reads x-acs-retry-after in milliseconds."""
    with pytest.raises(ThrottlingException) as caught:
        ApigClient(ali_config(emulator, "proxy", "cn-slow")).list_secrets(apig_models.ListSecretsRequest())
    assert (caught.value.code, caught.value.retry_after) == ("Throttling.User", 700)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_ssm_sdk_lists_every_partition(emulator: Emulator, way: str, method: str) -> None:
    """Types and encryptions together are everything, with every field of the SDK's model as the emulator has it."""
    client = ssm(emulator, way, method=method)
    rows: list[dict[str, Any]] = []
    for kind in range(5):
        for encryption in (0, 1):
            for offset in (0, 100, 200):
                response = client.ListSecrets(list_request(SecretType=kind, EncryptType=encryption, Offset=offset, Limit=100, OrderType=1))
                assert response.TotalCount == 250
                rows += [json.loads(row.to_json_string()) for row in response.SecretMetadatas]
    truth = emulator.secrets("ten", "ap-guangzhou")
    assert sorted(rows, key=lambda row: row["SecretName"]) == sorted(truth, key=lambda row: row["SecretName"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("more", [{}, {"method": "GET"}, {"unsigned": True}, {"language": "en-US"}])
def test_ssm_sdk_signs_anything(emulator: Emulator, way: str, more: dict[str, Any]) -> None:
    """CJK, blanks, nested filters; POST, GET and unsigned payload."""
    request = list_request(SearchSecretName=CJK, TagFilters=[{"TagKey": "env", "TagValue": ["\u6d4b\u8bd5", "b c"]}], State=1)
    response = ssm(emulator, way, **more).ListSecrets(request)
    assert (response.TotalCount, response.SecretMetadatas) == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_ssm_sdk_lists_regions(emulator: Emulator, way: str) -> None:
    """GetRegions."""
    assert ssm(emulator, way).GetRegions(ssm_models.GetRegionsRequest()).Regions == ["ap-guangzhou", "ap-denied", "ap-unbought", "ap-slow"]


@pytest.mark.parametrize("way", WAYS)
def test_ssm_sdk_reads_details(emulator: Emulator, way: str) -> None:
    """A secret, its versions and rotations, keys and tags, each in the SDK's own model."""
    client, profile = ssm(emulator, way), ten_profile(emulator, way)
    row = next(row for row in emulator.secrets("ten", "ap-guangzhou") if row["SecretType"] == 1 and row["Status"] == "Enabled")
    asked = json.dumps({"SecretName": row["SecretName"]})
    models = (ssm_models.DescribeSecretRequest(), ssm_models.ListSecretVersionIdsRequest(), ssm_models.DescribeRotationHistoryRequest())
    for model in models:
        model.from_json_string(asked)
    described, versions, history = client.DescribeSecret(models[0]), client.ListSecretVersionIds(models[1]), client.DescribeRotationHistory(models[2])
    assert (described.CreateTime, described.AccountInfoList[0].Version, versions.Versions[0].CreateTime) == (
        row["CreateTime"],
        "SSM_Current",
        row["CreateTime"],
    )
    assert (history.TotalCount, client.GetServiceStatus(ssm_models.GetServiceStatusRequest()).TotalCount) == (0, 250)
    keys = kms_models_of_tencent.ListKeyDetailRequest()
    keys.Limit = 200
    found = KmsClientOfTencent(Credential(*TEN_KEY), "ap-guangzhou", profile_for(profile, "kms", way)).ListKeyDetail(keys)
    assert row["KmsKeyId"] in [key.KeyId for key in found.KeyMetadatas] or row["KmsKeyType"] == "DEFAULT"
    assert all(value is not None for key in found.KeyMetadatas for name, value in vars(key).items() if name.lstrip("_") in ("KeyId", "KeyState", "Owner"))
    tags = tag_models.DescribeResourceTagsByResourceIdsRequest()
    ident = f"creatorUin/{row['CreateUin']}/{row['SecretName']}"
    tags.from_json_string(json.dumps({"ServiceType": "ssm", "ResourcePrefix": "secret", "ResourceIds": [ident], "ResourceRegion": "ap-guangzhou"}))
    told = TagClient(Credential(*TEN_KEY), "ap-guangzhou", profile_for(profile, "tag", way)).DescribeResourceTagsByResourceIds(tags)
    assert [(tag.ResourceId, tag.TagKey) for tag in told.Tags] == [(ident, "env"), (ident, "team")] and told.TotalCount == 2


def profile_for(profile: ClientProfile, service: str, way: str) -> ClientProfile:
    """The same for another service, which has a host of its own unless everything goes to the emulator."""
    if way == "proxy":
        profile.httpProfile.endpoint = f"{service}.tencentcloudapi.com"
    return profile


@pytest.mark.parametrize("way", WAYS)
def test_tencent_sts_sdk(emulator: Emulator, way: str) -> None:
    """A user assumes a role; its keys list secrets and say who they are."""
    client = StsClient(Credential(*TEN_KEY), "ap-guangzhou", ten_profile(emulator, way))
    assert client.GetCallerIdentity(ten_sts_models.GetCallerIdentityRequest()).Type == "CAMUser"
    request = ten_sts_models.AssumeRoleRequest()
    request.from_json_string(
        json.dumps({"RoleArn": "qcs::cam::uin/100000000001:roleName/Auditor", "RoleSessionName": "s-1", "ExternalId": "shop-42", "DurationSeconds": 900})
    )
    given = client.AssumeRole(request).Credentials
    assert ssm(emulator, way, key=(given.TmpSecretId, given.TmpSecretKey), token=given.Token).ListSecrets(list_request()).TotalCount == 250
    temporary = StsClient(Credential(given.TmpSecretId, given.TmpSecretKey, given.Token), "ap-guangzhou", ten_profile(emulator, way))
    identity = temporary.GetCallerIdentity(ten_sts_models.GetCallerIdentityRequest())
    assert (identity.Type, identity.AccountId) == ("CAMRole", "100000000001")


@pytest.mark.parametrize("way", WAYS)
def test_common_client(emulator: Emulator, way: str) -> None:
    """The SDK without models."""
    client = CommonClient("ssm", "2019-09-23", Credential(*TEN_KEY), "ap-guangzhou", ten_profile(emulator, way))
    response = client.call_json("ListSecrets", {"Limit": 3, "SearchSecretName": ""})["Response"]
    assert len(response["SecretMetadatas"]) == 3 and response["TotalCount"] == 250


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "call, code",
    [
        (lambda emulator, way: ssm(emulator, way, key=(TEN_KEY[0], "wrong")), "AuthFailure.SignatureFailure"),
        (lambda emulator, way: ssm(emulator, way, key=("AKIDnobody", "x")), "AuthFailure.SecretIdNotFound"),
        (lambda emulator, way: ssm(emulator, way, key=("AKIDtemporary", "temporary-secret"), token="wrong"), "AuthFailure.TokenFailure"),
        (lambda emulator, way: ssm(emulator, way, key=("AKIDtemporary", "temporary-secret")), "AuthFailure.TokenFailure"),
        (lambda emulator, way: ssm(emulator, way, "ap-denied"), "UnauthorizedOperation"),
        (lambda emulator, way: ssm(emulator, way, "ap-unbought"), "ResourceUnavailable.NotPurchased"),
        (lambda emulator, way: ssm(emulator, way, "ap-nowhere"), "UnsupportedRegion"),
        (lambda emulator, way: ssm(emulator, way, "ap-slow"), "RequestLimitExceeded"),
    ],
)
def test_ssm_sdk_is_refused(emulator: Emulator, way: str, call: Callable[[Emulator, str], SsmClient], code: str) -> None:
    """The SDK's own exception with the documented code and a request id."""
    with pytest.raises(TencentCloudSDKException) as caught:
        call(emulator, way).ListSecrets(list_request())
    assert caught.value.get_code() == code and caught.value.get_request_id()


def test_ssm_sdk_with_a_token(emulator: Emulator) -> None:
    """The right token opens the door."""
    client = ssm(emulator, "proxy", key=("AKIDtemporary", "temporary-secret"), token=TEMPORARY["token"])
    assert client.ListSecrets(list_request()).TotalCount == 250


@pytest.mark.parametrize("host", ["ssm.ap-guangzhou.tencentcloudapi.com", "ssm.intl.tencentcloudapi.com", "ssm.internal.tencentcloudapi.com"])
def test_ssm_sdk_on_other_hosts(emulator: Emulator, host: str) -> None:
    """Regional, international and internal names of the same service."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=host, proxy=emulator.url, certification=emulator.ca_file))
    assert SsmClient(Credential(*TEN_KEY), "ap-guangzhou", profile).ListSecrets(list_request()).TotalCount == 250
    assert emulator.requests()[-1]["host"] == host


def test_sdk_reaches_no_other_host(emulator: Emulator) -> None:
    """The proxy leads to the emulated services only."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint="cvm.tencentcloudapi.com", proxy=emulator.url, certification=emulator.ca_file))
    with pytest.raises(TencentCloudSDKException, match="502"):
        SsmClient(Credential(*TEN_KEY), "ap-guangzhou", profile).ListSecrets(list_request())


def tccli(emulator: Emulator, folder: Path, way: str, *words: str, key: tuple[str, str] = TEN_KEY) -> tuple[int, str]:
    """(exit code, what it said). It trusts certifi's list alone, so behind the proxy a certifi that names the emulator's CA stands in for that."""
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "LANG": "C.UTF-8"}
    options = ["--secretId", key[0], "--secretKey", key[1], "--region", "ap-guangzhou"]
    if way == "endpoint":
        options += ["--endpoint", emulator.url]
    else:
        (folder / "certifi").mkdir()
        (folder / "certifi" / "__init__.py").write_text(f"def where():\n    return {emulator.ca_file!r}\n")
        environment.update(emulator.environment())
    command = [sys.executable, "-c", "import sys; from tccli.main import main; sys.exit(main())", *words, *options]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "words, name, expected",
    [
        (("ssm", "ListSecrets", "--Limit", "3", "--SecretType", "1", "--TagFilters", '[{"TagKey": "env"}]'), "TotalCount", 250),
        (("ssm", "GetServiceStatus"), "TotalCount", 250),
        (("kms", "ListKeyDetail", "--Role", "1"), "TotalCount", 1),
        (("ssm", "GetRegions"), "Regions", ["ap-guangzhou", "ap-denied", "ap-unbought", "ap-slow"]),
        (("sts", "GetCallerIdentity"), "AccountId", "100000000001"),
    ],
)
def test_tccli(emulator: Emulator, tmp_path: Path, way: str, words: tuple[str, ...], name: str, expected: Any) -> None:
    """The vendor's command line as a process of its own."""
    code, output = tccli(emulator, tmp_path, way, *words)
    assert code == 0, output
    assert json.loads(output)[name] == expected


@pytest.mark.parametrize("way", WAYS)
def test_tccli_is_refused(emulator: Emulator, tmp_path: Path, way: str) -> None:
    """It prints the documented code."""
    code, output = tccli(emulator, tmp_path, way, "ssm", "ListSecrets", key=(TEN_KEY[0], "wrong"))
    assert code != 0 and "AuthFailure.SignatureFailure" in output


def test_emulator_serves_what_the_vendor_defines(emulator: Emulator) -> None:
    """Parameters and fields are exactly those of the vendors' own definitions."""
    definition = json.loads(resources.files("tccli").joinpath("services/ssm/v20190923/api.json").read_text(encoding="utf-8"))["objects"]
    assert set(TYPES) == {member["name"] for member in definition["ListSecretsRequest"]["members"]}
    fields = {member["name"]: member["type"] for member in definition["SecretMetadata"]["members"]}
    python = {"string": str, "int": int, "bool": bool, "list": list}
    for row in emulator.secrets("ten", "ap-guangzhou"):
        assert {name: type(value) for name, value in row.items()} == {name: python[kind] for name, kind in fields.items()}
    sample = apig_models.ListSecretsResponseBodyDataItems().from_map(emulator.secrets("ali", "cn-hangzhou")[0])
    assert None not in vars(sample).values() and None not in vars(sample.kms_config).values()
    rows = emulator.secrets("ali", "cn-hangzhou", "kms")
    samples = [kms_models.ListSecretsResponseBodySecretListSecret().from_map(row) for row in rows]
    assert {name for sample in samples for name, value in vars(sample).items() if value is not None} == set(vars(samples[0]))
    assert all(sample.to_map() == row for sample, row in zip(samples, rows))
