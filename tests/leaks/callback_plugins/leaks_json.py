# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = """
name: leaks_json
type: notification
short_description: Writes every result to a file, one line each, as programs see it
description: Unlike callbacks for people, it cleans nothing. It also tells the shim which task begins.
"""

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Appends what each task gives, whole."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "leaks_json"

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        with open(os.environ["LEAKS_TASK"], "w", encoding="utf-8") as file:
            file.write(task.get_name())

    def keep(self, result: Any, *_more: Any, **_named: Any) -> None:
        task = getattr(result, "task", None) or result._task
        told = getattr(result, "result", None) or result._result
        with open(os.environ["LEAKS_JSON"], "a", encoding="utf-8") as file:
            file.write(f"TASK [{task.get_name()}] {json.dumps(told, default=str)}\n")

    v2_runner_on_ok = v2_runner_on_failed = v2_runner_on_skipped = v2_runner_on_unreachable = keep
    v2_runner_item_on_ok = v2_runner_item_on_failed = v2_runner_item_on_skipped = v2_runner_retry = keep
