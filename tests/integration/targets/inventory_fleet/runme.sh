#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
export ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FATAL=true
for play in test.yml refusals.yml; do
    python "${collection}/tests/under_emulator.py" world.yml \
        ansible-playbook "${play}" -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
done
