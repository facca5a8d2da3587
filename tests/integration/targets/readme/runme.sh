#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"

# A home with a profile of the vendor's command line.
export HOME="${OUTPUT_DIR}/home" READER="${OUTPUT_DIR}/reader"
mkdir -m 0700 "${HOME}" "${HOME}/.tccli" "${READER}"
umask 077
echo '{"secretId": "AKIDreadmeStaging000001", "secretKey": "readmeStagingSecretKey0001"}' > "${HOME}/.tccli/staging.credential"

python read_readme.py "${collection}/README.md" "${READER}"
python "${collection}/tests/under_emulator.py" fleet.yml \
    ansible-playbook test.yml -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
