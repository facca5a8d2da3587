# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loopback stand-in for Alibaba Cloud APIG and Tencent Cloud SSM, for the demo, the integration tests and the benchmarks."""

from __future__ import annotations

from .emulator import Emulator
from .schema import FleetError

__all__ = ["Emulator", "FleetError"]
