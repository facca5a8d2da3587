#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
export READER="${OUTPUT_DIR}/reader"
(umask 077 && mkdir -p "${READER}")
python read_recipes.py "${collection}/docs/notifying.md" "${READER}"
python chats.py "${READER}/port" &
trap 'kill %1' EXIT
until [ -s "${READER}/port" ]; do sleep 0.1; done
python "${collection}/tests/under_emulator.py" "${collection}/tests/integration/fleet.yml" \
    ansible-playbook test.yml -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
