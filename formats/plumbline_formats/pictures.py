"""Owns finding image files in a source. Does not open them as images."""

from __future__ import annotations

from collections.abc import Callable

from plumbline_formats.archive import Source
from plumbline_formats.model import Image

# The bytes of the file of an image, None when there is none.
Pictures = Callable[[Image], bytes | None]

_LARGEST = 1024 * 2**20


class SourcePictures:
    """Image files of a source by the paths of images.

    Args:
        expected: the name under which the format of the source has the file of an image.
    """

    def __init__(self, source: Source, expected: Callable[[Image], str]) -> None:
        self._source = source
        self._expected = expected
        self._by_name: dict[str, list[str]] = {}
        for name in source.names:
            self._by_name.setdefault(name.rpartition("/")[2], []).append(name)

    def __call__(self, image: Image) -> bytes | None:
        name = self.find(image)
        return None if name is None else self._source.read(name, _LARGEST)

    def find(self, image: Image) -> str | None:
        """The file whose name ends most like the expected one, then like the path; None when that is not just one."""
        expected, path = self._expected(image).split("/"), image.path.split("/")
        ranked: dict[tuple[int, bool, int], list[str]] = {}
        for name in {*self._by_name.get(expected[-1], ()), *self._by_name.get(path[-1], ())}:
            parts = name.split("/")
            rank = (_common(expected, parts), name == image.path, _common(path, parts))
            ranked.setdefault(rank, []).append(name)
        best = ranked[max(ranked)] if ranked else []
        return best[0] if len(best) == 1 else None


def _common(wanted: list[str], parts: list[str]) -> int:
    """Parts at the end that are the same."""
    count = 0
    for one, other in zip(reversed(wanted), reversed(parts), strict=False):
        if one != other:
            break
        count += 1
    return count
