"""Owns which annotations of a COCO file belong to which image, in whatever order they are: some bytes for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats.problems import Problems
from plumbline_formats.streams import JsonFile

Positions = NDArray[np.int64]
_LARGEST = 2**63 - 1


class Index:
    """Positions of annotations by the position of their image; what belongs to no image is a problem, and left out."""

    def __init__(self, file: JsonFile, name: str, problems: Problems) -> None:
        self._file = file
        self._name = name
        self._problems = problems
        ids, is_number = self._numbers("images", "id")
        known, first = np.unique(ids[is_number], return_index=True)
        self._known = np.zeros(len(ids), np.bool_)
        self._images = np.flatnonzero(is_number)[first]
        self._known[self._images] = True
        self._refuse("images", "id", is_number & ~self._known, "is {}, which another image has")
        owners = self._owners(known)
        self._order = np.argsort(owners, kind="stable")
        self._ends = np.searchsorted(owners[self._order], np.arange(len(ids)), side="right")
        self._starts = np.searchsorted(owners[self._order], np.arange(len(ids)), side="left")

    def is_known(self, image: int) -> bool:
        """Whether the image has an id of its own."""
        return bool(self._known[image])

    def of_image(self, image: int) -> Positions:
        """Its annotations in the order of the file."""
        return self._order[self._starts[image] : self._ends[image]]

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
        for first, batch in self._file.batches(name):
            values: list[Any] = [one.get(member) if isinstance(one, dict) else None for one in batch]
            if set(map(type, values)) != {int} or max(values) > _LARGEST:
                is_right = [type(value) is int and value <= _LARGEST for value in values]
                for at, value in enumerate(values):
                    if not is_right[at]:
                        self._error(name, first + at, member, f"is {value!r}, expected a whole number")
                values = [value if right else 0 for value, right in zip(values, is_right, strict=True)]
            else:
                is_right = [True] * len(values)
            numbers.append(np.array(values, np.int64))
            is_number.append(np.array(is_right, np.bool_))
        return np.concatenate(numbers), np.concatenate(is_number)

    def _refuse(self, name: str, member: str, wrong: NDArray[np.bool_], message: str) -> None:
        for at in np.flatnonzero(wrong).tolist():
            value: Any = self._file.element(name, at).get(member)
            self._error(name, at, member, message.format(value))

    def _error(self, name: str, at: int, member: str, message: str) -> None:
        self._problems.error(self._name, f"{name}[{at}].{member}", message)
