# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to this machine that is lost as soon as a certain command comes, as a real one is when a host goes down."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: vanishing
short_description: Loses the host at a certain command
description: Runs commands on this machine, until it is lost.
author: multicloud.secrets contributors
options:
  vanish_at:
    description: The host is lost at the first command that contains this text. An empty text is in every command.
    type: str
    required: true
    vars: [{name: ansible_vanish_at}]
extends_documentation_fragment: [connection_pipelining]
"""


class Connection(LocalConnection):
    """The local connection, while it lasts."""

    transport = "vanishing"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Any:
        if self.get_option("vanish_at") in cmd:
            raise AnsibleConnectionFailure("The host has vanished.")
        return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
