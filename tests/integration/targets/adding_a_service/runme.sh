#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

collection="${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets"
python grow.py "${collection}" "${OUTPUT_DIR}/grown/ansible_collections/multicloud/secrets"
export ANSIBLE_COLLECTIONS_PATH="${OUTPUT_DIR}/grown" no_proxy=127.0.0.1
python toy_service.py ansible-playbook test.yml -i localhost, -c local -e ansible_python_interpreter="$(command -v python)" "$@"
