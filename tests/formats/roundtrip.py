"""Owns the two promises that every format is held to: with the side-car nothing changes, and without it only that
changes which the loss report names, object by object.
"""

from __future__ import annotations

import io
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any

import PIL.Image
import pytest

from plumbline_formats import documents, format, losses
from plumbline_formats.archive import FolderTarget, SingleTarget, Target, ZipTarget, open_source
from plumbline_formats.format import Format
from plumbline_formats.formats.yolo import outlines
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Image
from plumbline_formats.problems import Problems
from plumbline_formats.shapes import Mask
from tests.formats.strategies import Set

# What a reader may say on its own where nothing was said: who made it, and the file's own names for things.
_UNSAID = ("origin", "foreign")
# The action of a loss that makes several objects of one.
_SPLIT = "an object for each part"
# Losses under these names show as a difference of that field.
_SHOWS_AS = {"precision": "shape", "attribute types": "attributes", "overlap": "shape"}


def there_and_back(
    kind: Format, before: Set, options: Mapping[str, object], target: str
) -> tuple[LossReport, Set, Problems]:
    """Write a set and read it again, `target` being `folder`, `zip` or `single`."""
    chosen = format.values(kind.write_options, options)
    known = {option.name for option in kind.read_options}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(losses, "_EXAMPLES", 10**9)
        path = Path(folder) / f"set{kind.ending if target == 'single' else '.zip' if target == 'zip' else ''}"
        report = _write(kind, before, chosen, path, target)
        with open_source(path) as source:
            reading = {name: value for name, value in chosen.items() if name in known}
            reader = kind.open(source, format.values(kind.read_options, reading))
            images = list(reader)
            return report, Set(reader.header, images), reader.problems


def _write(kind: Format, before: Set, options: Mapping[str, format.OptionValue], path: Path, target: str) -> LossReport:
    assert kind.create is not None
    with _target(path, target) as opened:
        writer = kind.create(opened, before.header, options)
        for image in before.images:
            writer.add(image)
        writer.close()
        if target != "single":
            for image in before.images:
                opened.write(writer.image_name(image), picture(image))
    return writer.losses


@contextmanager
def _target(path: Path, target: str) -> Iterator[Target]:
    if target == "folder":
        yield FolderTarget(path)
        return
    with path.open("wb") as file:
        if target == "single":
            yield SingleTarget(file)
            return
        archive = ZipTarget(file)
        yield archive
        archive.close()


def picture(image: Image) -> bytes:
    """A grey image file of the right size."""
    buffer = io.BytesIO()
    PIL.Image.new("L", (image.width, image.height)).save(buffer, "PNG" if image.path.endswith("png") else "JPEG")
    return buffer.getvalue()


def assert_identical(before: Set, after: Set, problems: Problems, *, by_subset: bool = False) -> None:
    """Nothing was lost, down to the order of things; `by_subset`, images of one subset stand together."""
    assert [str(problem) for problem in problems.kept if problem.severity == "error"] == []
    assert documents.of_header(after.header) == documents.of_header(before.header)
    order = [image.path for image in after.images if by_subset]
    expected = sorted(before.images, key=lambda image: order.index(image.path)) if by_subset else before.images
    assert list(map(documents.of_image, after.images)) == list(map(documents.of_image, expected))
    assert after.images == expected


def assert_only_reported(report: LossReport, before: Set, after: Set) -> None:
    """Every difference is reported for that very object, and every report shows as a difference."""
    reported = _by_example(report)
    assert _of_header(before, after) == {key: codes for key, codes in reported.items() if key[0] in ("header", "label")}
    split = {example for loss in report.losses if loss.action.startswith(_SPLIT) for example in loss.examples}
    differing: dict[tuple[str, str], set[str]] = {}
    for image in before.images:
        differing |= _of_image(image, _twin(image, after.images), reported, split)
    assert differing == {key: codes for key, codes in reported.items() if key[0] in ("image", "annotation")}


def _by_example(report: LossReport) -> dict[tuple[str, str], set[str]]:
    """Fields that were lost, by what the report says lost them."""
    reported: dict[tuple[str, str], set[str]] = defaultdict(set)
    for loss in report.losses:
        owner, _, name = loss.code.rpartition(".")
        if owner == "header":
            reported["header", ""].add(name)
            continue
        assert len(loss.examples) <= loss.count
        for example in loss.examples:
            reported[owner or "annotation", example].add(_SHOWS_AS.get(name, name))
    return dict(reported)


def _of_header(before: Set, after: Set) -> dict[tuple[str, str], set[str]]:
    differing = {("header", ""): _fields(before.header, after.header, ("labels",))}
    found = {label.name: label for label in after.header.labels}
    for label in before.header.labels:
        assert label.name in found, f"label {label.name!r} is gone"
        differing["label", label.name] = _fields(label, found[label.name])
    return {key: names for key, names in differing.items() if names}


def _twin(image: Image, images: list[Image]) -> Image | None:
    """The image of the same path, or of the same name with another ending where the format does not keep endings."""
    stem = PurePosixPath(image.path).stem
    exact = [found for found in images if found.path == image.path]
    near = exact or [found for found in images if PurePosixPath(found.path).stem == stem]
    return near[0] if near else None


def _of_image(
    image: Image, after: Image | None, reported: Mapping[tuple[str, str], set[str]], split: Collection[str]
) -> dict[tuple[str, str], set[str]]:
    if after is None:
        # a format that cannot list what nobody has looked at
        assert not image.annotated or reported["image", image.path] & {"annotated", "path"}, f"{image.path} is gone"
        return {("image", image.path): reported.get(("image", image.path), set())}
    differing = {("image", image.path): _fields(image, after, ("annotations",))}
    # an ending that only the image file tells, which lies beside here, and may not elsewhere
    differing["image", image.path] |= reported.get(("image", image.path), set()) & {"path"}
    dropped = {key[1] for key, names in reported.items() if "object" in names}
    visible = [annotation for annotation in image.annotations if annotation.id not in dropped]
    counts = [_parts(one) if one.id in split else 1 for one in visible]
    assert len(after.annotations) == sum(counts), "objects were lost or added without a word"
    firsts = [after.annotations[at] for at in accumulate(counts[:-1], initial=0)] if counts else []
    for one, other in zip(visible, firsts, strict=True):
        differing["annotation", one.id] = _fields(one, other)
    for annotation in image.annotations:
        if annotation.id in dropped:
            differing["annotation", annotation.id] = {"object"}
    return {key: names for key, names in differing.items() if names}


def _parts(annotation: Annotation) -> int:
    """How many objects a polygon or a mask is made into."""
    shape: Any = annotation.shape
    return len(outlines.of_mask(shape).rings if isinstance(shape, Mask) else shape.parts)


def _fields(before: Any, after: Any, aside: tuple[str, ...] = ()) -> set[str]:
    """Names of the fields of two dataclasses that differ."""
    said = documents.said(before)
    return {
        name
        for name in type(before).__slots__
        if name not in aside
        and getattr(before, name) != getattr(after, name)
        and not (name in _UNSAID and name not in said)
        and not (name == "foreign" and isinstance(before, Annotation) and name not in said)
    }
