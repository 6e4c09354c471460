"""Owns arbitrary sets of annotations for property tests: every kind of shape, every field, names of the world."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from plumbline_formats import archive
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question
from plumbline_formats.problems import FormatError
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Node,
    Part,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Skeleton,
    Tag,
)

_SIDE = 48
_NODES = ["head", "tail", "left fin"]
_DAYS = st.sampled_from(["", "2026-03-01T08:15:30Z", "2026-11-22T23:59:59.250Z"])
_words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
_names = st.sampled_from(["crack", "blow hole", "Überzug", "裂纹", "a&b <c>", 'say "x"', "x,y;z", "=1+1", "no", "007"])
_coordinates = st.one_of(
    st.integers(0, _SIDE).map(float), st.floats(0, _SIDE), st.sampled_from([13.375, 0.1, 7.5, 31.0625])
)
_sizes = st.one_of(st.integers(1, 24).map(float), st.floats(0.5, 24))
_angles = st.one_of(st.sampled_from([0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0]), st.floats(0, 359.9))
_attributes = st.dictionaries(
    st.sampled_from(["depth", "note", "sharp", "causes", "Größe & Art"]),
    st.one_of(
        st.floats(-1e6, 1e6),
        st.booleans(),
        st.sampled_from(["deep", "", "true", "12", "a, b", "  edge  ", "=cmd", "line\nbreak", "ü<&>\"'"]),
        st.lists(st.sampled_from(["heat", "tool", "x;y"]), unique=True, max_size=3),
    ),
    max_size=3,
)


@dataclass(frozen=True)
class Set:
    """A set of annotations as a writer takes it."""

    header: Header
    images: list[Image]


def _ring(count: int) -> st.SearchStrategy[list[float]]:
    """Points that differ, so that no ring repeats its first one."""
    pairs = st.lists(st.tuples(_coordinates, _coordinates), min_size=count, max_size=6, unique=True)
    return pairs.map(lambda points: [value for point in points for value in point])


@st.composite
def _masks(draw: st.DrawFn, width: int, height: int) -> Mask:
    """A crop inside the image with at least one pixel set."""
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    across, down = draw(st.integers(1, min(8, width - left))), draw(st.integers(1, min(8, height - top)))
    bits = draw(st.lists(st.booleans(), min_size=across * down, max_size=across * down).filter(any))
    counts = [0] if bits[0] else []
    counts += [len(list(run)) for _, run in groupby(bits)]
    return Mask(left, top, across, down, counts)


def _shapes(width: int, height: int) -> st.SearchStrategy[Shape]:
    part = st.builds(Part, _ring(3), st.lists(_ring(3), max_size=1))
    return st.one_of(
        st.builds(Box, _coordinates, _coordinates, _sizes, _sizes),
        st.builds(RotatedBox, _coordinates, _coordinates, _sizes, _sizes, _angles),
        st.builds(Polygon, st.lists(part, min_size=1, max_size=2)),
        st.builds(Polyline, _ring(2)),
        st.builds(Point, _coordinates, _coordinates),
        st.builds(Ellipse, _coordinates, _coordinates, _sizes, _sizes, st.one_of(st.just(0.0), _angles)),
        _masks(width, height),
        st.builds(Tag),
    )


def _skeletons(nodes: list[str]) -> st.SearchStrategy[Skeleton]:
    each = st.tuples(_coordinates, _coordinates, st.integers(0, 2))
    return st.lists(each, min_size=len(nodes), max_size=len(nodes)).map(
        lambda places: Skeleton([Node(name, *place) for name, place in zip(nodes, places, strict=True)])
    )


@st.composite
def _annotations(draw: st.DrawFn, labels: list[Label], width: int, height: int) -> Annotation:
    label = draw(st.sampled_from(labels))
    shape = draw(_skeletons(label.nodes) if label.nodes else _shapes(width, height))
    is_plain = draw(st.booleans())
    rest: dict[str, Any] = {} if is_plain else draw(_fields())
    return Annotation(str(uuid.UUID(int=draw(st.integers(0, 2**128 - 1)))), label.name, shape, **rest)


def _fields() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "attributes": _attributes,
            "group": st.integers(0, 3),
            "z": st.integers(-2, 5),
            "occluded": st.booleans(),
            "truncated": st.booleans(),
            "difficult": st.booleans(),
            "origin": st.sampled_from(["human", "model", "imported"]),
            "confidence": st.one_of(st.none(), st.floats(0, 1)),
            "author": st.sampled_from(["", "ada@example.com"]),
            "created": _DAYS,
            "updated": _DAYS,
        },
    )


@st.composite
def _labels(draw: st.DrawFn) -> list[Label]:
    names = draw(st.lists(_names, min_size=1, max_size=4, unique=True))
    labels = [
        Label(
            name,
            color=draw(st.sampled_from(["", "#ff0080"])),
            attributes=draw(st.sampled_from([[], [AttributeSpec("depth", "number")], [_CHOICE]])),
        )
        for name in names
    ]
    if draw(st.booleans()):
        labels.append(Label("fish", nodes=list(_NODES), edges=[(0, 1), (1, 2)]))
    if len(labels) > 1 and draw(st.booleans()):
        labels[1].parent = labels[0].name
    return labels


_CHOICE = AttributeSpec("causes", "multi_select", ["heat", "tool", "x;y"])


@st.composite
def sets(draw: st.DrawFn) -> Set:
    """A set whose images have different stems, so that every format can tell them apart."""
    labels = draw(_labels())
    questions = draw(st.sampled_from([[], [Question("Is it sharp?", "select", ["yes", "no"])]]))
    header = Header(
        name=draw(st.sampled_from(["", "tiles, line 2"])),
        description=draw(st.sampled_from(["", "of March & April"])),
        labels=labels,
        questions=questions,
        versions=draw(st.sampled_from([{}, {"annotation": 3}])),
    )
    stems = draw(st.lists(_words.filter(_is_a_file_name), min_size=1, max_size=3, unique_by=str.casefold))
    images = [draw(_images(stem, labels, bool(questions))) for stem in stems]
    ids = [annotation.id for image in images for annotation in image.annotations]
    assume(len(ids) == len(set(ids)))
    return Set(header, images)


def _is_a_file_name(word: str) -> bool:
    try:
        archive.check_name(word)
    except FormatError:
        return False
    return not set(word) & set('/\\:.*?"<>|')


@st.composite
def _images(draw: st.DrawFn, stem: str, labels: list[Label], is_asked: bool) -> Image:
    width, height = draw(st.integers(9, _SIDE)), draw(st.integers(9, _SIDE))
    annotated = draw(st.sampled_from([True, True, True, False]))
    image = Image(f"{stem}.{draw(st.sampled_from(['png', 'jpg']))}", width, height, annotated=annotated)
    if annotated:
        image.annotations = draw(
            st.lists(_annotations(labels, width, height), max_size=4, unique_by=lambda annotation: annotation.id)
        )
    if draw(st.booleans()):
        image.sha256 = "ab" * 32
        image.subset = draw(st.sampled_from(["", "train", "validation", "test"]))
        image.source = draw(st.sampled_from(["", "site A"]))
        image.tags = draw(st.sampled_from([[], ["night", "line 2"]]))
        image.answers = {"Is it sharp?": "yes"} if is_asked and annotated else {}
        image.attributes = draw(_attributes)
        image.state = draw(st.sampled_from(["", "ACCEPTED"]))
    return image
