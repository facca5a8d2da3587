# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A home folder with the files of the vendors' programs, and a way to run a source without a network."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Union

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, CredentialFlow, Credentials, SourceContext
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor

NOW = 1_770_000_000.0
CANARY = "canary"
"""Every secret of these tests holds it, and nothing that is shown may."""
Answer = Union[Mapping[str, Any], str, SecretsError]


class Home:
    """A home folder, and the environment of whoever lives there."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {"HOME": str(folder), **environment}
        self.redactor = Redactor()

    def write(self, path: str, content: Any, mode: int = 0o600) -> Path:
        """A file in it: bytes and texts as they are, anything else as JSON."""
        file = self.folder / path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode("utf-8", "surrogatepass")
        file.write_bytes(content)
        os.chmod(file, mode)
        return file

    def context(self, profile: str | None = None, who: str = "", prefix: str = "", **place: str) -> SourceContext:
        """Context of a source."""
        return SourceContext(self.environment, self.redactor, lambda: NOW, Target("home-1", None, place), who, profile, prefix)


def play(steps: CredentialFlow, *answers: Answer) -> tuple[Credentials, list[AuxRequest]]:
    """Run a source to its end: each auxiliary request gets the next answer. A text is the answer of a plain request."""
    aux_requests: list[AuxRequest] = []
    waiting = list(answers)
    step: Callable[[], AuxRequest] = partial(next, steps)
    while True:
        try:
            aux_requests.append(step())
        except StopIteration as end:
            assert not waiting, f"{len(waiting)} answers were not asked for"
            return end.value, aux_requests
        assert waiting, f"no answer is left for {aux_requests[-1].request.method} {aux_requests[-1].request.url}"
        step = _reply(steps, waiting.pop(0))


def _reply(steps: CredentialFlow, answer: Answer) -> Callable[[], AuxRequest]:
    if isinstance(answer, SecretsError):
        return partial(steps.throw, answer)
    return partial(steps.send, {"text": answer} if isinstance(answer, str) else answer)


def refused(steps: CredentialFlow, *answers: Answer) -> SecretsError:
    """The error that a source ends with; it never shows a secret."""
    with pytest.raises(SecretsError) as caught:
        play(steps, *answers)
    assert CANARY not in json.dumps(caught.value.as_dict())
    assert caught.value.kind in ("credentials", "argument")
    return caught.value


def parts(key: Credentials) -> tuple[str, str, str | None, str]:
    """Parts that tests compare."""
    return key.key_id, key.key_secret, key.token, key.source


def http_error(status: int) -> SecretsError:
    """An answer with this HTTP status."""
    return SecretsError("protocol", f"metadata at the machine: HTTP status {status}", http_status=status)


def no_machine() -> SecretsError:
    """There is no metadata service here."""
    return SecretsError("timeout", "the machine did not answer in time")
