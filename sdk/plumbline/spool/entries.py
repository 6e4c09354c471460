"""Owns one line of a journal: what is to be sent, with a checksum. Does not know files or the network.

A line is `<crc32>\\t<header as JSON>\\t<body>\\n`. JSON never holds a tab or a line break, so both separate safely. The
body is the body of the request as it will be sent.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plumbline.errors import PlumblineError

METRICS, POST, ARTIFACT, CHANGE, END = "metrics", "post", "artifact", "change", "end"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to send. `header["kind"]` is METRICS, POST, ARTIFACT, CHANGE or END."""

    header: dict[str, Any]
    body: bytes = b""

    @property
    def kind(self) -> str:
        return str(self.header["kind"])

    @property
    def point_count(self) -> int:
        return int(self.header.get("points", 0))

    @property
    def series_count(self) -> int:
        return int(self.header.get("series", 0))

    def encode(self) -> bytes:
        """The line, with its line break."""
        content = _json(self.header) + b"\t" + self.body
        return b"%08x\t%s\n" % (zlib.crc32(content), content)


def decode(line: bytes) -> Entry:
    """The entry of a line.

    Raises:
        PlumblineError: the line is damaged.
    """
    checksum, _, content = line.rstrip(b"\n").partition(b"\t")
    if checksum != b"%08x" % zlib.crc32(content):
        raise PlumblineError("A line of the spool is damaged; it is left out.", reason="DAMAGED")
    header, _, body = content.partition(b"\t")
    return Entry(json.loads(header), body)


def post(action: str, body: dict[str, Any]) -> Entry:
    """A request `POST /v1/runs/{run}:{action}`, with a key under which it takes effect once."""
    return Entry({"kind": POST, "action": action, "key": str(uuid.uuid4())}, _json(body))


def change(body: dict[str, Any]) -> Entry:
    """New values of fields of the run itself, such as its note."""
    return Entry({"kind": CHANGE, "key": str(uuid.uuid4())}, _json(body))


def end(status: str, error: str, time_s: float) -> Entry:
    """The end of a run that is sent after it happened, at `time_s` seconds since the epoch."""
    moment = datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")
    body = {"status": status, "error": error, "end_time": moment}
    return Entry({"kind": END, "key": str(uuid.uuid4())}, _json(body))


def artifact(path: str, file: str, size: int, sha256: str, media_type: str) -> Entry:
    """A file for the run; `file` names its bytes in the spool."""
    facts = {"path": path, "file": file, "size": size, "sha256": sha256, "media_type": media_type}
    return Entry({"kind": ARTIFACT, "key": str(uuid.uuid4()), **facts})


def metrics(series: Sequence[dict[str, Any]], writer: str, sequence: int, epoch: int) -> Entry:
    """Columns of points under a number that has an effect once."""
    body = _metrics_body(series, {"writer": writer, "sequence": sequence, "epoch": epoch})
    count = sum(len(column["steps"]) for column in series)
    return Entry({"kind": METRICS, "points": count, "series": len(series)}, body)


def merged(group: Sequence[Entry]) -> bytes:
    """The body of one request for several metrics entries, under the number of the first."""
    if len(group) == 1:
        return group[0].body
    bodies = [json.loads(entry.body) for entry in group]
    columns: dict[str, dict[str, Any]] = {}
    for body in bodies:
        for column in body["series"]:
            held = columns.setdefault(column["key"], {"key": column["key"], "steps": [], "values": [], "times": []})
            for name in ("steps", "values", "times"):
                held[name] += column[name]
    return _metrics_body(list(columns.values()), {name: bodies[0][name] for name in ("writer", "sequence", "epoch")})


def _metrics_body(series: Sequence[dict[str, Any]], numbered: dict[str, Any]) -> bytes:
    # list by list: encoding all at once would keep the training from running for as long
    texts = []
    steps: tuple[list[Any], bytes] = ([], b"[]")
    times = steps
    for column in series:
        # series that are logged together share steps and times
        steps = steps if column["steps"] == steps[0] else (column["steps"], _json(column["steps"]))
        times = times if column["times"] == times[0] else (column["times"], _json(column["times"]))
        key, values = _json(column["key"]), _json(column["values"])
        texts.append(b'{"key":%s,"steps":%s,"values":%s,"times":%s}' % (key, steps[1], values, times[1]))
    return b'{"series":[' + b",".join(texts) + b"]," + _json(numbered)[1:]


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
