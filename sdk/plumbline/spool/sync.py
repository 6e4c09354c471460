"""Owns sending what earlier processes left on this machine: offline runs, and the rest of runs that were cut off."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenacity.stop import stop_after_delay

from plumbline.address import part
from plumbline.errors import Missing, PlumblineError
from plumbline.inputs import digests
from plumbline.spool.content import artifact_of
from plumbline.spool.delivery import Delivery, is_away, may_pass
from plumbline.spool.entries import end
from plumbline.spool.folder import Spool, header_of, spools_in
from plumbline.spool.patience import patiently

if TYPE_CHECKING:
    from plumbline.client import Client

SENT, LEFT, REFUSED = "SENT", "LEFT", "REFUSED"
_PATIENCE_S = 60.0
_CUT_OFF = "The process that wrote this run ended without finishing it."
# (entries sent, of how many)
Report = Callable[[int, int], None]


@dataclass
class Synced:
    """What became of one folder. `state` is SENT, LEFT (it is still there) or REFUSED (in part)."""

    folder: Path
    name: str
    run_id: str
    state: str = SENT
    sent: int = 0
    message: str = ""


def synchronise(client: Client, folder: Path, progress: Callable[[str], Report]) -> Iterator[Synced]:
    """Send every run below `folder`, oldest first. Sending twice stores nothing twice, so it may be broken off.

    A run whose process was killed ends as FAILED. `progress` gives what is told how far a run is.
    """
    run_ids: dict[str, str] = {}
    for each in list(spools_in(folder)):
        try:
            header = header_of(each)
            found = Synced(each, str(header.get("name") or each.name), header["run_id"])
        except PlumblineError as error:
            yield Synced(each, each.name, "", LEFT, message=str(error))
            continue
        try:
            _send(client, found, run_ids, progress(found.name))
        except PlumblineError as error:
            found.state, found.message = LEFT, str(error)
        yield found


def _send(client: Client, found: Synced, run_ids: dict[str, str], report: Report) -> None:
    spool = Spool.open(found.folder)
    try:
        url = spool.header.get("url")
        if url and url != client.url:
            raise PlumblineError(f"It belongs to {url}: repeat with --url {url}.")
        if not spool.header["run_id"]:
            _create(client, spool, run_ids)
        found.run_id = run_ids[spool.header["writer"]] = spool.header["run_id"]
        _complete(client, spool)
        _deliver(client, spool, found, report)
    except BaseException:
        spool.close()
        raise
    spool.remove()


def _create(client: Client, spool: Spool, run_ids: dict[str, str]) -> None:
    body: dict[str, Any] = dict(spool.header["create"])
    if parent := spool.header.get("parent_writer"):
        if parent not in run_ids:
            raise PlumblineError("Its parent run was not sent before: send the whole folder at once.")
        body["parent_run_id"] = run_ids[parent]
    run = _patiently(lambda: client.send("/v1/runs", json.dumps(body).encode(), spool.header["create_key"]))
    spool.save(url=client.url, run_id=run["id"], inputs=digests(run["inputs"]))


def _complete(client: Client, spool: Spool) -> None:
    """Give a run that was cut off the end that its process did not write."""
    if not spool.header.get("owns") or spool.journal.is_finished():
        return
    if client.get(f"/v1/runs/{part(spool.header['run_id'])}")["status"] != "RUNNING":
        return
    assert spool.folder is not None
    # its last sign of life
    cut_off_at = max(file.stat().st_mtime for file in spool.folder.glob("*.log"))
    if spool.console is not None and spool.console.is_file() and spool.console.stat().st_size:
        spool.journal.append(artifact_of(spool, spool.console, "console.log"))
    spool.journal.append(end("FAILED", _CUT_OFF, cut_off_at))


def _deliver(client: Client, spool: Spool, found: Synced, report: Report) -> None:
    delivery, journal = Delivery(client, spool), spool.journal
    report(journal.acknowledged, journal.count)
    while True:
        size = 1
        try:
            group = journal.next_group()
            if not group:
                return
            size = len(group)
            _patiently(lambda: delivery.deliver(group))  # noqa: B023 - called before the next turn
            found.sent += size
        except PlumblineError as error:
            if may_pass(error) or isinstance(error, Missing):
                raise
            found.state, found.message = REFUSED, str(error)
        journal.acknowledge(size)
        report(journal.acknowledged, journal.count)


def _patiently(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return patiently(stop_after_delay(_PATIENCE_S), threading.Event(), is_away)(call)
