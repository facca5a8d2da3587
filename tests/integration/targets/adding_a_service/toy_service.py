# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The toy cloud's service, on this machine, while a command runs: python toy_service.py COMMAND..."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECRETS = 250
KEY = {"TOY_ID": "toy-example-id", "TOY_SECRET": "toy-example-secret"}


class Service(BaseHTTPRequestHandler):
    """Answers List, Regions and Whoami to those who have signed."""

    def do_GET(self) -> None:
        """Answer."""
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        start, size = int(asked.get("token", 0)), int(asked.get("size", 0))
        toys = [{"key": f"toy-{number}", "state": "on", "sort": "plain", "born": 1_700_000_000 + number} for number in range(start, min(start + size, SECRETS))]
        answers = {
            "/list": {"toys": toys, "count": SECRETS, "next": str(start + size) if start + size < SECRETS else None},
            "/regions": {"regions": ["toyland", "playroom"]},
            "/whoami": {"account": "toy-1"},
        }
        signed = self.headers.get("authorization", "").startswith(f"TOY {KEY['TOY_ID']} ")
        body = json.dumps(answers[url.path] if signed else {"error": "keep-out"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main(*command: str) -> int:
    """Serve until the command ends; its status is ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {**os.environ, **KEY, "TOY_URL": f"http://127.0.0.1:{server.server_port}"}
        status = subprocess.run(command, env=environment, check=False).returncode
        server.shutdown()
        return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
