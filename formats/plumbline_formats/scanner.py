"""Owns finding the places of list elements in JSON without parsing it, block by block. Does not build any values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from plumbline_formats.problems import Refused

Positions = npt.NDArray[np.int64]

DEEPEST = 64
_BLOCK = 4 * 2**20
# 16 bytes of index each
_MOST_ELEMENTS = 50_000_000
_MOST_MEMBERS = 1_000_000
_QUOTE, _BACKSLASH, _OPENING_LIST = ord('"'), ord("\\"), ord("[")
_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Offsets:
    """A list: the bytes of its brackets, and of the objects and lists in it, from `starts` to before `ends`."""

    opening: int
    closing: int
    starts: Positions
    ends: Positions

    @property
    def count(self) -> int:
        return len(self.starts)


class Brackets:
    """Finds brackets outside of strings, one block after the other."""

    def __init__(self) -> None:
        self.depth = 0
        self.in_string = False
        self._is_escaped = False

    def find(self, block: bytes) -> tuple[Positions, npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
        """Positions in the block, which brackets they are, and the depth after each."""
        data = np.frombuffer(block, np.uint8)
        folded = data | 32
        is_hit = folded == ord("{")
        is_hit |= folded == ord("}")
        is_hit |= data == _QUOTE
        hits = np.flatnonzero(is_hit)
        codes = data[hits]
        is_quote = codes == _QUOTE
        is_text = is_quote
        if self._is_escaped or b"\\" in block:
            is_quote = is_quote & ~self._escaped(data, hits)
        # only whether the number of quotes is odd matters, so that it may wrap
        inside = np.cumsum(is_quote, dtype=np.uint8)
        inside += np.uint8(self.in_string)
        if len(inside):
            self.in_string = bool(inside[-1] & 1)
        taken = np.flatnonzero(~is_text & ((inside & 1) == 0))
        codes = codes[taken]
        # bit 1 tells opening from closing brackets
        depths = np.cumsum((codes & 2).astype(np.int8) - 1, dtype=np.int32)
        depths += self.depth
        if len(depths):
            self.depth = int(depths[-1])
        return hits[taken], codes, depths

    def _escaped(self, data: npt.NDArray[np.uint8], hits: Positions) -> npt.NDArray[np.bool_]:
        """Whether an odd number of backslashes precedes each hit."""
        slashes = np.flatnonzero(data == _BACKSLASH)
        is_first = np.ones(len(slashes), np.bool_)
        is_first[1:] = np.diff(slashes) != 1
        run_starts = np.where(is_first, slashes, 0)
        np.maximum.accumulate(run_starts, out=run_starts)
        lengths = slashes - run_starts + 1
        if self._is_escaped and len(slashes) and slashes[0] == 0:
            lengths[run_starts == 0] += 1
        ends_odd = np.zeros(len(data) + 1, np.bool_)
        ends_odd[slashes + 1] = lengths & 1
        # a backslash within a longer run escapes another backslash, never a quote
        ends_odd[0] = self._is_escaped
        escaped = ends_odd[hits]
        self._is_escaped = bool(ends_odd[-1])
        return escaped


class Scan:
    """Where things are in one document.

    Attributes:
        start, end: bytes of the outermost value.
        is_list: the outermost value is a list, which is then `lists[0]`; else these are the lists in that object.
    """

    def __init__(self, stream: BinaryIO, file: str, start: int) -> None:
        """Raises Refused: cut off, nested too deeply, or more than one value."""
        self._file = file
        self._starts: list[Positions] = []
        self._ends: list[Positions] = []
        self._members: list[tuple[int, int]] = []
        self.start, self.is_list = self._outermost(stream, start)
        self.end = self._find_end(stream)
        self._refuse_more(stream)
        self.lists = self._lists()

    def _outermost(self, stream: BinaryIO, start: int) -> tuple[int, bool]:
        stream.seek(start)
        while block := stream.read(_BLOCK):
            if rest := block.lstrip(b" \t\r\n"):
                if rest[:1] not in (b"{", b"["):
                    raise Refused(f"{self._file} is no JSON object or list: it starts with {rest[:20]!r}.")
                return start + len(block) - len(rest), rest[:1] == b"["
            start += len(block)
        raise Refused(f"{self._file} is empty: send it again.")

    def _find_end(self, stream: BinaryIO) -> int:
        brackets, at, count = Brackets(), self.start, 0
        stream.seek(self.start)
        while block := stream.read(_BLOCK):
            positions, codes, depths = brackets.find(block)
            positions += at
            over = np.flatnonzero(depths == 0)
            if len(over):
                taken = slice(over[0] + 1)
                positions, codes, depths = positions[taken], codes[taken], depths[taken]
            _refuse_deep(depths, positions, self._file)
            self._keep(positions, codes, depths)
            count += len(self._starts[-1])
            if count > _MOST_ELEMENTS or len(self._members) > _MOST_MEMBERS:
                raise Refused(f"{self._file} has too many elements to index: send it in parts.")
            if len(over):
                return int(positions[-1]) + 1
            at += len(block)
        raise Refused(f"{self._file} is cut off after {at} bytes: send it again.")

    def _keep(self, positions: Positions, codes: npt.NDArray[np.uint8], depths: npt.NDArray[np.int32]) -> None:
        level = 1 if self.is_list else 2
        is_opening = (codes & 2) != 0
        self._starts.append(positions[is_opening & (depths == level + 1)])
        self._ends.append(positions[~is_opening & (depths == level)] + 1)
        if self.is_list:
            return
        outer = np.flatnonzero((is_opening & (depths == 2)) | (~is_opening & (depths == 1)))
        self._members += [(int(positions[one]), int(codes[one])) for one in outer]

    def _refuse_more(self, stream: BinaryIO) -> None:
        stream.seek(self.end)
        at = self.end
        while block := stream.read(_BLOCK):
            if rest := block.strip(b" \t\r\n"):
                raise Refused(f"{self._file}: byte {at}: {rest[:20]!r} follows after the end: send one document.")
            at += len(block)

    def _lists(self) -> list[Offsets]:
        starts = np.concatenate(self._starts) if self._starts else _NOTHING
        ends = np.concatenate(self._ends) if self._ends else _NOTHING
        self._starts, self._ends = [], []
        if self.is_list:
            return [Offsets(self.start, self.end - 1, starts, ends)]
        lists = []
        for (opening, code), (closing, _) in zip(self._members[::2], self._members[1::2], strict=True):
            if code == _OPENING_LIST:
                own = slice(*np.searchsorted(starts, (opening, closing)).tolist())
                lists.append(Offsets(opening, closing, starts[own], ends[own]))
        return lists


def check_depth(content: bytes, file: str) -> None:
    """Raises Refused: the document is nested too deeply."""
    positions, _codes, depths = Brackets().find(content)
    _refuse_deep(depths, positions, file)


def _refuse_deep(depths: npt.NDArray[np.int32], positions: Positions, file: str) -> None:
    if len(depths) and depths.max() > DEEPEST:
        at = int(positions[np.argmax(depths > DEEPEST)])
        raise Refused(f"{file}: byte {at} is nested more than {DEEPEST} levels deep: it is none of the formats.")
