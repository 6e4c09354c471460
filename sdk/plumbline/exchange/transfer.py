"""Owns the way of files between this machine and the platform, in pieces: no file is ever in memory as a whole."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Any

from plumbline.address import part
from plumbline.client import Client
from plumbline.exchange.content import Damaged, SourceFile
from plumbline.exchange.folder import sha256_of

_UNKNOWN = "application/octet-stream"


def send(client: Client, owner_id: str, file: SourceFile) -> dict[str, Any]:
    """Keep a file as an artifact of a run or a logged model.

    Raises:
        Damaged: it does not have the digest that its source says.
    """
    sha256 = sha256_of(file.file)
    if file.sha256 and file.sha256 != sha256:
        raise Damaged(f"the bytes have sha256 {sha256}, expected was {file.sha256}", str(file.file))
    base = f"/v1/runs/{part(owner_id)}/artifacts"
    announced = {
        "path": file.path,
        "sha256": sha256,
        "size": str(file.file.stat().st_size),
        "media_type": file.media_type or mimetypes.guess_type(file.path)[0] or _UNKNOWN,
    }
    prepared = client.post(f"{base}:prepare", announced, once=True)
    if prepared["put_url"]:
        client.put_file(prepared["put_url"], file.file)
    return client.post(f"{base}:complete", {"upload_id": prepared["upload_id"]}, once=True)


def fetch(client: Client, owner_id: str, artifact: dict[str, Any], target: Path) -> None:
    """Write the bytes of an artifact to `target`, which appears only when they are complete and right.

    Raises:
        Damaged: other bytes arrived than the platform says there are.
    """
    signed = client.get(f"/v1/runs/{part(owner_id)}/artifacts:sign", path=artifact["path"])
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f"{target.name}.partial")
    client.get_file(signed["url"], scratch)
    if sha256_of(scratch) != artifact["sha256"]:
        scratch.unlink()
        raise Damaged("it arrived damaged: repeat the command", f"artifact {artifact['path']} of {owner_id}")
    os.replace(scratch, target)
