# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that break on the wire. Each function sends what is left of the answer and says whether the connection goes on."""

from __future__ import annotations

from typing import Any

from .wire import Line, Response


def reset(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """RST before the first header."""
    line.reset()
    return False


def reset_body(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """RST after a part of the body. The pause lets the client read that part, since RST throws away what is under way."""
    head = response.head(("Content-Length", str(len(response.body))))
    line.send(head + response.body[: words.get("after", len(response.body) // 2)])
    line.pause(0.02)
    line.reset()
    return False


def close(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """The end of the stream instead of an answer."""
    return False


def close_after(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """A good answer, and then the connection ends without a word about it."""
    line.send(response.wire())
    return False


def stall(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """Silence, then the end."""
    line.hold(words.get("seconds", 3600))
    return False


def drip(line: Line, data: bytes, words: dict[str, Any]) -> bool:
    """A few bytes at a time, until all is sent or nobody listens."""
    step, interval = words.get("bytes", 1), words.get("interval_ms", 500) / 1000
    for start in range(0, len(data), step):
        line.send(data[start : start + step])
        if line.hung_up() or not line.pause(interval):
            return False
    return True


def drip_headers(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """Every byte of the answer, headers first, drop by drop."""
    return drip(line, response.wire(), words)


def drip_body(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """Headers at once, the body drop by drop."""
    line.send(response.head(("Content-Length", str(len(response.body)))))
    return drip(line, response.body, words)


def truncate(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """Fewer bytes than Content-Length says, then the end."""
    kept = len(response.body) - words.get("missing", max(1, len(response.body) // 2))
    line.send(response.head(("Content-Length", str(len(response.body)))) + response.body[: max(0, kept)])
    return False


def chunked_cut(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """A chunked body without its terminator, then the end."""
    line.send(response.head(("Transfer-Encoding", "chunked")) + f"{len(response.body):x}\r\n".encode() + response.body + b"\r\n")
    return False


def raw(line: Line, response: Response, words: dict[str, Any]) -> bool:
    """Any bytes at all instead of an answer."""
    line.send(words["base64"] if "base64" in words else words.get("text", "").encode("utf-8", "surrogatepass"))
    return False
