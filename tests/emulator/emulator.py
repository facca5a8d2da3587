# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator in this process."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .app import App
from .control import histories
from .fleet import read_fleet
from .server import Server
from .world import World

if TYPE_CHECKING:
    from .tls import Certificates


class Emulator:
    """Both clouds on one loopback port, from start() to stop(), or for the length of a with statement."""

    def __init__(
        self,
        fleet: str | os.PathLike[str] | dict[str, Any],
        *,
        port: int = 0,
        ca_file: str | os.PathLike[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.wanted_port = port
        self.wanted_ca_file = ca_file
        self.stopped = threading.Event()
        self.world = World(read_fleet(fleet, clock))
        self.app = App(self.world, clock, self.stopped.set)
        self.lock = threading.Lock()
        self.server: Server | None = None
        self.folder: str | None = None
        self.made: Certificates | None = None

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> Emulator:
        """Listens from here on."""
        self.server = Server(self.wanted_port, self.app, self.certificates)
        return self

    def stop(self) -> None:
        """Ends all connections and removes what was written, but for a CA file that the caller named."""
        self.stopped.set()
        if self.server:
            self.server.stop()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.server = self.folder = self.made = None

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until somebody asks the emulator to stop."""
        return self.stopped.wait(seconds)

    def certificates(self) -> Certificates:
        """The CA, made when it is first needed, so that plain HTTP does without 'cryptography'."""
        with self.lock:
            if self.made is None:
                from .tls import Certificates  # pylint: disable=import-outside-toplevel

                self.made = Certificates()
                if self.wanted_ca_file is None:
                    self.folder = tempfile.mkdtemp(prefix="emulator-")
                with open(self.ca_path(), "wb") as stream:
                    stream.write(self.made.pem())
            return self.made

    def ca_path(self) -> str:
        """Path of the CA file: the caller's, else one in a folder of its own."""
        return os.fspath(self.wanted_ca_file or os.path.join(self.folder or "", "ca.pem"))

    @property
    def port(self) -> int:
        """The port in use."""
        if self.server is None:
            raise RuntimeError("the emulator is not running")
        return self.server.port

    @property
    def url(self) -> str:
        """The address: an endpoint for plain HTTP, and an HTTP(S) proxy for the real host names."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> str:
        """The PEM file that a client must trust behind the proxy."""
        self.certificates()
        return self.ca_path()

    def environment(self) -> dict[str, str]:
        """Environment variables that lead a client through the proxy."""
        return {"HTTPS_PROXY": self.url, "https_proxy": self.url, "REQUESTS_CA_BUNDLE": self.ca_file, "NO_PROXY": "", "no_proxy": ""}

    def requests(self) -> list[dict[str, Any]]:
        """The journal of API requests, oldest first."""
        return self.app.journal.requests()

    def connections(self) -> list[dict[str, Any]]:
        """Every connection that came, with the outcome of TLS."""
        return list(self.app.journal.connections)

    def clear_requests(self) -> None:
        """Forgets the journal."""
        self.app.journal.clear()

    def history(self, since: int = 0, account: str | None = None, region: str | None = None) -> list[dict[str, Any]]:
        """Ids that lived from request 'since' until now, and ids that were ever there; one entry per store."""
        return histories(self.app, since, account, region)

    def behave(self, document: dict[str, Any]) -> None:
        """Merges a behaviour document."""
        self.world.behaviour.merge(document)

    def secrets(self, account: str, region: str, service: str | None = None) -> list[dict[str, Any]]:
        """Current content of a store in the cloud's words: the truth for a listing. Without a service, of the account's first there."""
        store = next(store for key, store in self.world.stores.items() if key[:2] == (account, region) and service in (None, key[2]))
        with store.lock:
            return [json.loads(record.row()) for record in store.records.values()]
