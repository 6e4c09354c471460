"""Owns how the seven answers look at a terminal: question, verdict, sentence, evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from plumbline.cli.output import cell, printable, table

_MOST_ROWS = 12
_MOST_IMAGES = 6
_MOST_CHARACTERS = 100
_VERDICTS = {"YES": "bold green", "NO": "bold red", "PARTLY": "bold yellow", "UNKNOWN": "bold dim"}


def print_answers(console: Console, answers: Iterable[dict[str, Any]]) -> None:
    """Print answers of `client.models.answers()`, the evidence as tables below each."""
    for answer in answers:
        _print_answer(console, answer)


def _print_answer(console: Console, answer: dict[str, Any]) -> None:
    verdict = str(answer["verdict"])
    head = Text.assemble((f"{answer['id']}  ", "dim"), (printable(answer["question"]), "bold"), "  ")
    head.append(verdict, _VERDICTS.get(verdict, ""))
    console.print(head)
    console.print(_indented(cell(answer["summary"])))
    rows = [[_shortened(value) for value in row] for row in answer["rows"][:_MOST_ROWS]]
    if rows:
        console.print()
        console.print(_indented(table(answer["columns"], rows)))
    _print_rest(console, len(answer["rows"]) - _MOST_ROWS, "rows")
    for image in answer["images"][:_MOST_IMAGES]:
        console.print(_indented(cell(f"{image['path']}  {image['caption']}  ({image['image_sha256'][:12]})")))
    _print_rest(console, len(answer["images"]) - _MOST_IMAGES, "images")
    for name, value in answer["links"].items():
        console.print(_indented(Text(printable(f"{name.replace('_', ' ')}  {value}"), "dim")))
    console.print()


def _print_rest(console: Console, count: int, what: str) -> None:
    if count > 0:
        console.print(_indented(Text(f"... and {count} more {what}; --output json has all", "dim")))


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 4), expand=False)


def _shortened(value: str) -> str:
    return value if len(value) <= _MOST_CHARACTERS else f"{value[:_MOST_CHARACTERS]}..."
