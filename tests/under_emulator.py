# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command under the emulator: python tests/under_emulator.py FLEET COMMAND...

The command meets the clouds under their real host names, through a proxy, and finds keys in its environment: those of
the first account of each cloud in the usual variables, and those of every account under its name as a prefix
(PAY_PROD_TENCENTCLOUD_SECRET_ID). EMULATOR_URL is the emulator's address. The exit status is the command's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from emulator import Emulator

VARIABLES = {
    "alibaba": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    "tencent": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"),
}


def credentials(emulator: Emulator) -> dict[str, str]:
    """The keys of a fleet as environment variables."""
    found: dict[str, str] = {}
    for account in reversed(emulator.world.fleet.accounts):
        key = next(key for key in emulator.world.fleet.keys if key.account is account)
        parts = dict(zip(VARIABLES[account.provider], (key.key_id, key.secret, key.token)))
        prefix = re.sub(r"[^A-Z0-9]", "_", account.name.upper()) + "_"
        for name, value in parts.items():
            if value:
                found |= {name: value, prefix + name: value}
    return found


def main(fleet: str, *command: str) -> int:
    """Start the emulator, run the command to its end, stop the emulator."""
    with Emulator(fleet) as emulator:
        environment = {**os.environ, **emulator.environment(), **credentials(emulator), "EMULATOR_URL": emulator.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
