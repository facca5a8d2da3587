#!/usr/bin/env bash
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

# The role where all goes well, on controller and host, without the algorithms that FIPS lacks.
shim="${PWD}/shim"
cd "${ANSIBLE_COLLECTIONS_PATH%%:*}/ansible_collections/multicloud/secrets/tests/integration/targets/role_assert_secrets"
PYTHONPATH="${shim}${PYTHONPATH:+:${PYTHONPATH}}" PLAYS=test.yml bash runme.sh "$@"
