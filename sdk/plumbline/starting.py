"""Owns how a run begins: on the platform, or on this machine until it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plumbline import config
from plumbline.capture import chosen
from plumbline.errors import PlumblineError, Unreachable
from plumbline.inputs import digests, pairs
from plumbline.run import Run
from plumbline.spool import Spool

if TYPE_CHECKING:
    from plumbline.client import Client

_DEFAULT_EXPERIMENT = "Default"


def creation(
    experiment: str,
    *,
    name: str = "",
    kind: str = "TRAINING",
    params: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
    inputs: Sequence[dict[str, Any]] = (),
    record: dict[str, Any] | None = None,
    parent_run_id: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The request that creates a run."""
    body: dict[str, Any] = {
        "experiment": experiment or _DEFAULT_EXPERIMENT,
        "name": name,
        "kind": kind,
        "params": pairs(params or {}),
        "tags": pairs(tags or {}),
        "inputs": list(inputs),
        "parent_run_id": parent_run_id,
        "note": note,
    }
    return body | ({"record": record} if record else {})


def begin(client: Client, body: dict[str, Any], capture: bool | Iterable[str] | None = None) -> Run:
    """Create a run on the platform and write to it.

    Raises:
        Unreachable: the platform does not answer; nothing is written.
    """
    names = chosen(capture)
    try:
        run = client.post("/v1/runs", body, once=True)
    except Unreachable as error:
        message = f"{error.message} With PLUMB_MODE=offline a run is written on this machine and sent later."
        raise Unreachable(message, status=error.status) from error
    return watched(client, run, names)


def watched(client: Client, run: dict[str, Any], names: Sequence[str]) -> Run:
    """Write to a run that this process owns; `run` as the platform knows it."""
    header = {"url": client.url, "run_id": run["id"], "name": run["name"], "owns": True}
    spool = Spool.create(config.spool_folder(), header)
    params = {item["key"]: item["value"] for item in run["params"]}
    writer = Run(client, spool, [name for name in names if name != "record" or not run["record_digest"]])
    return writer.begin(params, digests(run["inputs"]))


def begin_offline(
    body: dict[str, Any], capture: bool | Iterable[str] | None = None, *, url: str = "", parent: Run | None = None
) -> Run:
    """Write a run on this machine; `plumb sync` creates it on the platform, with the time it really began.

    Raises:
        PlumblineError: an input has no number (only the platform knows the newest), or the disk takes nothing.
    """
    if any(item["kind"] != "CONFIG" and not item.get("number") for item in body["inputs"]):
        raise PlumblineError("An offline run names its inputs with their numbers: the newest is not known here.")
    names = chosen(capture)
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    header: dict[str, Any] = {
        "url": url,
        "run_id": "",
        "name": body["name"] or body["experiment"],
        "owns": True,
        "create": {**body, "start_time": now},
        "create_key": str(uuid.uuid4()),
    }
    if parent is not None:
        header["parent_writer"] = parent.writer
    spool = Spool.create(config.spool_folder(), header)
    if spool.folder is None:
        raise PlumblineError(
            f"The disk takes no offline run: {spool.journal.trouble}. Set PLUMB_SPOOL to another folder."
        )
    params = {item["key"]: item["value"] for item in body["params"]}
    return Run(None, spool, [name for name in names if name != "record" or "record" not in body]).begin(params, {})
