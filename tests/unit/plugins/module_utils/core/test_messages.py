# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request


def test_a_request_stays_as_it_was_signed() -> None:
    request = Request("secrets", "List", "GET", "https://example.com")
    with pytest.raises(FrozenInstanceError):
        request.url = "https://example.org"  # type: ignore[misc]
