"""Owns which annotations of a COCO file belong to which image, in whatever order they are: some bytes for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats.formats.coco.numbers import Positions, find
from plumbline_formats.problems import Problems
from plumbline_formats.streams import JsonFile

_LARGEST = 2**63 - 1


class Index:
    """Positions of annotations by the position of their image; what belongs to no image is a problem, and left out."""

    def __init__(self, file: JsonFile, name: str, problems: Problems) -> None:
        self._file = file
        self._name = name
        self._problems = problems
        ids, is_number = self._numbers("images", "id")
        known, first = np.unique(ids[is_number], return_index=True)
        self._ids = ids
        known_images = np.zeros(len(ids), np.bool_)
        self._images = np.flatnonzero(is_number)[first]
        known_images[self._images] = True
        self._known: list[bool] = known_images.tolist()
        self._refuse("images", "id", is_number & ~known_images, "is {}, which another image has")
        owners = self._owners(known)
        self._order = np.argsort(owners, kind="stable")
        self._counts: list[int] = np.bincount(owners[owners >= 0], minlength=len(ids)).tolist()
        ends = np.cumsum(self._counts, dtype=np.int64) + np.count_nonzero(owners < 0)
        self._starts: list[int] = (ends - self._counts).tolist()

    def is_known(self, image: int) -> bool:
        """Whether the image has an id of its own."""
        return self._known[image]

    def id_of(self, image: int) -> int:
        """The id that the file gives an image."""
        return int(self._ids[image])

    def of_image(self, image: int) -> Positions:
        """Its annotations in the order of the file."""
        return self._order[self._starts[image] : self._starts[image] + self._counts[image]]

    def count_of(self, image: int) -> int:
        """How many it has."""
        return self._counts[image]

    def _owners(self, known: Positions) -> Positions:
        """The position of the image of each annotation, or -1."""
        given, is_number = self._numbers("annotations", "image_id")
        if not len(known):
            is_owned = np.zeros(len(given), np.bool_)
            owners = np.full(len(given), -1)
        else:
            places = np.minimum(np.searchsorted(known, given), len(known) - 1)
            is_owned = is_number & (known[places] == given)
            owners = np.where(is_owned, self._images[places], -1)
        self._refuse("annotations", "image_id", is_number & ~is_owned, "is {}, which no image has")
        return owners

    def _numbers(self, name: str, member: str) -> tuple[Positions, NDArray[np.bool_]]:
        """A whole number of each element, and whether it has one; who has none is a problem."""
        numbers, is_number = [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
        for first, text, starts in self._file.texts(name):
            found = find(text, starts, member)
            if found is not None:
                numbers.append(found)
                is_number.append(np.ones(len(found), np.bool_))
            else:
                parsed = self._file.elements(name, range(first, first + len(starts)))
                self._parse(name, member, first, parsed, numbers, is_number)
        if name not in self._file.lists:
            for first, batch in self._file.batches(name):
                self._parse(name, member, first, batch, numbers, is_number)
        return np.concatenate(numbers), np.concatenate(is_number)

    def _parse(
        self,
        name: str,
        member: str,
        first: int,
        batch: list[Any],
        numbers: list[Positions],
        is_number: list[NDArray[np.bool_]],
    ) -> None:
        """Append what some parsed elements say."""
        values = [one.get(member) if isinstance(one, dict) else None for one in batch]
        is_right = [type(value) is int and abs(value) <= _LARGEST for value in values]
        for at, value in enumerate(values):
            if not is_right[at]:
                self._error(name, first + at, member, f"is {value!r}, expected a whole number")
        numbers.append(np.array([value if ok else 0 for value, ok in zip(values, is_right, strict=True)], np.int64))
        is_number.append(np.array(is_right, np.bool_))

    def _refuse(self, name: str, member: str, wrong: NDArray[np.bool_], message: str) -> None:
        for at in np.flatnonzero(wrong).tolist():
            value: Any = self._file.element(name, at).get(member)
            self._error(name, at, member, message.format(value))

    def _error(self, name: str, at: int, member: str, message: str) -> None:
        self._problems.error(self._name, f"{name}[{at}].{member}", message)
