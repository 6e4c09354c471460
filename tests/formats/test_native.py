"""The native format: its lines fit the published schema, it is whole alone, and what is wrong is found by its line."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

import plumbline_formats
from plumbline_formats import documents
from plumbline_formats.archive import FileSource, FolderTarget, SingleTarget, ZipTarget, open_source
from plumbline_formats.formats.native import FORMAT
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question
from plumbline_formats.problems import FormatError, Refused
from plumbline_formats.shapes import KINDS, Box, Node, Part
from tests.formats.strategies import Set, sets

_SCHEMA = json.loads(Path(plumbline_formats.__file__).with_name("native.schema.json").read_text())
_CHECK = jsonschema.Draft202012Validator(_SCHEMA)
_ID = "0190a1b2-0000-7000-8000-00000000000a"
_HEADER_LINE = '{"format":"plumbline-annotations/2","header":{"labels":[{"name":"crack"}]}}\n'
_IMAGE = Image("a.jpg", 64, 48, [Annotation(_ID, "crack", Box(1.5, 2.0, 3.0, 4.0))])


def _single(before: Set) -> bytes:
    buffer = io.BytesIO()
    assert FORMAT.create is not None
    writer = FORMAT.create(SingleTarget(buffer), before.header, {})
    for image in before.images:
        writer.add(image)
    writer.close()
    assert not writer.losses
    return buffer.getvalue()


def _read(path: Path) -> tuple[list[Image], Any]:
    with open_source(path) as source:
        reader = FORMAT.open(source, {})
        return list(reader), reader


def _lines(tmp_path: Path, *lines: str) -> tuple[list[Image], list[str]]:
    path = tmp_path / "a.jsonl"
    path.write_text(_HEADER_LINE + "\n".join(lines), encoding="utf-8")
    images, reader = _read(path)
    return images, [str(problem) for problem in reader.problems.kept]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)


@settings(max_examples=40, deadline=None)
@given(before=sets())
def test_every_written_line_fits_the_schema(before: Set) -> None:
    for line in _single(before).splitlines():
        _CHECK.validate(json.loads(line))


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("image", Image),
        ("header", Header),
        ("label", Label),
        ("question", Question),
        ("attribute_spec", AttributeSpec),
        ("node", Node),
        ("part", Part),
    ],
)
def test_every_field_is_in_the_schema(name: str, model: type) -> None:
    assert set(_SCHEMA["$defs"][name]["properties"]) == {field.name for field in fields(model)}


def test_every_field_of_an_annotation_and_every_shape_is_in_the_schema() -> None:
    said = set(_SCHEMA["$defs"]["annotation"]["properties"]) - {"geometry"} | {"shape"}
    assert said == {field.name for field in fields(Annotation)}
    shapes = {
        kind: members for one in _SCHEMA["$defs"]["geometry"]["oneOf"] for kind, members in one["properties"].items()
    }
    assert {kind: set(members["properties"]) for kind, members in shapes.items()} == {
        kind: {field.name for field in fields(shape)} for kind, shape in KINDS.items()
    }


@pytest.mark.parametrize(
    "line",
    [
        {"path": "a.jpg", "unknown": 1},
        {"path": "a.jpg", "annotations": [{"id": "7", "label": "crack", "geometry": {"tag": {}}}]},
        {"path": "a.jpg", "annotations": [{"id": _ID, "label": "crack", "geometry": {"box": {"x": 1}}}]},
        {"format": "plumbline-annotations/1", "header": {}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(line: dict[str, Any], tmp_path: Path) -> None:
    assert not _CHECK.is_valid(line)
    if "format" not in line:
        images, problems = _lines(tmp_path, json.dumps(line))
        assert not images
        assert problems


def test_the_file_is_the_same_alone_in_a_folder_and_in_a_zip(tmp_path: Path) -> None:
    before = Set(Header(labels=[Label("crack")]), [_IMAGE])
    alone = _single(before)
    buffer = io.BytesIO()
    archive = ZipTarget(buffer)
    assert FORMAT.create is not None
    for target in (FolderTarget(tmp_path / "set"), archive):
        writer = FORMAT.create(target, before.header, {})
        writer.add(_IMAGE)
        writer.close()
    archive.close()
    assert (tmp_path / "set/annotations.jsonl").read_bytes() == alone
    assert zipfile.ZipFile(buffer).read("annotations.jsonl") == alone
    assert (tmp_path / "set/schema.json").read_bytes() == alone.splitlines(keepends=True)[0]


def test_checksums_can_be_verified_by_anyone_and_a_change_is_noted(tmp_path: Path) -> None:
    assert FORMAT.create is not None
    writer = FORMAT.create(FolderTarget(tmp_path), Header(labels=[Label("crack")]), {})
    writer.add(_IMAGE)
    writer.close()
    for line in (tmp_path / "checksums.sha256").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert _read(tmp_path)[1].problems.kept == []
    file = tmp_path / "annotations.jsonl"
    file.write_text(file.read_text().replace("1.5", "2.5"))
    images, reader = _read(tmp_path)
    assert images[0].annotations[0].shape == Box(2.5, 2.0, 3.0, 4.0)
    assert [str(problem) for problem in reader.problems.kept] == [
        "checksums.sha256: does not fit annotations.jsonl: it was changed since it was written"
    ]


def test_lines_are_canonical() -> None:
    lines = _single(Set(Header(labels=[Label("crack")]), [_IMAGE])).splitlines()
    assert lines[0].decode() + "\n" == _HEADER_LINE
    assert lines[1].decode() == (
        f'{{"annotations":[{{"geometry":{{"box":{{"height":4.0,"width":3.0,"x":1.5,"y":2.0}}}},"id":"{_ID}",'
        '"label":"crack"}],"height":48,"path":"a.jpg","width":64}'
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: is no JSON"),
        ("[]", "line 2: is of type list, expected an image"),
        ('{"path": "a", "width": NaN}', "line 2: is no JSON"),
        ('{"path": "a", "path": "b"}', "line 2: says 'path' twice"),
        ('{"width": 3}', "line 2.path: is missing"),
        ('{"path": "a", "annotations": [{"label": "x"}]}', "line 2.annotations[0].geometry: needs exactly one shape"),
        ('{"path":' + "[" * 3000, "line 2: is no JSON"),
    ],
)
def test_a_bad_line_is_left_out_with_its_place(line: str, problem: str, tmp_path: Path) -> None:
    images, problems = _lines(tmp_path, line, documents.encode(documents.of_image(_IMAGE)).decode())
    assert images == [_IMAGE]
    assert len(problems) == 1
    assert problems[0].startswith(f"a.jsonl: {problem}")


def test_an_image_or_an_id_that_is_there_twice_is_left_out(tmp_path: Path) -> None:
    once = documents.encode(documents.of_image(_IMAGE)).decode()
    twice = documents.of_image(Image("b.jpg", annotations=[*_IMAGE.annotations, *_IMAGE.annotations]))
    images, problems = _lines(tmp_path, once, once, documents.encode(twice).decode())
    assert images == [_IMAGE]
    assert problems == [
        "a.jsonl: line 3.path: 'a.jpg' was there before: join the two lines",
        "a.jsonl: line 4.annotations: has two annotations of the same id",
    ]
    with pytest.raises(FormatError, match="Two images are called"):
        _single(Set(Header(), [_IMAGE, _IMAGE]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no JSON"),
        ('{"path": "a.jpg"}\n', "the first line needs to say 'plumbline-annotations/2'"),
        ('{"format": "plumbline-annotations/3", "header": {}}\n', r"line 1.format: is 'plumbline-annotations/3'"),
        ('{"format": "plumbline-annotations/2", "header": {"labels": [{}]}}\n', "line 1.header"),
    ],
)
def test_a_file_without_a_header_of_ours_is_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(Refused, match=message):
        _read(path)


def test_lines_without_a_header_take_the_one_beside(tmp_path: Path) -> None:
    (tmp_path / "annotations.jsonl").write_bytes(b"\xef\xbb\xbf" + documents.encode(documents.of_image(_IMAGE)))
    (tmp_path / "schema.json").write_text(_HEADER_LINE)
    images, reader = _read(tmp_path)
    assert images == [_IMAGE]
    assert reader.header.labels == [Label("crack")]


def test_it_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "anything.jsonl"
    path.write_text(_HEADER_LINE)
    guess = FORMAT.guess(FileSource(path))
    assert guess is not None
    assert guess.confidence == 1
    path.write_text("{}\n")
    assert FORMAT.guess(FileSource(path)) is None
