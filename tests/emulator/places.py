# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud, service and region of a host name.

Hosts of APIG and KMS and their VPC twins: the SDKs' endpoint rule and the vendor's endpoint page. Hosts of SSM: the vendor's pages 1078/38635 and 1078/38646
and the SDK's root domains. Hosts of both STS: the vendors' endpoint pages.
Metadata services: the vendors' credential packages. Loopback names are the emulator's own convention.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LABEL = r"[a-z0-9][a-z0-9-]*"
ALIBABA = re.compile(rf"(apig|kms|sts)(?:-vpc)?(?:\.({LABEL}))?\.aliyuncs\.com")
TENCENT = re.compile(rf"(ssm|kms|tag|sts|organization)(?:\.({LABEL}))?\.tencentcloudapi\.com")
DIRECTORY = re.compile(r"(resourcedirectory)(?:-intl|\.vpc-proxy)?\.aliyuncs\.com")
LOOPBACK = re.compile(rf"(?:(apig|kms|ssm|tag|sts)(?:-vpc)?\.)?(?:({LABEL})\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\]")
MACHINES = {"100.100.100.200": "alibaba", "metadata.tencentyun.com": "tencent"}
SITES = frozenset(("intl", "internal"))
REGION = re.compile(LABEL)


@dataclass(frozen=True)
class Place:
    """Facts of a host name. On loopback the request itself tells the provider."""

    host: str
    provider: str | None
    service: str | None
    region: str | None

    @property
    def loopback(self) -> bool:
        """True if this is a local name rather than one of the vendors'."""
        return self.provider is None


@lru_cache(maxsize=4096)
def locate(authority: str) -> Place | None:
    """The place of a Host header or CONNECT target, or None when no cloud here has such a name."""
    host = re.sub(r":\d+$", "", authority.lower().removeprefix("http://").removeprefix("https://"))
    found = ALIBABA.fullmatch(host)
    if found and (found[1] == "sts" or found[2]):
        return Place(host, "alibaba", found[1], found[2])
    if DIRECTORY.fullmatch(host):
        return Place(host, "alibaba", "resourcedirectory", None)
    found = TENCENT.fullmatch(host)
    if found:
        return Place(host, "tencent", found[1], None if found[2] in SITES else found[2])
    if host in MACHINES:
        return Place(host, MACHINES[host], "metadata", None)
    found = LOOPBACK.fullmatch(host)
    if found:
        return Place(host, None, found[1], found[2])
    return None
