"""Owns what readers produce and writers consume: the marks of one image in canonical form, and the loss report."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from services.annotation import rules

_NAMESPACE = uuid.UUID("5f0c3f5e-0a53-5a6e-9d0e-6f3a3f7c4b11")


@dataclass(frozen=True, slots=True)
class ImageMarks:
    """One image of a snapshot; `annotations` are canonical (see `geometry.canonical`), sizes are pixels."""

    image_sha256: str
    path: str
    source: str
    tags: list[str]
    image_set: str
    width: int
    height: int
    revision_digest: str
    annotations: list[dict[str, Any]]
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class FoundMarks:
    """What a reader found for one image, which it names by sha256 or, when that is empty, by path.

    `place` says where it was found, for messages. A size of 0 means that the file does not say it. With `any_ending`
    the path matches an image of the same path with another ending.
    """

    place: str
    annotations: list[dict[str, Any]]
    answers: dict[str, str] = field(default_factory=dict)
    image_sha256: str = ""
    path: str = ""
    any_ending: bool = False
    width: int = 0
    height: int = 0


class Losses:
    """Counts what a format cannot carry, by one sentence each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, sentence: str, count: int = 1) -> None:
        """`sentence` follows the number: `rotated_box -> polygon of 4 corners`."""
        if count:
            self._counts[sentence] += count

    def sentences(self) -> list[str]:
        """`3 rotated_box -> polygon of 4 corners`, in alphabetical order of what was lost."""
        return [f"{count} {sentence}" for sentence, count in sorted(self._counts.items())]


def stable_id(image: str, label: str, geometry: dict[str, Any], ordinal: int) -> str:
    """A UUID for an object that comes without one: the same file again gives the same object.

    `image` is whatever the file calls the image, `ordinal` tells equal objects of one image apart.
    """
    return str(uuid.uuid5(_NAMESPACE, rules.encode([image, label, geometry, ordinal])))
