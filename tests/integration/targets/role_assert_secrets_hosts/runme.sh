#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
world="${OUTPUT_DIR}/world"
python make_world.py "${world}" 5
python "${collection}/tests/under_emulator.py" "${world}/world.json" \
    ansible-playbook test.yml -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" -e world="${world}" "$@"
