"""Owns what an entry of a journal becomes on the platform. Does not wait or repeat: `sender` and `sync` do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.errors import Denied, PlumblineError, SignedOut, Unreachable
from plumbline.spool.entries import ARTIFACT, CHANGE, END, METRICS, Entry, merged
from plumbline.spool.folder import Spool

if TYPE_CHECKING:
    from plumbline.client import Client


class Delivery:
    """Sends entries of one run; each may be sent again without a second effect."""

    def __init__(self, client: Client, spool: Spool) -> None:
        self._client = client
        self._spool = spool

    def deliver(self, group: Sequence[Entry]) -> dict[str, Any]:
        """Send entries that `Journal.next_group` gave together; returns the platform's answer.

        Raises:
            PlumblineError: it was not taken; `may_pass` says whether a later try can help.
        """
        entry = group[0]
        if entry.kind == METRICS:
            return self._client.send(self._path(":log"), merged(group), str(uuid.uuid4()))
        if entry.kind == ARTIFACT:
            return self._artifact(entry)
        if entry.kind in (CHANGE, END):
            return self._client.send(self._path(""), entry.body, entry.header["key"], "PATCH")
        body = self._with_inputs(entry.body) if entry.header["action"] == "setRecord" else entry.body
        return self._client.send(self._path(f":{entry.header['action']}"), body, entry.header["key"])

    def _artifact(self, entry: Entry) -> dict[str, Any]:
        facts = entry.header
        epoch = {"epoch": self._spool.header["epoch"]} if self._spool.header["epoch"] else {}
        announced = {name: facts[name] for name in ("path", "sha256", "media_type")} | {"size": str(facts["size"])}
        prepared = self._post("/artifacts:prepare", {**announced, **epoch})
        if prepared["put_url"]:
            content = self._spool.content(facts["file"])
            if isinstance(content, Path):
                self._client.put_file(prepared["put_url"], content)
            else:
                self._client.put_bytes(prepared["put_url"], content)
        stored = self._post("/artifacts:complete", {"upload_id": prepared["upload_id"], **epoch})
        self._spool.forget(facts["file"])
        return stored

    def _with_inputs(self, body: bytes) -> bytes:
        """A record of an offline run learns the digests of its inputs when the platform tells them."""
        document = json.loads(body)
        digests = self._spool.header.get("inputs")
        if digests and not document["record"].get("inputs"):
            document["record"]["inputs"] = digests
        return json.dumps(document).encode()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.send(self._path(path), json.dumps(body).encode(), str(uuid.uuid4()))

    def _path(self, rest: str) -> str:
        return f"/v1/runs/{part(self._spool.header['run_id'])}{rest}"


def may_pass(error: BaseException) -> bool:
    """Whether the same request may succeed later: the platform is away or overloaded, or a token has to be renewed."""
    return isinstance(error, SignedOut | Denied) or is_away(error)


def is_away(error: BaseException) -> bool:
    """Whether the platform did not answer, was overloaded or failed."""
    return isinstance(error, Unreachable) or (isinstance(error, PlumblineError) and error.status >= 500)
