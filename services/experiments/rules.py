"""Owns the decisions of the experiments service: states, epochs, names, digests. Does not read or write anything."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

SCHEDULED = "SCHEDULED"
RUNNING = "RUNNING"
FINISHED = "FINISHED"

OPEN = frozenset({SCHEDULED, RUNNING})
ENDINGS = frozenset({FINISHED, "FAILED", "CANCELLED"})

# Above this a float64 no longer holds every integer, so a digest must not print one.
_EXACT_INTEGER = 2**53
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PATH_LIMIT = 500


def is_sealed(status: str, epoch: int, job_id: str) -> bool:
    """Whether nothing is written to a run any more: a job computed it and it has ended."""
    return status in ENDINGS and (epoch > 0 or job_id != "")


def may_be_registered(status: str) -> bool:
    """Whether a run's artifact may become a model version."""
    return status in (RUNNING, FINISHED)


def judge_epoch(current: int, given: int) -> Literal["current", "stale", "unknown"]:
    """What a write that carries epoch `given` is to a run fenced at `current`; a missing epoch is 0."""
    if given == current:
        return "current"
    return "stale" if given < current else "unknown"


def may_write(caller_job: str, run_job: str, run_epoch: int) -> bool:
    """Whether the token of a job may write to a run: only to a run of its own. People have no `caller_job`."""
    return caller_job in ("", run_job) or (run_job == "" and run_epoch > 0)


def changed_key(held: Mapping[str, str], given: Mapping[str, str]) -> str | None:
    """The first key that `given` would change, None when it only repeats or adds."""
    return next((key for key, value in given.items() if held.get(key, value) != value), None)


def key_given_twice(keys: Iterable[str]) -> str | None:
    """The first key that appears a second time."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def canonical_json(document: Any) -> str:
    """JSON that two programs write alike: sorted keys, no spaces, integral numbers without a fraction.

    Raises:
        ValueError: NaN, an infinity or a NUL character, which no JSON document in PostgreSQL holds.
    """
    return json.dumps(_plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def record_digest(record: Mapping[str, Any]) -> str:
    """`sha256:<hex>` over the canonical JSON of a reproducibility record, in UTF-8."""
    return "sha256:" + hashlib.sha256(canonical_json(record).encode()).hexdigest()


def is_experiment_name(name: str) -> bool:
    """1 to 500 printable characters, not only spaces."""
    return 0 < len(name) <= 500 and bool(name.strip()) and not _CONTROL.search(name)


def is_key(key: str, limit: int = 250) -> bool:
    """A name of a param, tag or metric."""
    return 0 < len(key) <= limit and not _CONTROL.search(key)


def is_sha256(text: str) -> bool:
    """64 lower-case hex digits."""
    return bool(_SHA256.fullmatch(text))


def is_artifact_path(path: str) -> bool:
    """A relative path of plain segments, `/` between them. It is a name only: no file or object is called so."""
    if not 0 < len(path) <= _PATH_LIMIT or _CONTROL.search(path) or "\\" in path:
        return False
    return all(segment not in ("", ".", "..") for segment in path.split("/"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return value
    number = float(value)
    if math.isfinite(number) and number.is_integer() and abs(number) < _EXACT_INTEGER:
        return int(number)
    return number


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("a NUL character")
    return value
