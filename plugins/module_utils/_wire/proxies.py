# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a URL can be that of a proxy, and what NO_PROXY means. What they hold is never told: there may be a password in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from .._core.endpoints import is_broken_text

WEB = ("http", "https")
SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
HOST = re.compile(r"[\w.:%-]+")
RESERVED_CHARACTERS = "#/?@[]\\"
QUOTED = "Write # / ? @ [ ] \\ and % in a user name or password as %23 %2F %3F %40 %5B %5D %5C and %25."
EXAMPLE = "Give it as http://proxy.example.com:3128."
EXCEPTIONS = ("no_proxy", "NO_PROXY")
"""The variables with the hosts that need no proxy. The first one that is not empty counts."""
ENTRY = re.compile(r"[^\s,;|]+")
ENDS_WITH_PORT = re.compile(r"(\[.*\]|[^:]*):(\d+)")
COMMAS = "Put commas between its entries. A wildcard inside a name, a port, a scheme and quotes have no effect there."
LIBRARY = "Install the Python library PySocks, or use an http:// proxy."


def proxy_fault(proxy: str) -> tuple[str, str] | None:
    """Why this cannot be the URL of a proxy, and what to do; None if it can. Without a scheme it is http."""
    url = proxy if "://" in proxy else f"http://{proxy}"
    if is_broken_text(url):
        return "holds a blank or a line break", EXAMPLE
    scheme = url.partition("://")[0].lower()
    if scheme not in (*WEB, *SOCKS):
        return "has a scheme that no proxy has here", f"{EXAMPLE} Known schemes are {', '.join((*WEB, *SOCKS))}."
    user, at, host = url.partition("://")[2].rpartition("@")
    if any(character in user for character in RESERVED_CHARACTERS) or not at and "\\" in host:
        return "holds a character that has to be quoted", QUOTED
    try:
        parts = urlsplit(f"{scheme}://{host}")
        bare = url != proxy and "/" in host.rstrip("/")  # a scheme that lacks its colon or a slash
        if parts.hostname and HOST.fullmatch(parts.hostname) and parts.port != 0 and not bare:
            return None
    except ValueError:
        pass
    return "is not a URL with a host and a port", EXAMPLE


def lacks_library(proxy: str) -> bool:
    """Whether the library for this kind of proxy is missing where the module runs."""
    return proxy.partition("://")[0].lower() in SOCKS and find_spec("socks") is None


def variable_of(proxy: str, scheme: str, environment: Mapping[str, str]) -> str:
    """Which variable of the environment holds this proxy, for messages."""
    names = (f"{scheme}_proxy", f"{scheme}_PROXY".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if environment.get(name) == proxy), f"{scheme}_proxy".upper())


def misread_exception(url: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """Of a URL for which a proxy was chosen: that NO_PROXY names its host in a form that is read as nothing, and what to write."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or {"http": 80}.get(parts.scheme, 443)
    variable = next((name for name in EXCEPTIONS if environment.get(name)), "")
    for entry in ENTRY.findall(environment.get(variable, "")):
        if right := _meant(entry.strip("'\"").lower(), host, port):
            return f"the variable {variable} names {host} in a form that has no effect, so that the proxy would be used", f"Write {right}. {COMMAS}"
    return None


def _meant(entry: str, host: str, port: int) -> str | None:
    """How an entry for a host is written so that it counts; None if it is for others."""
    name = entry.rpartition("://")[2].rpartition("@")[2]
    with suppress(ValueError):  # it is no network, or the host is no address
        return host if ip_address(host) in ip_network(name, strict=False) else None
    name = name.partition("/")[0]
    if with_port := ENDS_WITH_PORT.fullmatch(name):
        name, number = with_port.groups()
        if int(number) != port:
            return None
    name = name.strip("[]").rstrip(".")
    domain = name.lstrip("*.")
    if host == domain or name and fnmatchcase(host, name) and "*" in domain:
        return host
    if not domain:
        return "* alone" if "*" in name else None
    return f".{domain}" if host.endswith(f".{domain}") else None
