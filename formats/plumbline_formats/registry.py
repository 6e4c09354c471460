"""Owns the one table of formats, and which of them a source looks like. Does not read beyond names and first bytes."""

from __future__ import annotations

from pathlib import PurePosixPath

from plumbline_formats.archive import Source
from plumbline_formats.format import Format, Guess
from plumbline_formats.formats import (
    class_folders,
    coco,
    csv_table,
    cvat,
    datumaro,
    label_studio,
    labelme,
    mask_png,
    native,
    voc,
    yolo,
    zillin,
)
from plumbline_formats.problems import FormatError

# In the order in which people are shown them.
FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        native,
        coco,
        voc,
        yolo,
        labelme,
        cvat,
        datumaro,
        label_studio,
        zillin,
        mask_png,
        class_folders,
        csv_table,
    )
}

# Two guesses that are nearer to each other than this are for people to decide.
_CLEAR = 0.1


class Undecided(FormatError):
    """A source that looks like several formats, or like none; `guesses` has the likeliest first."""

    def __init__(self, message: str, guesses: list[tuple[Format, Guess]]) -> None:
        super().__init__(message)
        self.guesses = guesses


def find(name: str) -> Format:
    """The format of a name. Raises FormatError: there is none."""
    if name not in FORMATS:
        raise FormatError(f"There is no format {name!r}; there are: {', '.join(FORMATS)}.")
    return FORMATS[name]


def guess(source: Source) -> list[tuple[Format, Guess]]:
    """The formats that a source could be, the likeliest first.

    Raises:
        Refused: the source is hostile.
    """
    guesses = [(kind, found) for kind in FORMATS.values() if (found := kind.guess(source)) is not None]
    return sorted(guesses, key=lambda one: -one[1].confidence)


def decide(source: Source) -> tuple[Format, Guess]:
    """The one format that a source clearly is.

    Raises:
        Undecided: none, or one as much as another; the message says what each was guessed from.
        Refused: the source is hostile.
    """
    guesses = guess(source)
    if not guesses:
        raise Undecided(f"{source.label} looks like none of the formats ({_held(source)}): say which one it is.", [])
    best = guesses[0][1].confidence
    near = [one for one in guesses if best - one[1].confidence < _CLEAR]
    if len(near) > 1:
        choices = "; or ".join(sentence(*one) for one in near)
        raise Undecided(f"{source.label} could be several formats: {choices}. Say which one it is.", guesses)
    return guesses[0]


def sentence(kind: Format, found: Guess) -> str:
    """For people: `COCO JSON (images and annotations in a.json)`."""
    return f"{kind.title} ({found.reason})"


def _held(source: Source) -> str:
    """What is in a source, by the endings of its names: `12 .png, 1 .txt`."""
    counts: dict[str, int] = {}
    for name in source.names:
        ending = PurePosixPath(name).suffix.lower() or "without ending"
        counts[ending] = counts.get(ending, 0) + 1
    shown = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:4]
    return f"it holds {', '.join(f'{count} {ending}' for ending, count in shown)}" if shown else "it holds nothing"
