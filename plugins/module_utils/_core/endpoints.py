# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of requests. Regions and endpoints are checked here before they become part of a URL."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from .errors import SecretsError

ALL_REGIONS = "all"
"""As a region: every one that the cloud names."""
REGION = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
HOST_LABELS = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*\.?")
NUMERIC_END = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\.?")
"""Some resolvers read such a host as an address: 2852039166, 0xa9.0xfe.0xa9.0xfe, 169.254.169.254 with a dot behind it."""
NETLOC = re.compile(r"(\[[0-9a-f.]*:[0-9a-f:.]*\]|[^\[\]:]+)(:\d*)?")
DEFAULT_PORTS = {"https": 443, "http": 80}
PLACEHOLDER = "{region}"
METADATA_ADDRESSES = frozenset({"100.100.100.200"})
"""Of the clouds' instance metadata services that are not link-local."""


@dataclass(frozen=True)
class Target:
    """Address of one request. place: the cloud's own connection options, such as network or site."""

    region: str
    endpoint: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)


def check_region(region: str, option: str) -> str:
    """The region, if it is a text that can stand in a host name. No list of regions is frozen here."""
    if "," in region:
        raise SecretsError("argument", f"{option}: {region!r} is not one region", hint="For several, use regions, a list with an entry for each.")
    if not REGION.fullmatch(region):
        raise SecretsError(
            "argument",
            f"{option}: {region!r} is not a region name",
            hint="A region has lower-case letters, digits and hyphens, such as ap-southeast-1.",
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
            hint="Give a host name, with a port if needed, such as secrets.{region}.example.com or https://gateway.example.com:8443.",
        )
    return url.rstrip("/").lower()


def check_service(url: str, option: str) -> str:
    """The address of a service that hands out credentials: without TLS only inside the machine or a private network."""
    try:
        parts = urlsplit(url)
        host, near = parts.hostname or "", parts.scheme == "http" and _is_near(parts.hostname or "")
        fault = parts.scheme != "https" and not near or "@" in parts.netloc or not _names_host(host.lower()) or parts.port == 0
    except ValueError:
        fault = True
    if fault or is_broken_text(url):
        raise SecretsError(
            "credentials",
            f"{option}: the address of the service cannot be used",
            hint="Give an https:// URL, or an http:// URL of this machine or of a private address, without a user name.",
        )
    return url


def base_url(endpoint: str | None, host: str, region: str) -> str:
    """The URL to send to: the endpoint if one is given, else https at the host. Both may hold {region}."""
    return (endpoint or f"https://{host}").replace(PLACEHOLDER, region)


@lru_cache(maxsize=256)
def host_header(url: str) -> str:
    """The Host header of a request to this URL: the port is named unless it is the default one."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def is_broken_text(url: str) -> bool:
    """Whether a URL holds a space or a control character."""
    return " " in url or not url.isprintable()


def _fault(url: str) -> str | None:
    if is_broken_text(url):
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
    if port == 0 or not NETLOC.fullmatch(parts.netloc) or not _names_host(host):
        return "does not name a host"
    if _is_metadata(host):
        return "is the address of a metadata service"
    if parts.scheme == "http" and not _is_loopback(host):
        return "would send credentials without TLS"
    return None


def _names_host(host: str) -> bool:
    return _address(host) is not None or bool(HOST_LABELS.fullmatch(host)) and not NUMERIC_END.fullmatch(host)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_metadata(host: str) -> bool:
    address = _address(host)
    return address is not None and (address.is_link_local or str(address) in METADATA_ADDRESSES)


def _is_near(host: str) -> bool:
    address = _address(host)
    return _is_loopback(host) or address is not None and (address.is_private or address.is_link_local)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")
