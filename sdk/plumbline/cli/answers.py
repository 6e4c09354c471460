"""Owns how the seven answers look at a terminal: question, verdict, sentence, evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from plumbline.cli.output import cell, printable, table

_MOST_ROWS = 12
_MOST_IMAGES = 6
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
    console.print(Padding(cell(answer["summary"]), (0, 0, 0, 4)))
    rows = answer["rows"]
    if rows:
        console.print(Padding(table(answer["columns"], rows[:_MOST_ROWS]), (1, 0, 0, 4)))
    _print_rest(console, len(rows) - _MOST_ROWS, "rows")
    for image in answer["images"][:_MOST_IMAGES]:
        line = f"{image['path']}  {image['caption']}  ({image['image_sha256'][:12]})"
        console.print(Padding(cell(line), (0, 0, 0, 4)))
    _print_rest(console, len(answer["images"]) - _MOST_IMAGES, "images")
    for name, value in answer["links"].items():
        console.print(Padding(Text(printable(f"{name.replace('_', ' ')}  {value}"), "dim"), (0, 0, 0, 4)))
    console.print()


def _print_rest(console: Console, count: int, what: str) -> None:
    if count > 0:
        console.print(Padding(Text(f"... and {count} more {what} (--output json)", "dim"), (0, 0, 0, 4)))
