#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
folder="${OUTPUT_DIR}/nothing_passed_over"
export PYTHONPATH="${ANSIBLE_COLLECTIONS_PATH%%:*}${PYTHONPATH:+:${PYTHONPATH}}" ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true
umask 077
mkdir -p "${folder}"

# A home that has other profiles than those that the cases name. Its path is short, because a reason is cut at 200 characters.
HOME="$(mktemp -d "${TMPDIR:-/tmp}/h.XXXX")"
export HOME
trap 'rm -rf "${HOME}"' EXIT
mkdir -p "${HOME}/.aliyun" "${HOME}/.tccli"
cat > "${HOME}/.aliyun/config.json" <<'PROFILES'
{"current": "shop", "profiles": [{"name": "shop", "mode": "AK", "region_id": "cn-hangzhou",
 "access_key_id": "LTAI5tIntegrationShop01", "access_key_secret": "integration-shop-secret-key"}]}
PROFILES
echo '{"secretId": "AKIDintegrationPay00001", "secretKey": "integrationPaySecretKey00001"}' > "${HOME}/.tccli/pay.credential"

python rows.py make "${collection}" "${folder}"
python "${collection}/tests/under_emulator.py" "${collection}/tests/integration/fleet.yml" \
    ansible-playbook "${folder}/plays.yml" -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
