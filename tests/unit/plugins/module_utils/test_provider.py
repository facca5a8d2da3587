# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What error codes mean."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._provider import ErrorKind, kind_of

KINDS = (ErrorKind("Throttling*", "throttled"), ErrorKind("Throttling.User", "denied"), ErrorKind("NoSuchKey", "auth"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Throttling.User", "throttled"),
        ("throttling", "throttled"),
        ("NOSUCHKEY", "auth"),
        ("NoSuchKey.Other", "request"),
        ("", "request"),
    ],
)
def test_the_first_pattern_counts_whatever_the_case(code: str, kind: str) -> None:
    """The clouds' own pages write codes in several ways."""
    assert kind_of(code, KINDS).kind == kind
