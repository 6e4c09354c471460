"""Images in folders of their class."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.class_folders import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Problems
from plumbline_formats.shapes import Box, Tag


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _read(folder: Path, **options: object) -> tuple[Header, dict[str, Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options))
        return reader.header, {image.path: image for image in reader}, reader.problems


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_subsets_stand_above_classes(tmp_path: Path) -> None:
    _touch(tmp_path, "train/crack/a.jpg", "val/free/deep/b.png", "c.jpg", "notes.txt")
    header, images, problems = _read(tmp_path)
    found = {path: (image.subset, [one.label for one in image.annotations]) for path, image in images.items()}
    assert found == {
        "train/crack/a.jpg": ("train", ["crack"]),
        "val/free/deep/b.png": ("validation", ["free"]),
        "c.jpg": ("", []),
    }
    assert not images["c.jpg"].annotated
    assert [label.name for label in header.labels] == ["crack", "free"]
    assert "2 classes, subsets train, validation" in problems.kept[0].message


def test_subsets_are_classes_when_the_option_says_so(tmp_path: Path) -> None:
    _touch(tmp_path, "train/express/a.jpg")
    _header, images, _problems = _read(tmp_path, subsets=False)
    assert [one.label for one in images["train/express/a.jpg"].annotations] == ["train"]


def test_an_image_in_another_folder_has_the_label_of_that_one_and_keeps_the_rest(tmp_path: Path) -> None:
    tag = Annotation(_id(1), "crack", Tag(), author="ada@example.com")
    writer = _writer(tmp_path)
    writer.add(Image("a.jpg", annotations=[tag], source="site A"))
    writer.close()
    _touch(tmp_path, "fray/a.jpg")
    _header, images, _problems = _read(tmp_path)
    assert images["a.jpg"].annotations == [Annotation(_id(1), "fray", Tag(), author="ada@example.com")]
    assert images["a.jpg"].source == "site A"


def _writer(folder: Path, **options: object) -> format.Writer:
    assert FORMAT.create is not None
    header = Header(labels=[Label("crack"), Label("fray")])
    return FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, options))


def test_a_second_tag_and_an_image_without_any_are_reported(tmp_path: Path) -> None:
    writer = _writer(tmp_path, sidecar=False)
    two = [Annotation(_id(1), "crack", Tag()), Annotation(_id(2), "fray", Tag())]
    writer.add(Image("a.jpg", annotations=two))
    writer.add(Image("b.jpg", annotations=[Annotation(_id(3), "fray", Box(1, 1, 1, 1))]))
    writer.close()
    assert writer.losses.sentences == [
        "1 id dropped",
        "1 image.annotated dropped",
        "1 image.path -> in the folder of its class",
        "1 box dropped",
        "1 tag -> an image is in the folder of one label",
    ]
    assert (tmp_path / "images.txt").read_text() == "crack/a.jpg\nb.jpg\n"


def test_two_images_of_one_name_are_refused(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer.add(Image("a.jpg"))
    with pytest.raises(FormatError, match="rename"):
        writer.add(Image("A.jpg"))
