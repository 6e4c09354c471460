"""The short way through plain files reads what the parser reads, and leaves everything else to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats.archive import open_source
from plumbline_formats.formats.voc import FORMAT, plain
from plumbline_formats.model import Image

_PLAIN = """<annotation>
  <filename>Ü 1.jpg</filename>
  <size><width>50</width><height>40</height><depth>3</depth></size>
  <object><name>dent</name><truncated>1</truncated><occluded>0</occluded><difficult>1</difficult>
    <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax><ymax>45</ymax></bndbox></object>
  <object><name>a b</name><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>
</annotation>
"""


def _read(folder: Path, content: bytes) -> tuple[list[Image], list[str]]:
    (folder / "Annotations").mkdir(parents=True)
    (folder / "Annotations" / "Ü 1.xml").write_bytes(content)
    with open_source(folder) as source:
        reader = FORMAT.open(source, {"coord_base": "auto"})
        return list(reader), [str(problem) for problem in reader.problems.kept]


def test_both_ways_read_the_same(tmp_path: Path) -> None:
    _assert_alike(tmp_path, _PLAIN)


def test_so_they_do_with_fractions_and_elements_of_other_tools(tmp_path: Path) -> None:
    text = _PLAIN.replace("<filename>", "<folder>shots 2</folder><filename>").replace(
        "<size>", "<source>\n <database>Unknown</database><image>ü 7</image></source>\n<size>"
    )
    text = text.replace("<depth>3<", "<depth><").replace("<xmin>1<", "<xmin>1.68000030517578<")
    images = _assert_alike(tmp_path, text)
    assert images[0].foreign["voc"]["depth"] == ""
    assert len(images[0].foreign["voc"]["elements"]) == 2


def _assert_alike(folder: Path, text: str) -> list[Image]:
    assert plain.read(text.encode()) is not None
    commented = text.replace("<size>", "<!-- for the parser --><size>").encode()
    assert plain.read(commented) is None
    images, problems = _read(folder / "plain", text.encode())
    assert len(images[0].annotations) == 2
    assert problems
    assert (images, problems) == _read(folder / "tree", commented)
    return images


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("dent", "de&amp;nt"),
        ("dent", "de\0nt"),
        ("dent", "de]]>nt"),
        ("dent", "de\nnt"),
        ("dent", ""),
        ("<name>", "<name a='b'>"),
        ("<xmin>1<", "<xmin>1.<"),
        ("<xmin>1<", "<xmin>1e1<"),
        ("<xmin>1<", "<xmin>-1<"),
        ("<xmin>1<", "<xmin>٣<"),
        ("<xmin>1<", "<xmin> 1<"),
        ("<depth>3<", "<depth>12<"),
        ("<filename>", "<source><a><b>1</b></a></source><filename>"),
        ("</annotation>", ""),
        ("</annotation>", "</annotation><a/>"),
        ("</object>\n</annotation>", "</object><part/></annotation>"),
        ("<annotation>", '<!DOCTYPE a [<!ENTITY e "x">]><annotation>'),
        ("<annotation>", '<?xml version="1.0" encoding="latin-1"?><annotation>'),
        ("<annotation>", "\u00a0<annotation>"),
        ("<truncated>1<", "<truncated>2<"),
        ("<name>dent", "<x_plumb>{}</x_plumb><name>dent"),
    ],
)
def test_anything_unusual_is_for_the_parser(before: str, after: str) -> None:
    changed = _PLAIN.replace(before, after, 1)
    assert changed != _PLAIN
    assert plain.read(changed.encode()) is None


def test_other_encodings_are_for_the_parser() -> None:
    assert plain.read(_PLAIN.encode("latin-1")) is None
    assert plain.read(_PLAIN.encode("utf-16")) is None
