"""Owns reading, writing and converting: whole or not at all, and never a loss without a word."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import plumbline_formats
from plumbline_formats import Annotation, FormatError, Header, Image, Label, LossRefused, Refused, exchange
from plumbline_formats.shapes import Box, RotatedBox, Tag
from tests.formats.roundtrip import picture

_HEADER = Header(name="tiles", labels=[Label("crack")])


def _annotation(number: int, shape: Box | RotatedBox | Tag) -> Annotation:
    return Annotation(f"0190a1b2-0000-7000-8000-{number:012x}", "crack", shape)


_IMAGES = [
    Image("site a/1.png", 64, 48, [_annotation(1, Box(1.0, 2.0, 3.5, 4.0))]),
    Image("site a/2.png", 64, 48, [_annotation(2, RotatedBox(20.0, 20.0, 8.0, 4.0, 30.0)), _annotation(3, Tag())]),
    Image("site b/1.png", 64, 48),
]


def _read(path: Path) -> list[Image]:
    with exchange.read(path) as opened:
        return list(opened)


@pytest.mark.parametrize("name", ["set", "set.zip", "set.jsonl"])
def test_what_is_written_is_read(name: str, tmp_path: Path) -> None:
    report = exchange.write(tmp_path / name, _HEADER, _IMAGES, "native")
    assert not report
    with exchange.read(tmp_path / name) as opened:
        assert opened.header == _HEADER
        assert list(opened) == _IMAGES
        assert (opened.format.name, opened.problems.errors) == ("native", 0)
        assert "annotations" in opened.guess.reason
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_same_set_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        exchange.write(tmp_path / name, _HEADER, _IMAGES, "coco", allow_loss=True, pictures=picture)
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.zip", "b.zip")}
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["set", "set.zip", "set.json"])
def test_a_loss_that_nobody_allowed_leaves_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(LossRefused, match=r"rotated_box.*Nothing was written") as raised:
        exchange.write(tmp_path / name, _HEADER, _IMAGES, "coco")
    assert [loss.kind for loss in raised.value.report.losses if loss.code in ("shape", "object")]
    assert list(tmp_path.iterdir()) == []
    allowed = exchange.write(tmp_path / name, _HEADER, _IMAGES, "coco", allow_loss=True)
    assert allowed.sentences == raised.value.report.sentences
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_preview_says_what_a_write_says(tmp_path: Path) -> None:
    preview = exchange.preview(_HEADER, _IMAGES, "coco", {"sidecar": False})
    written = exchange.write(tmp_path / "a.json", _HEADER, _IMAGES, "coco", {"sidecar": False}, allow_loss=True)
    assert preview.sentences == written.sentences
    assert preview


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    def images() -> Iterator[Image]:
        yield _IMAGES[0]
        raise KeyError("the database is gone")

    for name in ("set", "set.zip", "set.jsonl"):
        with pytest.raises(KeyError):
            exchange.write(tmp_path / name, _HEADER, images(), "native")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("there.zip", "is there already"),
        ("there", "is there already"),
        ("missing/a.zip", "make it first"),
        ("a.xml", r"folder or a \.zip file, or a \.jsonl file, not to a\.xml"),
    ],
)
def test_targets_that_are_no_place_to_write(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("mine")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("mine")
    with pytest.raises(FormatError, match=message):
        exchange.write(tmp_path / name, _HEADER, _IMAGES, "native")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "there", "there.zip"]


def test_an_empty_folder_is_a_place_to_write(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    exchange.write(tmp_path / "set", _HEADER, _IMAGES, "native")
    assert _read(tmp_path / "set") == _IMAGES


def test_images_are_included_and_found_again(tmp_path: Path) -> None:
    seen: list[int] = []
    exchange.write(tmp_path / "a.zip", _HEADER, _IMAGES, "native", pictures=picture)
    done = exchange.convert(
        tmp_path / "a.zip", tmp_path / "b", "coco", allow_loss=True, with_images=True, progress=seen.append
    )
    assert (done.images, done.annotations, done.pictures, seen) == (3, 3, 3, [1, 2, 3])
    with exchange.read(tmp_path / "b") as opened:
        assert {image.path: opened.pictures(image) for image in opened} == {
            image.path: picture(image) for image in _IMAGES
        }


def test_images_do_not_fit_into_one_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"choose a folder or a \.zip file"):
        exchange.write(tmp_path / "a.jsonl", _HEADER, _IMAGES, "native", pictures=picture)


def test_an_image_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    exchange.write(tmp_path / "a.zip", _HEADER, _IMAGES, "native")
    done = exchange.convert(tmp_path / "a.zip", tmp_path / "b.zip", "native", with_images=True)
    assert done.pictures == 0


def test_two_files_that_could_be_the_image_are_none(tmp_path: Path) -> None:
    exchange.write(tmp_path / "set", _HEADER, [Image("1.png", 64, 48)], "native")
    for folder in ("a", "b"):
        (tmp_path / "set" / folder).mkdir()
        (tmp_path / "set" / folder / "1.png").write_bytes(b"x")
    with exchange.read(tmp_path / "set") as opened:
        assert opened.pictures.find(Image("1.png")) is None
        assert opened.pictures.find(Image("b/1.png")) == "b/1.png"


def _damaged(tmp_path: Path) -> Path:
    exchange.write(tmp_path / "a.jsonl", _HEADER, _IMAGES, "native")
    path = tmp_path / "a.jsonl"
    path.write_text(path.read_text().replace('"width":3.5', '"width":"wide"'))
    return path


def test_nothing_is_half_converted(tmp_path: Path) -> None:
    path = _damaged(tmp_path)
    with pytest.raises(Refused, match=r"One part was not understood.*line 2\.annotations\[0\]"):
        exchange.convert(path, tmp_path / "b.zip", "native")
    assert not (tmp_path / "b.zip").exists()
    done = exchange.convert(path, tmp_path / "b.zip", "native", skip_errors=True)
    assert (done.images, done.problems.errors) == (2, 1)


def test_a_check_takes_nothing_and_says_everything(tmp_path: Path) -> None:
    checked = exchange.check(_damaged(tmp_path))
    assert (checked.format.name, checked.images, checked.annotations) == ("native", 2, 2)
    assert [problem.file for problem in checked.problems.kept] == ["a.jsonl"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_wrong_option_is_answered_before_anything_happens(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no option 'colour'"):
        exchange.write(tmp_path / "a.zip", _HEADER, _IMAGES, "coco", {"colour": 1})
    assert list(tmp_path.iterdir()) == []


def test_the_package_offers_what_it_lists() -> None:
    assert all(hasattr(plumbline_formats, name) for name in plumbline_formats.__all__)


def test_bookkeeping_that_the_side_car_keeps_needs_no_leave(tmp_path: Path) -> None:
    header = Header(name="tiles", labels=[Label("crack", color="#ff0080")])
    image = Image("a.png", 20, 16, [Annotation(str(uuid.UUID(int=1)), "crack", Box(1, 2, 3, 4))], sha256="ab" * 32)
    report = exchange.write(tmp_path / "kept.json", header, [image], "coco")
    assert {loss.code for loss in report.losses} == {"id", "image.sha256", "label.color", "header.name"}
    with pytest.raises(LossRefused, match="1 id dropped"):
        exchange.write(tmp_path / "lost.json", header, [image], "coco", {"sidecar": False})
