"""Owns the state folder: its layout, generated secrets, chosen ports and its lock. Does not start programs."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from embedded.errors import HomeInUse
from embedded.ports import pick_free_port

SERVICES = ("auth", "storage", "annotation", "experiments", "trainer", "gateway")


class State:
    """What must survive a restart of the embedded platform, below one folder.

    Opening a folder for the first time generates every secret; there are no default passwords. Files with secrets
    are readable by their owner only.
    """

    def __init__(self, home: Path | str) -> None:
        self.home = Path(home).expanduser().resolve()
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.postgres_dir = self.home / "postgres"
        self.nats_dir = self.home / "nats"
        self.objects_dir = self.home / "objects"
        self.logs_dir = self.home / "logs"
        self.owner_link_file = self.home / "owner-sign-in.txt"
        self.environment_file = self.home / "environment"
        self._file = self.home / "state.json"
        with self.exclusive("state"):
            self._data = self._load()

    def secret(self, name: str) -> str:
        """A generated secret: `nats_password`, `s3_access_key`, `s3_secret_key` or `identity_key` (Ed25519, base64)."""
        return self._data["secrets"][name]

    def port(self, name: str, wanted: int | None = None) -> int:
        """The port of `name`: the wanted one, else the one used last time, else a free one. It is remembered."""
        known = self._data["ports"].get(name)
        chosen = wanted or known or pick_free_port(taken=self._data["ports"].values())
        if chosen != known:
            self._data["ports"][name] = chosen
            self._save()
        return chosen

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one running platform.

        Raises HomeInUse when another process holds it. The kernel drops the lock with its process, so a killed
        platform never leaves a stale one.
        """
        with open(self.home / "lock", "a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise HomeInUse(
                    f"{self.home} is already used by a running Plumbline (process {holder}). "
                    "Stop that one, or choose another folder with --home."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Wait for a short critical section shared by all processes that use this folder."""
        with open(self.home / f".{name}.lock", "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _load(self) -> dict[str, dict[str, Any]]:
        if self._file.exists():
            return json.loads(self._file.read_text(encoding="utf-8"))
        self._data = {"secrets": _new_secrets(), "ports": {}}
        self._save()
        return self._data

    def _save(self) -> None:
        write_private(self._file, json.dumps(self._data, indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only; a crash leaves the old or the new text, whole."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _new_secrets() -> dict[str, str]:
    identity = Ed25519PrivateKey.generate().private_bytes_raw()
    return {
        "nats_password": secrets.token_urlsafe(32),
        "s3_access_key": secrets.token_hex(10),
        "s3_secret_key": secrets.token_hex(32),
        "identity_key": base64.b64encode(identity).decode(),
    }
