# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a request goes: regions and endpoints are checked here before they become part of a URL."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from ._errors import SecretsError

REGION = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
HOST_LABELS = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*\.?")
DEFAULT_PORTS = {"https": 443, "http": 80}
PLACEHOLDER = "{region}"
METADATA_ADDRESSES = frozenset({"100.100.100.200", "169.254.0.23", "169.254.169.254"})
"""Of the instance metadata services of Alibaba Cloud, Tencent Cloud and others."""


def check_region(region: str, option: str) -> str:
    """The region, if it is a text that can stand in a host name. No list of regions is frozen here."""
    if not REGION.fullmatch(region):
        raise SecretsError(
            "argument",
            f"{option}: {region!r} is not a region name",
            hint="A region has lower-case letters, digits and hyphens, such as ap-guangzhou or cn-hangzhou.",
        )
    return region


def check_endpoint(endpoint: str, option: str) -> str:
    """The endpoint as a URL without a path; it may still hold {region}. Plain http:// is for loopback hosts only."""
    url = endpoint if "://" in endpoint else f"https://{endpoint}"
    reason = _fault(url.replace(PLACEHOLDER, "region").lower())
    if reason:
        shown = "the value" if "@" in endpoint else repr(endpoint)
        raise SecretsError(
            "argument",
            f"{option}: {shown} {reason}",
            hint="Give a host name, with a port if need be, such as ssm.{region}.tencentcloudapi.com or https://gateway.example.com:8443.",
        )
    return url.rstrip("/").lower()


def base_url(endpoint: str | None, host: str, region: str) -> str:
    """The URL to send to: the endpoint if one is given, else https at the host. Both may hold {region}."""
    return (endpoint or f"https://{host}").replace(PLACEHOLDER, region)


def host_header(url: str) -> str:
    """The Host header of a request to this URL: the port is named unless it is the default one."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def _fault(url: str) -> str | None:
    if any(character.isspace() or not character.isprintable() for character in url):
        return "holds a space or a control character"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not a URL"
    if parts.scheme not in DEFAULT_PORTS:
        return "is not an https:// URL"
    if "@" in parts.netloc:
        return "holds a user name or password"
    if parts.path not in ("", "/") or parts.query or parts.fragment or "#" in url or "?" in url:
        return "has more than a host name and a port"
    if port == 0 or not (_address(host) or HOST_LABELS.fullmatch(host)):
        return "does not name a host"
    if _is_metadata(host):
        return "is the address of a metadata service"
    if parts.scheme == "http" and not _is_loopback(host):
        return "would send credentials without TLS"
    return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_metadata(host: str) -> bool:
    address = _address(host)
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped is not None and (mapped.is_link_local or str(mapped) in METADATA_ADDRESSES)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")
