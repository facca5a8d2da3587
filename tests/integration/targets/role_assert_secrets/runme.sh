#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
for play in ${PLAYS:-test.yml again.yml memory.yml refusals.yml details.yml}; do
    python "${collection}/tests/under_emulator.py" "${collection}/tests/integration/fleet.yml" \
        ansible-playbook "${play}" -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
done
