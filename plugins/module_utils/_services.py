# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only list of services. The judge, the inventory plugin, the event source and the role's plugins read it."""

from __future__ import annotations

from collections.abc import Mapping

from ._alibaba.apig.provider import PROVIDER as ALIBABA_APIG
from ._alibaba.kms.provider import PROVIDER as ALIBABA_KMS
from ._provider import Provider
from ._tencent.ssm.provider import PROVIDER as TENCENT_SSM

SERVICES: Mapping[str, Provider] = {provider.schema.provider: provider for provider in (ALIBABA_APIG, ALIBABA_KMS, TENCENT_SSM)}
"""Each service by its name, as fleets and records have it."""
SCHEMAS = tuple(provider.schema for provider in SERVICES.values())


def module_name(service: str) -> str:
    """The module that lists a service."""
    return f"multicloud.secrets.{service}_secrets_info"
