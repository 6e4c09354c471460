"""Owns that the README of the formats says what is so: its examples run and print what stands there."""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from plumbline_formats import cli
from tools import formats

_BLOCK = re.compile(r"```(python|console|text)\n(.*?)```\n", re.DOTALL)


def run(text: str) -> str:
    """The README with what its examples print now."""
    names: dict[str, object] = {}
    printed = io.StringIO()

    def replace(found: re.Match[str]) -> str:
        kind, block = found.groups()
        if kind == "python":
            printed.seek(0)
            printed.truncate()
            with redirect_stdout(printed):
                exec(block, names)
            return found[0]
        return f"```{kind}\n{printed.getvalue() if kind == 'text' else _session(block)}```\n"

    return _BLOCK.sub(replace, text)


def _session(block: str) -> str:
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        for line in block.splitlines():
            if line.startswith("$ "):
                print(line)
                cli.main(shlex.split(line)[2:])
    return shown.getvalue()


def test_its_examples_print_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = formats.README.read_text()
    assert run(text) == text


def test_its_tables_are_current() -> None:
    assert formats.tables() in formats.README.read_text()
