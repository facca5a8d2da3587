# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a URL can be that of a proxy. What it holds is never told: there may be a password in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

from .._core.endpoints import is_broken_text

WEB = ("http", "https")
SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
HOST = re.compile(r"[\w.:%-]+")
RESERVED = "#/?@[]\\"
QUOTED = "Write # / ? @ [ ] \\ and % in a user name or password as %23 %2F %3F %40 %5B %5D %5C and %25."
FORM = "Give it as http://proxy.example.com:3128."
LIBRARY = "Install the Python library PySocks, or use an http:// proxy."


def proxy_fault(proxy: str) -> tuple[str, str] | None:
    """Why this cannot be the URL of a proxy, and what to do; None if it can. Without a scheme it is http."""
    url = proxy if "://" in proxy else f"http://{proxy}"
    if is_broken_text(url):
        return "holds a blank or a line break", FORM
    scheme = url.partition("://")[0].lower()
    if scheme not in (*WEB, *SOCKS):
        return "has a scheme that no proxy has here", f"{FORM} Known schemes are {', '.join((*WEB, *SOCKS))}."
    user, at, host = url.partition("://")[2].rpartition("@")
    if any(character in user for character in RESERVED) or not at and "\\" in host:
        return "holds a character that has to be quoted", QUOTED
    try:
        parts = urlsplit(f"{scheme}://{host}")
        bare = url != proxy and "/" in host.rstrip("/")  # a scheme that lacks its colon or a slash
        if parts.hostname and HOST.fullmatch(parts.hostname) and parts.port != 0 and not bare:
            return None
    except ValueError:
        pass
    return "is not a URL with a host and a port", FORM


def lacks_library(proxy: str) -> bool:
    """Whether the library for this kind of proxy is missing where the module runs."""
    return proxy.partition("://")[0].lower() in SOCKS and find_spec("socks") is None


def variable_of(proxy: str, scheme: str, environment: Mapping[str, str]) -> str:
    """Which variable of the environment holds this proxy, for messages."""
    names = (f"{scheme}_proxy", f"{scheme}_PROXY".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if environment.get(name) == proxy), f"{scheme}_proxy".upper())
