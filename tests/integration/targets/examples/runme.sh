#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
export PROD_ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI5tExampleProd000001 PROD_ALIBABA_CLOUD_ACCESS_KEY_SECRET=example-prod-secret-key
export PROD_TENCENTCLOUD_SECRET_ID=AKIDexampleProd00000001 PROD_TENCENTCLOUD_SECRET_KEY=exampleProdSecretKey000001
export SHOP_ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI5tExampleProd000001 SHOP_ALIBABA_CLOUD_ACCESS_KEY_SECRET=example-prod-secret-key
export PAY_TENCENTCLOUD_SECRET_ID=AKIDexampleProd00000001 PAY_TENCENTCLOUD_SECRET_KEY=exampleProdSecretKey000001
export GAMES_TENCENTCLOUD_SECRET_ID=AKIDexampleStaging00001 GAMES_TENCENTCLOUD_SECRET_KEY=exampleStagingSecretKey0001

# A home with the profiles of the vendors' command lines.
export HOME="${OUTPUT_DIR}/home"
mkdir -m 0700 "${HOME}" "${HOME}/.aliyun" "${HOME}/.tccli"
umask 077
cat > "${HOME}/.aliyun/config.json" <<'PROFILES'
{"current": "prod", "profiles": [{"name": "prod", "mode": "AK", "region_id": "cn-shanghai",
 "access_key_id": "LTAI5tExampleProd000001", "access_key_secret": "example-prod-secret-key"}]}
PROFILES
echo '{"secretId": "AKIDexampleProd00000001", "secretKey": "exampleProdSecretKey000001"}' > "${HOME}/.tccli/prod.credential"
echo '{"_sys_param": {"region": "ap-shanghai"}}' > "${HOME}/.tccli/prod.configure"

python make_playbook.py "${collection}" > examples.yml
python "${collection}/tests/under_emulator.py" fleet.yml \
    ansible-playbook examples.yml -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
