#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
for play in ${PLAYS:-test.yml halves.yml}; do
    python "${collection}/tests/under_emulator.py" world.yml \
        ansible-playbook "${play}" -i company.fleet.yml -e ansible_python_interpreter="$(command -v python)" \
        -e assert_secrets_report_dir="${OUTPUT_DIR}/secrets-report-${play%.yml}" "$@"
done
