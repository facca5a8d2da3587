# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of Alibaba Cloud: 4xx statuses, the gateway's body in CamelCase, APIG's own in lower case, that of KMS with the status.

Source of the codes and statuses: the vendor's public error center and pages 434846 and 51132. Source of the wordings: those pages and public issue
threads that quote them (aliyun-ddns-cli#27, alibabacloud-csharp-sdk#40, ddns-go#1291 and others). AccessDeniedDetail: the official SDK.
"""

from __future__ import annotations

import base64

from ..calls import ApiError, Call, compact, json_response
from ..wire import Response

CONTENT_TYPE = "application/json;charset=utf-8"
PRODUCT_CODES = frozenset(("InvalidParameter", "NotFound.SecretNotFound"))
MESSAGES = {
    "AuthenticationFail.NoPermission": (400, "This OIDC provider may not assume the role, or the token does not meet its conditions."),
    "AuthenticationFail.OIDCToken.Invalid": (400, "This JSON Web Token is invalid."),
    "EntityNotExists.ResourceDirectory": (404, "The specified resource directory does not exist."),
    "EntityNotExist.Role": (404, "The role not exists."),
    "Forbidden.AccessKeyDisabled": (403, "The AccessKey is disabled."),
    "Forbidden.RAM": (403, "User not authorized to operate on the specified resource, or this API doesn't support RAM."),
    "IncompleteSignature": (400, "The request signature does not conform to Alibaba Cloud standards."),
    "InvalidAccessKeyId.Inactive": (400, "Specified access key is disabled."),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidApi.NotFound": (404, "Specified api is not found, please check your url and method."),
    "InvalidParameter": (400, "The specified parameter is invalid."),
    "InvalidParameter.DurationSeconds": (400, "The Min/Max value of DurationSeconds is 15min/1hr."),
    "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
    "InvalidParameter.RoleArn": (400, "The parameter RoleArn is wrongly formed."),
    "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
    "InvalidProduct.NotFound": (404, "Cannot find product according to your specified domain."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidSecurityToken.Malformed": (400, "Specified SecurityToken is malformed."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "Specified SecurityToken is mismatch with the AccessKey."),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "InvalidVersion": (400, "Specified parameter Version is not valid."),
    "MissingAccessKeyId": (400, "AccessKeyId is mandatory for this action."),
    "MissingSecurityToken": (400, "SecurityToken is mandatory for this action."),
    "NoPermission": (403, "You are not authorized to do this action. You should be authorized by RAM."),
    "NoPermission.ResourceDirectory.MemberAccount": (403, "A member of the resource directory may not do this."),
    "ResourceDirectoryNotInUse": (404, "The resource directory is not in use."),
    "NotFound.SecretNotFound": (404, "The specified secret is not found."),
    "SignatureDoesNotMatch": (400, "Specified signature does not match our calculation."),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "Throttling.User": (400, "Request was denied due to user flow control."),
}
KMS_MESSAGES = {
    "Forbidden.KeyPolicyUnSupported": (400, "The secret does not support a policy."),
    "Forbidden.KmsServiceNotEnabled": (403, "Forbidden KMS service not enabled."),
    "Forbidden.NoPermission": (403, "This operation is forbidden by permission system."),
    "Forbidden.ResourceNotFound": (404, "Resource not found."),
    "MissingParameter": (400, "The parameter is needed but no value is provided."),
    "Rejected.Throttling": (429, "QPS Limit Exceeded"),
}


def refuse(call: Call, error: ApiError) -> Response:
    """The error in this cloud's shape."""
    of_kms = call.service == "kms" and (error.code in PRODUCT_CODES or error.code not in MESSAGES)
    status, message = {**MESSAGES, **KMS_MESSAGES}.get(error.code, (400, "The request was refused."))
    message, status = error.message or message, error.status or status
    body = {"requestId": call.request_id, "code": error.code, "message": message, **error.detail}
    if of_kms:
        body = {"HttpStatus": status, "Code": error.code, "Message": message, "RequestId": call.request_id}
    elif error.code not in PRODUCT_CODES:
        recommend = f"https://api.aliyun.com/troubleshoot?q={error.code}&product={call.service.upper()}&requestId={call.request_id}"
        body = {"RequestId": call.request_id, "HostId": call.place.host, "Code": error.code, "Message": message, "Recommend": recommend, **error.detail}
    response = json_response(call, status, compact(body), CONTENT_TYPE)
    response.headers.append(("x-acs-request-id", call.request_id))
    response.headers.extend(error.headers.items())
    return response


def denied(call: Call) -> ApiError:
    """RAM does not allow the action. KMS says so itself."""
    if call.service == "kms":
        return ApiError("Forbidden.NoPermission")
    key = call.key
    kind = "AssumedRoleUser" if key and key.role else "SubUser"
    detail = {
        "AuthAction": f"{call.service}:{call.action}",
        "AuthPrincipalType": kind,
        "AuthPrincipalOwnerId": key.account.account_id if key else "",
        "AuthPrincipalDisplayName": (key.session or key.user or key.account.account_id) if key else "",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
        "EncodedDiagnosticMessage": base64.b64encode(f"AQEAAAAA{call.request_id}".encode()).decode(),
    }
    return ApiError("Forbidden.RAM", detail={"AccessDeniedDetail": detail})


def missing(name: str) -> ApiError:
    """A required parameter is absent."""
    return ApiError(f"Missing{name}", f"{name} is mandatory for this action.", status=400)


def throttled(call: Call, retry_after_ms: int | None) -> ApiError:
    """More calls in a second than allowed; the SDK reads the header as milliseconds."""
    code = "Rejected.Throttling" if call.service == "kms" else "Throttling.User"
    return ApiError(code, headers={} if retry_after_ms is None else {"x-acs-retry-after": str(retry_after_ms)})


def mismatch(text: str, canonical: str) -> ApiError:
    """The wrong signature: the real gateway echoes what it computed, token header and all."""
    return ApiError(
        "SignatureDoesNotMatch", f"Specified signature does not match our calculation. server StringToSign is [{text}] server CanonicalRequest is [{canonical}]"
    )
