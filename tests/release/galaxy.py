# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of a Galaxy server as ansible-galaxy asks when it installs one collection: one artefact, on the loopback interface."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def galaxy(artefact: Path) -> Iterator[str]:
    """Serve an artefact; gives the server's URL."""
    namespace, name, version = artefact.name.removesuffix(".tar.gz").split("-")
    here = f"/api/v3/collections/{namespace}/{name}/"

    class Handler(BaseHTTPRequestHandler):
        """Answers from a table."""

        def do_GET(self) -> None:  # pylint: disable=invalid-name
            """Any other path is unknown."""
            body = artefact.read_bytes() if self.path == "/artefact.tar.gz" else answers.get(self.path.split("?")[0])
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body or b"{}")

        def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    one = {
        "version": version,
        "href": f"{here}versions/{version}/",
        "namespace": {"name": namespace},
        "collection": {"name": name},
        "name": name,
        "download_url": f"{url}/artefact.tar.gz",
        "artifact": {"sha256": hashlib.sha256(artefact.read_bytes()).hexdigest(), "filename": artefact.name},
        "metadata": {"dependencies": {}},
        "signatures": [],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    answers = {
        path: json.dumps(answer).encode()
        for path, answer in {
            "/api/": {"available_versions": {"v3": "v3/"}},
            here: {**one, "highest_version": {"version": version}},
            f"{here}versions/": {"meta": {"count": 1}, "data": [one], "links": {"next": None}},
            f"{here}versions/{version}/": one,
        }.items()
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{url}/api/"
    finally:
        server.shutdown()
        server.server_close()
