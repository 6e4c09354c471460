"""Owns the entries of one run in their order: on disk in segments, in memory while the disk takes none.

Does not know what entries mean beyond how many may be sent together, and never raises because of the disk.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from pathlib import Path

from plumbline.errors import PlumblineError
from plumbline.spool.entries import CHANGE, END, METRICS, POST, Entry, decode
from plumbline.spool.segments import Segments

_MOST_POINTS = 20_000
_MOST_SERIES = 10_000
_MOST_ENTRIES = 500
_HELD_BYTES = 256 << 20


class Journal:
    """Entries are numbered from 0. `acknowledged` are settled; those from there to `sending` were tried together.

    Grouping is written down before a group is sent: after a crash the same entries go under the same number again,
    which is what makes a repetition have no second effect.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.Lock()
        self._segments = Segments(folder) if folder is not None else None
        found = self._segments.scan() if self._segments else (0, 0, 0)
        self.acknowledged, self._sending, self._next = found
        # entries that are not on disk: those from `_tail_start` on
        self._tail: deque[bytes] = deque()
        self._tail_start = self._next
        self._tail_bytes = 0
        self._last_post = -1
        self._peeked: tuple[int, bytes] | None = None
        self.trouble: OSError | None = None

    @property
    def count(self) -> int:
        """How many entries there ever were."""
        return self._next

    @property
    def has_open_posts(self) -> bool:
        """Whether something else than metrics waits; what is said later must not overtake it."""
        return self._last_post >= self.acknowledged

    @property
    def is_on_disk(self) -> bool:
        """Whether a crash now would lose nothing that was appended."""
        return self._segments is not None and not self._tail

    def append(self, entry: Entry) -> bool:
        """Keep an entry; False when neither disk nor memory has room for it."""
        line = entry.encode()
        with self._lock:
            if self._tail_bytes + len(line) > _HELD_BYTES:
                self._to_disk()
                if self._tail_bytes + len(line) > _HELD_BYTES:
                    return False
            if entry.kind in (POST, CHANGE, END):
                self._last_post = self._next
            self._tail.append(line)
            self._tail_bytes += len(line)
            self._next += 1
            self._to_disk()
        return True

    def settle(self) -> None:
        """Make what was appended survive a loss of power."""
        with self._lock:
            self._to_disk()
            if self._segments is not None:
                try:
                    self._segments.settle()
                except OSError as error:
                    self.trouble = error

    def next_group(self) -> list[Entry]:
        """The oldest entries that are not settled, as many as one request takes; empty when there are none.

        Raises:
            PlumblineError: the next entry is damaged; `acknowledge(1)` steps over it.
        """
        with self._lock:
            if self._sending > self.acknowledged:
                return [decode(self._line(number)) for number in range(self.acknowledged, self._sending)]
            group = self._greedy()
            if group:
                self._sending = self.acknowledged + len(group)
                self._note_position()
            return group

    def acknowledge(self, count: int) -> None:
        """The `count` oldest entries are settled."""
        with self._lock:
            self.acknowledged += count
            self._sending = max(self._sending, self.acknowledged)
            while self._tail and self._tail_start < self.acknowledged:
                self._tail_bytes -= len(self._tail.popleft())
                self._tail_start += 1
            self._note_position()
            if self._segments is not None:
                self._segments.drop_before(self.acknowledged)

    def is_finished(self) -> bool:
        """Whether the last entry ends the run."""
        with self._lock:
            if not self._next:
                return False
            try:
                return decode(self._line(self._next - 1)).kind == END
            except PlumblineError:
                return False

    def waiting_points(self) -> int:
        """Points in memory that were not settled."""
        with self._lock:
            return sum(decode(line).point_count for line in self._tail)

    def close(self) -> None:
        self.settle()
        if self._segments is not None:
            self._segments.close()

    def _greedy(self) -> list[Entry]:
        group: list[Entry] = []
        points = series = 0
        for number in range(self.acknowledged, min(self._next, self.acknowledged + _MOST_ENTRIES)):
            try:
                entry = decode(self._line(number))
            except PlumblineError:
                if group:
                    break
                raise
            points, series = points + entry.point_count, series + entry.series_count
            if group and (entry.kind != METRICS or points > _MOST_POINTS or series > _MOST_SERIES):
                break
            group.append(entry)
            if entry.kind != METRICS:
                break
        return group

    def _line(self, number: int) -> bytes:
        if number >= self._tail_start:
            return self._tail[number - self._tail_start]
        if self._peeked is not None and self._peeked[0] == number:
            return self._peeked[1]
        assert self._segments is not None
        line = self._segments.line(number)
        self._peeked = number, line
        return line

    def _to_disk(self) -> None:
        """Move entries from memory to disk, as far as the disk takes them."""
        if self._segments is None:
            return
        while self._tail:
            try:
                self._segments.append(self._tail_start, self._tail[0])
            except OSError as error:
                self.trouble = error
                return
            self.trouble = None
            self._tail_bytes -= len(self._tail.popleft())
            self._tail_start += 1

    def _note_position(self) -> None:
        if self._segments is not None:
            # a position that cannot be written costs a repetition, which has no second effect
            with contextlib.suppress(OSError):
                self._segments.note(self.acknowledged, self._sending)
