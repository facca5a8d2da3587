# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages that come again as they came before: a second reading need not read them again.

An answer to the same question, with the same bytes but for the id of its request, holds the same rows and passes the same
checks. So the page of the first answer stands for it. What is remembered of a page is a digest, so that memory stays flat.
Where the id is the same, too, something on the way has kept the first answer, and the second reading would prove nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from .._core.errors import SecretsError
from .._core.messages import Request
from .._paging.unordered import Page, Window
from .._wire.transport import IN_BETWEEN

KEPT = "an answer that was given before, with the same id of its request"


class RepeatedPage(dict[str, Any]):
    """What stands for an answer that repeats an earlier one: the page of that one."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page


class Repeats:
    """The pages of one listing by the digests of their answers.

    steady: what of an answer is the same whenever the same page is answered. Without it, every answer is read.
    """

    def __init__(self, steady: Callable[[bytes], bytes] | None = None) -> None:
        self._steady = steady
        self._digests: dict[Window, tuple[bytes, int]] = {}
        self._pages: dict[tuple[int, int], tuple[bytes, int, Page]] = {}

    def comparing(self, request: Request, window: Window) -> Request:
        """The request for a page, whose answer is compared before it is read."""
        return replace(request, recall=partial(self._recall, self._steady, request, window)) if self._steady else request

    def page(self, request: Request, window: Window, answer: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Page]) -> Page:
        """The page of an answer. It is remembered where the answer fits its question, as not even the first one on a connection has to."""
        if isinstance(answer, RepeatedPage):
            return answer.page
        page = read(answer)
        digests = self._digests.pop(window, None)
        if digests:
            with suppress(SecretsError):
                request.check(answer)
                self._pages[window.start, window.size] = *digests, page
        return page

    def _recall(self, steady: Callable[[bytes], bytes], request: Request, window: Window, body: bytes) -> Mapping[str, Any] | None:
        kept = steady(body)
        digest, whole = hashlib.sha256(kept).digest(), hash(body)
        known = self._pages.get((window.start, window.size))
        if known and known[0] == digest:
            if known[1] == whole and kept != body:
                raise SecretsError("protocol", f"{request.action} at {request.host}: {KEPT}", hint=IN_BETWEEN)
            return RepeatedPage(known[2])
        self._digests[window] = digest, whole
        return None
