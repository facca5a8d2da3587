# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chats that check messages as their vendors do, on a port of this machine: python chats.py PORT_FILE

DingTalk and Feishu check signatures and their age, WeCom and Slack what is in the message; all of them its length and how many
came before. GET /taken tells the texts that were taken, as JSON. POST /full lets each refuse its next message for its rate.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "9f3c71d0a2b84e6f"
DING_SECRET, FEISHU_SECRET = "SECc2b8f04d7e915a63", "k7Vq2mWz9TfR4xLb"
HOUR = 3600
BAD_SIGN = "sign not match"
TAKEN: list[dict[str, str]] = []
FULL: set[str] = set()

Answer = tuple[int, Any, str | None]
"""Status, what is answered, and the text if it was taken."""


def signed(key: str, message: str) -> str:
    """The signature of both vendors."""
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def dingtalk(query: dict[str, str], body: dict[str, Any]) -> Answer:
    """A robot with an additional signature. The time is in milliseconds."""
    now = query.get("timestamp", "0")
    if query.get("access_token") != TOKEN:
        return 200, {"errcode": 300005, "errmsg": "token is not exist"}, None
    if abs(time.time() - int(now) / 1000) > HOUR or query.get("sign") != signed(DING_SECRET, f"{now}\n{DING_SECRET}"):
        return 200, {"errcode": 310000, "errmsg": BAD_SIGN}, None
    text = body["text"]["content"]
    if body["msgtype"] != "text" or not 0 < len(text.encode()) <= 20_000:
        return 200, {"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}, None
    if "dingtalk" in FULL:
        return 200, {"errcode": 660026, "errmsg": "send too fast, exceed 20 times per minute"}, None
    return 200, {"errcode": 0, "errmsg": "ok"}, text


def wecom(query: dict[str, str], body: dict[str, Any]) -> Answer:
    """A robot of a group."""
    text = body["text"]["content"]
    if query.get("key") != TOKEN:
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, None
    if body["msgtype"] != "text" or not 0 < len(text.encode()) <= 2048:
        return 200, {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}, None
    if "wecom" in FULL:
        return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, None
    return 200, {"errcode": 0, "errmsg": "ok"}, text


def feishu(query: dict[str, str], body: dict[str, Any]) -> Answer:
    """A bot that verifies signatures. The time is in seconds, and the key is what others take for the message."""
    now = str(body.get("timestamp", "0"))
    if abs(time.time() - int(now)) > HOUR or body.get("sign") != signed(f"{now}\n{FEISHU_SECRET}", ""):
        return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}, None
    text = body["content"]["text"]
    if body["msg_type"] != "text" or not 0 < len(json.dumps(body, ensure_ascii=False).encode()) <= 20 * 1024 or "<at " in text:
        return 200, {"code": 9499, "msg": "Bad Request"}, None
    if "feishu" in FULL:
        return 200, {"code": 11232, "msg": "frequency limited"}, None
    return 200, {"code": 0, "msg": "success"}, text


def slack(query: dict[str, str], body: dict[str, Any]) -> Answer:
    """An incoming webhook, which answers in plain words."""
    text = body.get("text", "")
    if not 0 < len(text) <= 40_000 or set("<>") & set(text):
        return 400, "invalid_payload", None
    if "slack" in FULL:
        return 429, "rate_limited", None
    return 200, "ok", text


CHATS = {
    "/robot/send": ("dingtalk", dingtalk),
    "/cgi-bin/webhook/send": ("wecom", wecom),
    f"/open-apis/bot/v2/hook/{TOKEN}": ("feishu", feishu),
    f"/services/T0/B0/{TOKEN}": ("slack", slack),
}


class Handler(BaseHTTPRequestHandler):
    """The four chats on one port."""

    def do_GET(self) -> None:
        """Tell what was taken."""
        self._answer(200, TAKEN)

    def do_POST(self) -> None:
        """Take a message, or say why not."""
        place = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if place.path == "/full":
            FULL.update(name for name, _chat in CHATS.values())
            self._answer(200, "ok")
        elif place.path not in CHATS:
            self._answer(404, "no_service")
        else:
            name, chat = CHATS[place.path]
            status, told, text = chat({key: values[0] for key, values in parse_qs(place.query).items()}, body)
            FULL.discard(name)
            TAKEN.extend([{"chat": name, "text": text}] if text is not None else [])
            self._answer(status, told)

    def _answer(self, status: int, told: Any) -> None:
        plain = isinstance(told, str)
        content = told.encode() if plain else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if plain else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the path holds a token."""


def main(port_file: str) -> None:
    """Serve until killed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Path(port_file).write_text(str(server.server_port), encoding="utf-8")
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
