"""Owns how data is printed: one set of columns gives the table, the CSV and the ids; JSON is the API's own document.

Columns map a title to a dotted path in the document, or to a function of it.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from plumbline.cli.session import Output, Session

Document = Mapping[str, Any]
Value = str | Callable[[Any], Any]
Columns = Mapping[str, Value]

# text of other people must not move our cursor or colour our terminal
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLES = {
    "YES": "green",
    "NO": "red",
    "PARTLY": "yellow",
    "UNKNOWN": "dim",
    "FINISHED": "green",
    "ACCEPTED": "green",
    "VERIFIED": "green",
    "FAILED": "red",
    "REJECTED": "red",
    "REFUSED": "red",
    "CANCELLED": "yellow",
    "RUNNING": "cyan",
    "STALE": "yellow",
    "SENT": "green",
    "LEFT": "yellow",
    "same": "green",
    "differs": "red",
    "unknown": "dim",
}


def show_list(session: Session, documents: Iterable[Document], columns: Columns, *, key: Value = "id") -> None:
    """Print documents as rows; `key` is what `--output id` prints of each."""
    if session.output is Output.JSON:
        _print_json(list(documents))
    elif session.output is Output.ID:
        for document in documents:
            print(plain(read(document, key)))
    elif session.output is Output.CSV:
        write_csv(list(columns), ([read(document, value) for value in columns.values()] for document in documents))
    else:
        session.data.print(
            table(list(columns), [[read(document, value) for value in columns.values()] for document in documents])
        )


def show_one(session: Session, document: Document, columns: Columns, *, key: Value = "id") -> None:
    """Print one document, a line per column."""
    if session.output is Output.JSON:
        _print_json(document)
    elif session.output is Output.ID:
        print(plain(read(document, key)))
    elif session.output is Output.CSV:
        write_csv(list(columns), [[read(document, value) for value in columns.values()]])
    else:
        session.data.print(facts([(title, read(document, value)) for title, value in columns.items()]))


def show_more(session: Session, title: str, documents: Sequence[Document], columns: Columns) -> None:
    """Print a part of a document that was shown before; only people get it, programs have it in the JSON."""
    if session.output is Output.TABLE and documents:
        session.data.print(Text(f"\n{title}", "bold"))
        show_list(session, documents, columns)


def facts(lines: Sequence[tuple[str, Any]]) -> Table:
    """A table of names and values."""
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in lines:
        grid.add_row(name, cell(value))
    return grid


def table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table with headers; cells are shown as they are, whatever they contain."""
    found = [list(row) for row in rows]
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for index, title in enumerate(titles):
        numeric = bool(found) and all(isinstance(row[index], int | float) for row in found)
        grid.add_column(title, justify="right" if numeric else "left", overflow="fold")
    for row in found:
        grid.add_row(*(cell(value) for value in row))
    return grid


def cell(value: Any) -> Text:
    """A value as text that cannot be taken for markup or for a command of the terminal."""
    text = printable(plain(value))
    return Text(text, _STYLES.get(text, ""))


def printable(text: str) -> str:
    """A text without control characters, except the line break."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(value: Any) -> str:
    """A value as people read it; lists are joined, nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value)
    return str(value)


def read(document: Document, value: Value) -> Any:
    """What a column says about a document; a path that leads nowhere gives None."""
    if not isinstance(value, str):
        return value(document)
    found: Any = document
    for name in value.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def time(path: str) -> Callable[[Document], str]:
    """A column that shows the time at a path to the second, in UTC."""

    def value(document: Document) -> str:
        text = read(document, path) or ""
        return f"{text[:10]} {text[11:19]}" if text else ""

    return value


def write_csv(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV with a header."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([plain(value) for value in row] for row in rows)


def json_line(document: Document) -> None:
    """Print one document as one line of JSON, for outputs without an end."""
    print(json.dumps(document, ensure_ascii=False), flush=True)


def _print_json(document: Any) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))
