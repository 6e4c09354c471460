"""Owns the offline proof of an exported dataset version: recomputes its digest from the files alone.

Format `plumbline-ranges/1`: `index.json` lists ranges in key order, each file `ranges/<sha256>` holds lines
`[key, payload]` in canonical JSON; the digest is the sha256 of `index.json` as it lies there.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "plumbline-ranges/1"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class VerificationReport:
    """What was found; `problems` is empty when everything holds."""

    digest: str
    entry_count: int = 0
    image_count: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_export(folder: Path | str, expected_digest: str = "") -> VerificationReport:
    """Check an export folder against itself and, when given, against a digest that was written down elsewhere.

    Image files below `images/`, when present, are hashed too. Damage of any kind is a problem of the report, never an
    exception.

    Raises:
        FileNotFoundError: the folder has no `index.json`, so it is no export.
    """
    root = Path(folder)
    index_bytes = (root / "index.json").read_bytes()
    report = VerificationReport("sha256:" + hashlib.sha256(index_bytes).hexdigest())
    if expected_digest and expected_digest.removeprefix("sha256:") != report.digest.removeprefix("sha256:"):
        report.problems.append(f"the digest is {report.digest}, not {expected_digest}")
    last_key = ""
    for item in _listed_ranges(index_bytes, report):
        last_key = _check_range(root, item, last_key, report)
    return report


def _listed_ranges(index_bytes: bytes, report: VerificationReport) -> list[dict[str, Any]]:
    try:
        index = json.loads(index_bytes)
        form, ranges = index["format"], list(index["ranges"])
    except (ValueError, KeyError, TypeError):
        report.problems.append("index.json is not an index of ranges")
        return []
    if form != FORMAT:
        report.problems.append(f"index.json has format {form!r}, not {FORMAT!r}")
        return []
    return ranges


def _check_range(root: Path, item: Any, last_key: str, report: VerificationReport) -> str:
    name = item.get("sha256") if isinstance(item, dict) else None
    if not isinstance(name, str) or not _SHA256.fullmatch(name):
        report.problems.append("index.json lists a range without a sha256")
        return last_key
    file = root / "ranges" / name
    if not file.is_file():
        report.problems.append(f"ranges/{name} is missing")
        return last_key
    body = file.read_bytes()
    if hashlib.sha256(body).hexdigest() != name:
        report.problems.append(f"ranges/{name} has other bytes than its name says")
        return last_key
    try:
        entries = [(str(key), dict(payload)) for key, payload in map(json.loads, body.splitlines())]
    except (ValueError, TypeError):
        report.problems.append(f"ranges/{name} does not hold lines of [key, payload]")
        return last_key
    if len(entries) != item.get("count"):
        report.problems.append(f"ranges/{name} has {len(entries)} entries, the index says {item.get('count')}")
    for key, payload in entries:
        if report.entry_count and key.encode() <= last_key.encode():
            report.problems.append(f"{key} is out of order")
        last_key = key
        report.entry_count += 1
        _check_image(root, key, payload, report)
    return last_key


def _check_image(root: Path, path: str, payload: dict[str, Any], report: VerificationReport) -> None:
    # by digest, not by path: names of an export never decide where we read
    sha256 = str(payload.get("sha256", ""))
    if not _SHA256.fullmatch(sha256):
        return
    file = root / "images" / sha256
    if not file.is_file():
        return
    report.image_count += 1
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        report.problems.append(f"the image of {path} has other bytes than its version says")
