"""Side-car files of JSON lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats import sidecar_lines
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.sidecar_lines import SidecarLines

_NAME = "set.x_plumb.jsonl"


def test_the_set_comes_first_though_it_is_said_last(tmp_path: Path) -> None:
    aside = SidecarLines(is_wanted=True)
    aside.add({"path": "a.jpg"})
    aside.write(FolderTarget(tmp_path), _NAME, {"header": {"name": "tiles"}})
    problems = Problems()
    with open_source(tmp_path) as source:
        assert sidecar_lines.of_set(source, _NAME) == {"header": {"name": "tiles"}}
        assert list(sidecar_lines.of_images(source, _NAME, problems)) == [(2, {"path": "a.jpg"})]
    assert problems.kept == []


def test_nothing_is_written_unless_it_is_wanted(tmp_path: Path) -> None:
    aside = SidecarLines(is_wanted=False)
    aside.add({"path": "a.jpg"})
    aside.write(FolderTarget(tmp_path), _NAME, {})
    with open_source(tmp_path) as source:
        assert source.names == []
        assert sidecar_lines.of_set(source, _NAME) == {}
        assert list(sidecar_lines.of_images(source, _NAME, Problems())) == []


@pytest.mark.parametrize("first", ["", "[]", '{"header": {}}', '{"x_plumb": 1}'])
def test_a_file_that_says_nothing_of_the_set_is_refused(first: str, tmp_path: Path) -> None:
    (tmp_path / _NAME).write_text(first)
    with open_source(tmp_path) as source, pytest.raises(Refused, match="line 1 says nothing of the set"):
        sidecar_lines.of_set(source, _NAME)


def test_a_line_that_is_no_object_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / _NAME).write_text('{"x_plumb": {}}\n[]\n{"path": "a.jpg"}\n')
    problems = Problems()
    with open_source(tmp_path) as source:
        assert list(sidecar_lines.of_images(source, _NAME, problems)) == [(3, {"path": "a.jpg"})]
    assert [str(problem) for problem in problems.kept] == [f"{_NAME}: line 2: is no side-car of an image"]
