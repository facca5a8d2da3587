# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the toy cloud names its credentials and regions."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._credentials import Names

NAMES = Names(
    key_id="toy_id",
    key_secret="toy_secret",
    token="toy_token",
    key_id_variables=("TOY_ID",),
    key_secret_variables=("TOY_SECRET",),
    token_variables=("TOY_TOKEN",),
)
REGION_VARIABLES = ("TOY_REGION",)
