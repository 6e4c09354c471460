"""Owns the frames of a video while its tracks are read: a file has them track by track, and images come frame by frame.

The objects wait in a temporary file; only their places in it are in memory.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import orjson

from plumbline_formats import documents
from plumbline_formats.model import Annotation, Image


class Tracks:
    """Objects by frame."""

    def __init__(self) -> None:
        self._places: dict[int, array[int]] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, frame: int, annotation: Annotation) -> None:
        line = documents.encode(documents.of_annotation(annotation)) + b"\n"
        self._places.setdefault(frame, array("Q")).append(self._end)
        self._end += self._file.write(line)

    @staticmethod
    def image(frame: int, width: int, height: int) -> Image:
        """The image of a frame, named as CVAT names frames."""
        return Image(f"frame_{frame:06d}", width, height)

    def images(self, width: int, height: int) -> Iterator[Image]:
        """The frames that have an object, in order."""
        for frame in sorted(self._places):
            image = self.image(frame, width, height)
            for place in self._places[frame]:
                self._file.seek(place)
                image.annotations.append(documents.to_annotation(orjson.loads(self._file.readline())))
            yield image
