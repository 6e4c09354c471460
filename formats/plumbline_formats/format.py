"""Owns what every format offers: a reader, a writer, a guess, its options, and what it can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from plumbline_formats.archive import Source, Target
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import FormatError, Problems

OptionValue = str | int | bool
Options = Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that changes what is read or written; the default is what the format's specification says."""

    name: str
    default: OptionValue
    help: str
    choices: tuple[str, ...] = ()


# Every writer has it.
SIDECAR = Option("sidecar", True, "keep what the format cannot say beside it, so that Plumbline reads it back whole")


def has_sidecar(options: Options) -> bool:
    """Whether a file that is written with these options has a side-car; the native format needs none."""
    return options.get(SIDECAR.name) is True


class Reader(Protocol):
    """Reads one source, once. Memory is bounded by one image and an index of a few bytes per object.

    `header` is known before the first image; `problems` is complete after the last one.
    """

    header: Header
    problems: Problems

    def __iter__(self) -> Iterator[Image]:
        """Images in the order of the source. Raises Refused: the source cannot be read any further."""


class Writer(Protocol):
    """Writes one target. `losses` is complete after `close`. Same input, same bytes."""

    losses: LossReport

    def add(self, image: Image) -> None:
        """Append an image.

        Raises:
            FormatError: it cannot be told apart from another one in this format (`a.jpg` and `a.png`).
        """

    def close(self) -> None:
        """Write what comes last. The target itself stays open."""

    def image_name(self, image: Image) -> str:
        """Where the format expects the image file, for callers who include images."""


@dataclass(frozen=True, slots=True)
class Guess:
    """How sure a format is of a source, from 0 to 1, and what it saw in words: `images and annotations in a.json`."""

    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Format:
    """One annotation format.

    Attributes:
        name: for options and file names: `coco`.
        title: for people: `COCO JSON`.
        summary: one sentence.
        ending: of what a writer makes, `.zip` when it makes several files.
        carries: what it says without a side-car, with default options.
        guess: looks at names and first bytes only; None when it is surely not this format.
    """

    name: str
    title: str
    summary: str
    ending: str
    carries: Carries
    open: Callable[[Source, Options], Reader]
    create: Callable[[Target, Header, Options], Writer] | None
    guess: Callable[[Source], Guess | None]
    read_options: tuple[Option, ...] = ()
    write_options: tuple[Option, ...] = field(default=(SIDECAR,))


def values(options: tuple[Option, ...], given: Mapping[str, object]) -> dict[str, OptionValue]:
    """All options with defaults filled in; text such as `false` or `3` is taken for the type of the default.

    Raises:
        FormatError: an option is not known, or has a value that it cannot have.
    """
    known = {option.name: option for option in options}
    for name in given:
        if name not in known:
            raise FormatError(f"There is no option {name!r}; there are: {', '.join(known) or 'none'}.")
    return {name: _value(option, given.get(name, option.default)) for name, option in known.items()}


def _value(option: Option, given: object) -> OptionValue:
    if isinstance(option.default, bool):
        if (text := str(given).lower()) in ("true", "false"):
            return text == "true"
        raise FormatError(f"Option {option.name} is {given!r}: say true or false.")
    if isinstance(option.default, int):
        try:
            return int(str(given))
        except ValueError:
            raise FormatError(f"Option {option.name} is {given!r}: say a whole number.") from None
    if option.choices and str(given) not in option.choices:
        raise FormatError(f"Option {option.name} is {given!r}: choose one of {', '.join(option.choices)}.")
    return str(given)
