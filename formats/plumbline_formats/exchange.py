"""Owns reading, writing and converting sets of annotations: what callers use. Does not know any file format.

A write goes beside its target and takes its place when it is whole; whatever goes wrong leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from plumbline_formats import format as formats
from plumbline_formats import registry
from plumbline_formats.archive import (
    FolderTarget,
    Limits,
    Nowhere,
    SingleTarget,
    Source,
    Target,
    ZipTarget,
    open_source,
)
from plumbline_formats.format import Format, Guess, Reader
from plumbline_formats.losses import Loss, LossReport
from plumbline_formats.model import Header, Image
from plumbline_formats.pictures import Pictures, SourcePictures
from plumbline_formats.problems import FormatError, LossRefused, Problems, Refused

# Called with the number of images so far.
Progress = Callable[[int], None]
_GIVEN = Guess(1.0, "as you said")
_FILE_ENDINGS = (".json", ".jsonl", ".xml", ".csv", ".txt", ".yaml", ".yml", ".png", ".jpg")


class Opened:
    """A source that is being read: iterate it once for its images.

    Attributes:
        format: in which it is read.
        guess: why; confidence 1 when the caller named the format.
        header: labels and questions, known before the first image.
        problems: what was not understood so far; complete after the last image.
    """

    def __init__(self, kind: Format, guess: Guess, reader: Reader, source: Source) -> None:
        self.format = kind
        self.guess = guess
        self.header: Header = reader.header
        self.problems: Problems = reader.problems
        self._reader = reader
        self._source = source

    @cached_property
    def pictures(self) -> SourcePictures:
        """Image files of the source, which is open as long as this is."""
        return SourcePictures(self._source, _expected(self.format, self.header))

    def __iter__(self) -> Iterator[Image]:
        """Raises Refused: the source cannot be read any further."""
        return iter(self._reader)


@contextmanager
def read(
    path: Path | str,
    format: str | None = None,
    options: Mapping[str, object] | None = None,
    limits: Limits | None = None,
) -> Iterator[Opened]:
    """Open a folder, zip file or single file; the format is guessed unless it is named.

    Raises:
        Undecided: it looks like several formats, or like none.
        Refused: it is hostile, damaged as a whole, or not of the named format.
        FormatError: there is no such format or option.
    """
    with open_source(Path(path), limits) as source:
        kind, guess = (registry.find(format), _GIVEN) if format else registry.decide(source)
        yield Opened(kind, guess, kind.open(source, formats.values(kind.read_options, options or {})), source)


def write(
    path: Path | str,
    header: Header,
    images: Iterable[Image],
    format: str,
    options: Mapping[str, object] | None = None,
    *,
    allow_loss: bool = False,
    pictures: Pictures | None = None,
) -> LossReport:
    """Write a set to a `.zip` file, to a single file of the format's ending, or to a folder.

    Args:
        pictures: gives image files to include, None for an image without one.

    Raises:
        LossRefused: the format cannot say everything, and nobody allowed that; nothing is left behind. Bookkeeping that
            the side-car keeps needs no leave.
        FormatError: there is something at the path already, there is no such format or option, or two images cannot be
            told apart in this format.
    """
    kind = _writable(format)
    target = Path(path)
    _check_target(target, kind, pictures is not None)
    with _beside(target) as part:
        with _open_target(part, target, kind) as opened:
            report = _fill(kind, opened, header, images, options or {}, pictures)
        has_sidecar = formats.has_sidecar(formats.values(kind.write_options, options or {}))
        if not allow_loss and (refused := report.to_allow(has_sidecar=has_sidecar)):
            raise LossRefused(_refusal(kind, refused), report)
    return report


def preview(
    header: Header, images: Iterable[Image], format: str, options: Mapping[str, object] | None = None
) -> LossReport:
    """What a write would lose; nothing is written. Raises FormatError as `write`."""
    return _fill(_writable(format), Nowhere(), header, images, options or {}, None)


@dataclass(slots=True)
class Conversion:
    """What came of a conversion: what was read as what, what was not understood, and what is lost.

    `pictures` is the number of image files that were included, None when none were asked for.
    """

    format: Format
    guess: Guess
    images: int
    annotations: int
    problems: Problems
    losses: LossReport
    pictures: int | None


def convert(
    source: Path | str,
    target: Path | str,
    to: str,
    options: Mapping[str, object] | None = None,
    *,
    source_format: str | None = None,
    source_options: Mapping[str, object] | None = None,
    allow_loss: bool = False,
    skip_errors: bool = False,
    with_images: bool = False,
    progress: Progress | None = None,
) -> Conversion:
    """Read one source and write it in another format.

    Args:
        skip_errors: write what was understood; without it, one object that was not leaves nothing behind.
        with_images: include the image files that the source has.

    Raises:
        Refused: the source is not read, or parts of it were not understood; the message names the first.
        FormatError: as `read` and `write`.
    """
    with read(source, source_format, source_options) as opened:
        counted = Counted(opened, progress, may_fail=skip_errors)
        found = 0

        def picture(image: Image) -> bytes | None:
            nonlocal found
            content = opened.pictures(image)
            found += content is not None
            return content

        pictures = picture if with_images else None
        report = write(target, opened.header, counted, to, options, allow_loss=allow_loss, pictures=pictures)
        said = (opened.format, opened.guess, counted.images, counted.annotations, opened.problems, report)
        return Conversion(*said, found if with_images else None)


@dataclass(slots=True)
class Checked:
    """What is in a source: nothing of it was taken."""

    format: Format
    guess: Guess
    images: int
    annotations: int
    problems: Problems


def check(
    path: Path | str,
    format: str | None = None,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Read all of a source for its problems. Raises as `read`."""
    with read(path, format, options) as opened:
        counted = Counted(opened, progress, may_fail=True)
        for _image in counted:
            pass
        return Checked(opened.format, opened.guess, counted.images, counted.annotations, opened.problems)


