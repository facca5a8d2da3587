# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's name and version, as it signs its requests and inventories."""

from __future__ import annotations

COLLECTION = "multicloud.secrets"
VERSION = "0.1.0"
