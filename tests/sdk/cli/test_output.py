"""One set of columns gives table, CSV and ids; what others wrote cannot steer the terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.console import Console

from plumbline.cli.output import Columns, cell, plain, read, show_list, show_one, table, time
from plumbline.cli.session import Output, Session

DOCUMENTS: list[dict[str, Any]] = [
    {"id": "1", "name": "tiles", "by": {"name": "Ada"}, "tags": ["a", "b"], "count": 3},
    {"id": "2", "name": "has,comma\nand line", "count": 10},
]
COLUMNS: Columns = {"name": "name", "by": "by.name", "tags": "tags", "double": lambda item: item["count"] * 2}


def printed(capsys: pytest.CaptureFixture[str], output: Output) -> str:
    show_list(Session(output), DOCUMENTS, COLUMNS)
    return capsys.readouterr().out


def test_a_table_has_a_row_per_document(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, Output.TABLE).splitlines()
    assert lines[0].split() == ["name", "by", "tags", "double"]
    assert lines[2].split() == ["tiles", "Ada", "a,", "b", "6"]


def test_json_is_the_document_of_the_api(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, Output.JSON)) == DOCUMENTS


def test_csv_quotes_what_needs_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, Output.CSV) == ('name,by,tags,double\ntiles,Ada,"a, b",6\n"has,comma\nand line",,,20\n')


def test_ids_are_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, Output.ID) == "1\n2\n"


def test_one_document_has_a_line_per_column(capsys: pytest.CaptureFixture[str]) -> None:
    show_one(Session(), DOCUMENTS[0], COLUMNS)
    assert capsys.readouterr().out.split() == ["name", "tiles", "by", "Ada", "tags", "a,", "b", "double", "6"]


def test_text_of_others_is_neither_markup_nor_a_command_of_the_terminal() -> None:
    hostile = "[red]\x1b]0;owned\x07\x1b[2J\r\x9b31m"
    assert "[red]" in cell(hostile).plain
    assert not set(cell(hostile).plain) & {"\x1b", "\x07", "\r", "\x9b"}


def test_numbers_are_aligned_right() -> None:
    grid = table(["n", "t"], [[1, "1"], [20, "20"]])
    assert [column.justify for column in grid.columns] == ["right", "left"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "yes"), (0.1 + 0.2, "0.3"), (["a", 1], "a, 1"), ("NaN", "NaN"), (0, "0")]
)
def test_values_read_as_people_write_them(value: Any, text: str) -> None:
    assert plain(value) == text


def test_a_path_that_leads_nowhere_is_empty() -> None:
    assert read({"a": None}, "a.b.c") is None
    assert time("at")({}) == ""
    assert time("at")({"at": "2026-11-22T14:05:33.123Z"}) == "2026-11-22 14:05:33"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(force_terminal=True)
    with console.capture() as capture:
        console.print(table(["verdict"], [["YES"]]))
    assert "\x1b[3" not in capture.get()
