"""Owns versions as content-defined ranges: canonical lines, cutting, index, digest, diff and verification.

Does not store or fetch anything: callers give it entries and bytes and keep the results.

The format `plumbline-ranges/1`, enough to recompute a digest in any language:

- An entry is a key (text) and a payload (a JSON object). Keys are unique within a version.
- Its line is the canonical JSON of `[key, payload]` and one newline: members sorted by name, no white space,
  UTF-8 without escapes except those JSON demands, text not normalised, floats in the shortest form that reads
  back equal (Python's `repr`), no NaN or infinity. `1` and `1.0` are different payloads.
- Lines are ordered by the UTF-8 bytes of the key: the order of Python's `str` and PostgreSQL's `COLLATE "C"`.
- A key opens a new range when the first 8 bytes of its sha256, as a big-endian number, are divisible by the
  spread (4096). The smallest key opens the first range whatever its hash. A range is the concatenation of its
  lines and is named by the sha256 of those bytes.
- The index is one canonical JSON line that lists the ranges in order; its sha256 is the version digest.

A boundary depends on one key alone, so an edit changes the range it falls into (and its neighbour, when a
boundary key comes or goes) and no other.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

FORMAT = "plumbline-ranges/1"
SPREAD = 4096

Payload = dict[str, Any]
Entry = tuple[str, Payload]
Changes = Mapping[str, Payload | None]
Ranges = Sequence["Range"]
ReadRange = Callable[[str], bytes]
ReadInterval = Callable[["Interval"], Iterable[Entry]]

_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode


class DamagedRange(ValueError):
    """Bytes of a range or an index that are not what their name or the format promises."""


@dataclass(frozen=True, slots=True)
class Range:
    """One range of a version. `size` is in bytes; `sha256` (hex) is its name.

    `body` holds the bytes of a range that was just cut, and is None for one known only from an index. It
    takes no part in equality: the name already says what the bytes are.
    """

    first_key: str
    count: int
    size: int
    sha256: str
    body: bytes | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """The keys from `start` (inclusive, None = the smallest) to `stop` (exclusive, None = the largest)."""

    start: str | None
    stop: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a version: the range's name (empty for the index itself) and a plain sentence."""

    range: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` saw: the digest of the index, entries and bytes really read, and every problem found."""

    digest: str
    count: int
    size: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """True when the content is exactly what the digest stands for."""
        return not self.problems


def line(key: str, payload: Payload) -> bytes:
    """The canonical line of one entry. Raises ValueError for NaN, infinity or text that is not Unicode."""
    return (_encode((key, payload)) + "\n").encode()


def is_boundary(key: str, spread: int = SPREAD) -> bool:
    """True when `key` opens a new range wherever it stands."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % spread == 0


def cut(entries: Iterable[Entry], *, spread: int = SPREAD) -> Iterator[Range]:
    """Cut entries, sorted by key in UTF-8 byte order, into ranges that carry their bytes.

    Holds one range in memory. Raises ValueError when keys are not strictly ascending.
    """
    lines: list[bytes] = []
    first = last = None
    for key, payload in entries:
        if last is not None and key <= last:
            raise ValueError(f"keys must be unique and ascend in UTF-8 byte order: {key!r} follows {last!r}")
        if first is None or is_boundary(key, spread):
            if first is not None:
                yield _seal(first, lines)
                lines = []
            first = key
        lines.append(line(key, payload))
        last = key
    if first is not None:
        yield _seal(first, lines)


def _seal(first_key: str, lines: list[bytes]) -> Range:
    body = b"".join(lines)
    return Range(first_key, len(lines), len(body), sha256(body).hexdigest(), body)


def index(ranges: Iterable[Range], *, spread: int = SPREAD) -> bytes:
    """The canonical index document of a version: one JSON line that lists its ranges in order."""
    parts = list(ranges)
    document = {
        "count": sum(part.count for part in parts),
        "format": FORMAT,
        "ranges": [
            {"count": part.count, "first_key": part.first_key, "sha256": part.sha256, "size": part.size}
            for part in parts
        ],
        "size": sum(part.size for part in parts),
        "spread": spread,
    }
    return (_encode(document) + "\n").encode()


def digest(index_bytes: bytes) -> str:
    """The version digest: sha256 (hex) of the index document, so `sha256sum index.json` prints it too."""
    return sha256(index_bytes).hexdigest()


def read_index(index_bytes: bytes) -> tuple[list[Range], int]:
    """The ranges (without bodies) and the spread of an index. Raises DamagedRange unless it is canonical."""
    try:
        document = json.loads(index_bytes)
        if document["format"] != FORMAT:
            raise DamagedRange(f"the index has format {document['format']!r}; this reader knows {FORMAT!r}")
        ranges = [Range(part["first_key"], part["count"], part["size"], part["sha256"]) for part in document["ranges"]]
        spread = document["spread"]
        if type(spread) is not int or spread < 1:
            raise DamagedRange(f"the index has spread {spread!r}; it must be a positive whole number")
        canonical = index(ranges, spread=spread)
    except DamagedRange:
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedRange(f"the index is unreadable: {error!r}") from error
    if canonical != index_bytes:
        raise DamagedRange("the index is not in canonical form, or its totals do not match its ranges")
    return ranges, spread


def entries_of(part: Range, body: bytes) -> list[Entry]:
    """The entries of a range, after checking that `body` is its content. Raises DamagedRange otherwise."""
    return [_parse(raw) for raw in _lines_of(part, body)]


def _lines_of(part: Range, body: bytes) -> list[bytes]:
    actual = sha256(body).hexdigest()
    if actual != part.sha256:
        raise DamagedRange(f"range {part.sha256} holds other bytes (sha256 {actual}); restore it from a copy")
    # A newline ends every line; inside a line JSON escapes it, so there is no other way to read the bytes.
    return [raw + b"\n" for raw in body.split(b"\n")[:-1]]


def _parse(raw: bytes) -> Entry:
    match json.loads(raw):
        case [str(key), dict(payload)]:
            return key, payload
    raise DamagedRange(f"a line is not a key and an object: {raw[:80]!r}")


def _key_of(raw: bytes) -> str:
    return _parse(raw)[0]


def _first_key(part: Range) -> str:
    return part.first_key


def plan(old_ranges: Ranges, changed_keys: Iterable[str]) -> list[Range | Interval]:
    """What a new version is made of: old ranges to keep, and intervals whose entries are to be cut again.

    Needs no entries, so an asynchronous caller can read the intervals itself and `cut` each. `changed_keys`
    are the keys inserted, removed or given a new payload, in any order; one that did not change is harmless.
    """
    changed = set(changed_keys)
    if not changed:
        return list(old_ranges)
    if not old_ranges:
        return [Interval(None, None)]
    # Range i owns the keys from starts[i - 1] to starts[i]; the first also owns everything before its own.
    starts = [part.first_key for part in old_ranges[1:]]
    touched = {bisect_right(starts, key) for key in changed}
    # Without its boundary key a range continues the one before it, so that one is read as well.
    touched |= {number for number, start in enumerate(starts) if start in changed}
    pieces: list[Range | Interval] = []
    for number, part in enumerate(old_ranges):
        if number not in touched:
            pieces.append(part)
            continue
        stop = starts[number] if number < len(starts) else None
        before = pieces[-1] if pieces else None
        if isinstance(before, Interval):
            pieces[-1] = Interval(before.start, stop)
        else:
            pieces.append(Interval(starts[number - 1] if number else None, stop))
    return pieces


def recut(
    old_ranges: Ranges, changed_keys: Iterable[str], read_interval: ReadInterval, *, spread: int = SPREAD
) -> Iterator[Range]:
    """The ranges of the new version, equal to a full `cut`, at a cost that follows the changes.

    `read_interval` gives the new version's entries of an interval, sorted. Only ranges that did not exist
    before carry a body: those are what the caller must store.
    """
    known = {part.sha256 for part in old_ranges}
    for piece in plan(old_ranges, changed_keys):
        if isinstance(piece, Range):
            yield replace(piece, body=None)
            continue
        for part in cut(read_interval(piece), spread=spread):
            yield replace(part, body=None) if part.sha256 in known else part


def patch(old_ranges: Ranges, changes: Changes, read_range: ReadRange, *, spread: int = SPREAD) -> Iterator[Range]:
    """Like `recut`, from the old ranges' bytes and the changes (None = removed): encodes only what changed.

    Reads only touched ranges. Raises DamagedRange when the bytes of one are not its own.
    """
    known = {part.sha256 for part in old_ranges}
    keys = sorted(changes)
    position = 0
    for piece in plan(old_ranges, keys):
        if isinstance(piece, Range):
            yield replace(piece, body=None)
            position += 1
            continue
        begin = position
        while position < len(old_ranges) and (piece.stop is None or old_ranges[position].first_key < piece.stop):
            position += 1
        low = 0 if piece.start is None else bisect_left(keys, piece.start)
        high = len(keys) if piece.stop is None else bisect_left(keys, piece.stop)
        lines = _patched(old_ranges[begin:position], keys[low:high], changes, read_range)
        for part in _cut_lines(lines, spread):
            yield replace(part, body=None) if part.sha256 in known else part


def _patched(
    parts: Ranges, keys: Sequence[str], changes: Changes, read_range: ReadRange
) -> Iterator[tuple[str | None, bytes]]:
    """The new lines of adjacent ranges; a line comes with its key when that may open a range."""
    if not parts:
        yield from ((key, line(key, payload)) for key in keys if (payload := changes[key]) is not None)
    low = 0
    for number, part in enumerate(parts):
        raws = _lines_of(part, read_range(part.sha256))
        owned = [part.first_key, *[None] * (len(raws) - 1)]
        high = bisect_left(keys, parts[number + 1].first_key) if number + 1 < len(parts) else len(keys)
        done = 0
        for key in keys[low:high]:
            at = bisect_left(raws, key, lo=done, key=_key_of)
            yield from zip(owned[done:at], raws[done:at], strict=True)
            done = at + 1 if at < len(raws) and _key_of(raws[at]) == key else at
            payload = changes[key]
            if payload is not None:
                yield key, line(key, payload)
        yield from zip(owned[done:], raws[done:], strict=True)
        low = high


def _cut_lines(lines: Iterable[tuple[str | None, bytes]], spread: int) -> Iterator[Range]:
    first: str | None = None
    held: list[bytes] = []
    for key, raw in lines:
        if first is None or (key is not None and is_boundary(key, spread)):
            if first is not None:
                yield _seal(first, held)
                held = []
            first = _key_of(raw) if key is None else key
        held.append(raw)
    if first is not None:
        yield _seal(first, held)


def differing(old_ranges: Iterable[Range], new_ranges: Iterable[Range]) -> tuple[list[Range], list[Range]]:
    """The ranges that only the old and only the new version has: the ones a diff has to open."""
    old, new = list(old_ranges), list(new_ranges)
    shared = {part.sha256 for part in old} & {part.sha256 for part in new}
    return [part for part in old if part.sha256 not in shared], [part for part in new if part.sha256 not in shared]


def diff(
    old_ranges: Iterable[Range], new_ranges: Iterable[Range], read_range: ReadRange
) -> Iterator[tuple[str, Payload | None, Payload | None]]:
    """Yield (key, old payload, new payload) for every key that differs, in key order; None = not in it.

    Opens only ranges that differ and parses only lines that differ. Holds the ranges between two starts that
    both sides share: mostly one of each. Raises DamagedRange when the bytes of a range are not its own.
    """
    only_old, only_new = differing(old_ranges, new_ranges)
    common = sorted({part.first_key for part in only_old} & {part.first_key for part in only_new})
    for start, stop in zip([None, *common], [*common, None], strict=True):
        old = {raw for part in _within(only_old, start, stop) for raw in _lines_of(part, read_range(part.sha256))}
        new = {raw for part in _within(only_new, start, stop) for raw in _lines_of(part, read_range(part.sha256))}
        # Bytes decide, not `==` of payloads: in Python 1 == 1.0 == True, and the digest tells them apart.
        before, after = dict(map(_parse, old - new)), dict(map(_parse, new - old))
        for key in sorted(before.keys() | after.keys()):
            yield key, before.get(key), after.get(key)


def _within(ranges: list[Range], start: str | None, stop: str | None) -> list[Range]:
    low = 0 if start is None else bisect_left(ranges, start, key=_first_key)
    high = len(ranges) if stop is None else bisect_left(ranges, stop, key=_first_key)
    return ranges[low:high]


def verify(index_bytes: bytes, read_range: ReadRange) -> Report:
    """Recompute a version from its files alone: every byte, line, order and boundary against the index.

    `read_range` raises LookupError or OSError for a missing range. Bad content is reported, never raised.
    """
    name = digest(index_bytes)
    try:
        ranges, spread = read_index(index_bytes)
    except DamagedRange as error:
        return Report(name, 0, 0, (Problem("", str(error)),))
    count = size = 0
    problems: list[Problem] = []
    last: str | None = None
    for part in ranges:
        try:
            body = read_range(part.sha256)
            last = _check(part, body, last, spread)
        except (LookupError, OSError) as error:
            problems.append(Problem(part.sha256, f"the range is missing or unreadable: {error}"))
        except DamagedRange as error:
            problems.append(Problem(part.sha256, str(error)))
        else:
            count, size = count + part.count, size + part.size
    return Report(name, count, size, tuple(problems))


def _check(part: Range, body: bytes, last: str | None, spread: int) -> str:
    """Raise DamagedRange unless `body` is exactly the range that `cut` makes here; return its last key."""
    try:
        entries = entries_of(part, body)
        canonical = b"".join(line(key, payload) for key, payload in entries)
    except DamagedRange:
        raise
    except (ValueError, TypeError) as error:
        raise DamagedRange(f"the range holds a line that is not an entry: {error}") from error
    if canonical != body or not entries:
        raise DamagedRange("the range is empty or not in canonical form")
    keys = [key for key, _ in entries]
    if (keys[0], len(keys), len(body)) != (part.first_key, part.count, part.size):
        raise DamagedRange("the first key, count or size of the range is not the one in the index")
    if any(left >= right for left, right in pairwise(keys)) or (last is not None and keys[0] <= last):
        raise DamagedRange("the keys of the range do not ascend")
    if any(is_boundary(key, spread) for key in keys[1:]) or (last is not None and not is_boundary(keys[0], spread)):
        raise DamagedRange("the range is not cut where the format says")
    return keys[-1]
