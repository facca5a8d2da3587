# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Tencent Cloud names its credentials and regions.

Sources: tencentcloud-sdk-python-common 3.1.195, credential.py (which forgets the token); tccli 3.1.189
(TENCENTCLOUD_TOKEN, TENCENTCLOUD_REGION); the Terraform provider (TENCENTCLOUD_SECURITY_TOKEN).
"""

from __future__ import annotations

from .._credentials import Names

NAMES = Names(
    key_id="secret_id",
    key_secret="secret_key",
    token="token",
    key_id_variables=("TENCENTCLOUD_SECRET_ID",),
    key_secret_variables=("TENCENTCLOUD_SECRET_KEY",),
    token_variables=("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"),
)
REGION_VARIABLES = ("TENCENTCLOUD_REGION",)