class Counted:
    """The images of a source, counted on their way; unless parts may fail, the end of them says what did."""

    def __init__(self, opened: Opened, progress: Progress | None, *, may_fail: bool) -> None:
        self.images = self.annotations = 0
        self._opened = opened
        self._progress = progress
        self._may_fail = may_fail

    def __iter__(self) -> Iterator[Image]:
        for image in self._opened:
            self.images += 1
            self.annotations += len(image.annotations)
            if self._progress:
                self._progress(self.images)
            yield image
        problems = self._opened.problems
        if problems.errors and not self._may_fail:
            first = next(problem for problem in problems.kept if problem.severity == "error")
            parts = "One part was" if problems.errors == 1 else f"{problems.errors} parts were"
            raise Refused(f"{parts} not understood, so nothing was taken. The first: {first}.")


def _expected(kind: Format, header: Header) -> Callable[[Image], str]:
    """Where the writer of a format would put image files, which is where readers look for them."""
    if kind.create is None:
        return lambda image: image.path
    return kind.create(Nowhere(), header, formats.values(kind.write_options, {})).image_name


def _writable(name: str) -> Format:
    kind = registry.find(name)
    if kind.create is None:
        raise FormatError(f"{kind.title} is only read: choose another format to write.")
    return kind


def _fill(
    kind: Format,
    target: Target,
    header: Header,
    images: Iterable[Image],
    options: Mapping[str, object],
    pictures: Pictures | None,
) -> LossReport:
    assert kind.create is not None
    writer = kind.create(target, header, formats.values(kind.write_options, options))
    included: list[tuple[str, Image]] = []
    for image in images:
        writer.add(image)
        if pictures:
            included.append((writer.image_name(image), replace(image, annotations=[], foreign={})))
    writer.close()
    # after the writer, which may keep a file of the target open until then
    for name, image in included:
        if pictures and (content := pictures(image)) is not None:
            target.write(name, content)
    return writer.losses


def _check_target(target: Path, kind: Format, has_pictures: bool) -> None:
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        raise FormatError(f"{target.name} is there already: choose another name or remove it.")
    if not target.parent.is_dir():
        raise FormatError(f"The folder {target.parent} is not there: make it first.")
    if _is_single(target, kind) and has_pictures:
        raise FormatError(f"Images do not fit into {target.name}: choose a folder or a .zip file.")
    if target.suffix.lower() in _FILE_ENDINGS and not _is_single(target, kind):
        single = "" if kind.ending == ".zip" else f", or a {kind.ending} file"
        raise FormatError(f"{kind.title} is written to a folder or a .zip file{single}, not to {target.name}.")


def _is_single(target: Path, kind: Format) -> bool:
    return kind.ending != ".zip" and target.suffix.lower() == kind.ending


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name next to the target, which moves to it at the end unless something is raised."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
    try:
        part = folder / "part"
        yield part
        if part.is_dir() and target.is_dir():
            target.rmdir()
        part.replace(target)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _open_target(part: Path, target: Path, kind: Format) -> Iterator[Target]:
    is_zip = target.suffix.lower() == ".zip"
    if not is_zip and not _is_single(target, kind):
        part.mkdir()
        yield FolderTarget(part)
        return
    with part.open("wb") as file:
        if not is_zip:
            yield SingleTarget(file)
            return
        archive = ZipTarget(file)
        try:
            yield archive
        finally:
            archive.close()


def _refusal(kind: Format, losses: Sequence[Loss]) -> str:
    sentences = "; ".join(loss.sentence for loss in losses)
    return f"{kind.title} cannot say everything: {sentences}. Nothing was written; allow the loss."
