# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of Tencent Cloud: always HTTP 200 with Response.Error.

Source of the codes: the vendor's common error codes and those of SSM and STS in the official SDK. Source of the wordings: the vendor's pages and
public issue threads that quote them (ddns-go#999, tencentcloud-sdk-java#78, terraformer#1148 and others).
"""

from __future__ import annotations

from ..calls import ApiError, Call, compact, json_response
from ..wire import Response

CONTENT_TYPE = "application/json"  # exactly so: the SDK looks for errors under no other content type
MESSAGES = {
    "AuthFailure.InvalidAuthorization": "The Authorization in the request header does not comply with the Tencent Cloud standard.",
    "AuthFailure.InvalidSecretId": "Invalid key (not a TencentCloud API key type).",
    "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure that your SecretId is correct.",
    "AuthFailure.SignatureFailure": "The provided credentials could not be validated. Please check your signature is correct.",
    "AuthFailure.TokenFailure": "Token verification failed. Please check that your token is correct and has not expired.",
    "FailedOperation.OperateBillingPermissionErr": "The account may not do this.",
    "InternalError": "An internal error has occurred. Retry your request, but if the problem persists, contact us.",
    "InvalidParameter": "The request contains an invalid parameter.",
    "InvalidParameterValue": "The parameter value is invalid.",
    "NoSuchVersion": "The API version does not exist.",
    "RequestLimitExceeded": "The number of requests exceeds the frequency limit. Please reduce the frequency of calls.",
    "ResourceNotFound.OrganizationNotExist": "The organization does not exist.",
    "ResourceNotFound.RoleNotFound": "The role is not found.",
    "ResourceUnavailable.NotPurchased": "The service is not purchased.",
    "UnsupportedRegion": "The API does not support the passed in region.",
}


def refuse(call: Call, error: ApiError) -> Response:
    """The error in this cloud's shape."""
    message = error.message or MESSAGES.get(error.code, "The request was refused.")
    body = {"Response": {"Error": {"Code": error.code, "Message": message}, "RequestId": call.request_id}}
    response = json_response(call, error.status or 200, compact(body), CONTENT_TYPE)
    response.headers.extend(error.headers.items())
    return response


def denied(call: Call) -> ApiError:
    """CAM does not allow the action."""
    operation = f"{call.service}:{call.action}"
    return ApiError(
        "UnauthorizedOperation", f"[request id:{call.request_id}]you are not authorized to perform operation ({operation})\nresource (*) has no permission\n"
    )


def missing(name: str) -> ApiError:
    """A required parameter is absent."""
    return ApiError("MissingParameter", f"The request is missing a required parameter `{name}`.")


def throttled(seen: int, limit: int) -> ApiError:
    """More calls in a second than allowed."""
    return ApiError(
        "RequestLimitExceeded",
        f"Your current request times equals to `{seen}` in a second, which exceeds the frequency limit `{limit}` "
        "for a second. Please reduce the frequency of calls.",
    )


def expired(now: float) -> ApiError:
    """The client's clock is off; the message carries the server's time."""
    return ApiError(
        "AuthFailure.SignatureExpire",
        "Signature expired. Please use local time and enable NTP service for time synchronization to avoid a "
        f"deviation between `Timestamp` and the server time {int(now)}.",
    )
