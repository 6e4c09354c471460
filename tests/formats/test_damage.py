"""Owns files that are damaged in arbitrary places: what is read of them is sound, and all else ends in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline_formats import documents, exchange
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question
from plumbline_formats.problems import FormatError
from plumbline_formats.registry import FORMATS
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
from tests.formats.roundtrip import picture

_SHAPES: list[Shape] = [
    Tag(),
    Box(1.0, 2.0, 3.0, 4.5),
    RotatedBox(20.0, 20.0, 8.0, 4.0, 30.0),
    Polygon([Part([1.0, 1.0, 9.0, 1.0, 9.0, 9.0], [[3.0, 3.0, 4.0, 3.0, 4.0, 4.0]])]),
    Polyline([1.0, 1.0, 2.0, 3.0]),
    Point(3.0, 3.0),
    Skeleton([Node("head", 1.0, 2.0, 2), Node("tail", 3.0, 4.0, 1)]),
    Ellipse(9.0, 9.0, 3.0, 4.0, 10.0),
    Mask(1, 1, 3, 2, [0, 4, 1, 1]),
]
_HEADER = Header(
    name="tiles",
    labels=[
        Label("crack", attributes=[AttributeSpec("depth", "number")]),
        Label("fish", nodes=["head", "tail"], edges=[(0, 1)]),
    ],
    questions=[Question("sharp?", "select", ["yes", "no"])],
)
_PLACES = re.compile(rb'-?\d+(\.\d+)?|"[^"\n]{0,30}"|[\w.]+|[<>{}\[\],:]')
_INSTEAD = [
    *(b"", b"null", b"true", b"-1", b"0", b"-0.5", b"1e300", b"NaN", b"inf", b"2147483648", b"1_000"),
    *(b"-9223372036854775809", b"9" * 5000, b"[]", b"{}", b'"x"', b"<a>", b",", b'"', b"\xff", b"\0", b"[" * 70),
]


def _images() -> Iterator[Image]:
    for number in range(2):
        annotations = [
            Annotation(
                f"0190a1b2-0000-7000-8000-{10 * number + at:012x}",
                "fish" if isinstance(shape, Skeleton) else "crack",
                shape,
                attributes={"depth": 1.5},
                group=2,
                confidence=0.5,
            )
            for at, shape in enumerate(_SHAPES)
        ]
        yield Image(f"{number}.png", 48, 40, annotations, answers={"sharp?": "yes"})


@cache
def _files(name: str, sidecar: bool) -> dict[str, bytes]:
    has_sidecar = any(option.name == "sidecar" for option in FORMATS[name].write_options)
    options = {"sidecar": sidecar} if has_sidecar else {}
    with TemporaryDirectory() as folder:
        path = Path(folder, "set")
        exchange.write(path, _HEADER, _images(), name, options, allow_loss=True, pictures=picture)
        with open_source(path) as source:
            return {name: source.read(name) for name in source.names}


def _damaged(data: st.DataObject, content: bytes) -> bytes:
    places = list(_PLACES.finditer(content))
    if not places:
        return content[: data.draw(st.integers(0, len(content)))]
    place, other = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
    instead = data.draw(st.sampled_from([*_INSTEAD, place[0] * 2, other[0]]))
    return content[: place.start()] + instead + content[place.end() :]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), sidecar=st.booleans())
def test_what_is_read_of_damaged_files_is_sound(name: str, data: st.DataObject, sidecar: bool) -> None:
    files = dict(_files(name, sidecar))
    for _ in range(data.draw(st.integers(1, 2))):
        damaged = data.draw(st.sampled_from(sorted(files)))
        files[damaged] = _damaged(data, files[damaged])
    said = "."
    with TemporaryDirectory() as folder:
        target = FolderTarget(Path(folder, "set"))
        for file, content in files.items():
            target.write(file, content)
        try:
            with exchange.read(Path(folder, "set"), name) as opened:
                for image in opened:
                    again = orjson.loads(documents.encode(documents.of_image(image)))
                    assert documents.to_image(again) == image
        except FormatError as error:
            said = str(error)
    assert said.endswith(".")
