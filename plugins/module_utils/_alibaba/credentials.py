# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Alibaba Cloud names its credentials and regions.

Sources: alibabacloud_credentials 1.0.12, utils/auth_util.py; aliyun-cli, config/profile.go (regions); the collection
alibaba.alicloud (ALICLOUD_REGION).
"""

from __future__ import annotations

from .._credentials import Names

NAMES = Names(
    key_id="access_key_id",
    key_secret="access_key_secret",
    token="security_token",
    key_id_variables=("ALIBABA_CLOUD_ACCESS_KEY_ID",),
    key_secret_variables=("ALIBABA_CLOUD_ACCESS_KEY_SECRET",),
    token_variables=("ALIBABA_CLOUD_SECURITY_TOKEN",),
)
REGION_VARIABLES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "ALICLOUD_REGION")
