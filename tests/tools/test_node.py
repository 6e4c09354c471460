"""Node's commands of the virtual environment start, wherever they are written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import node


@pytest.mark.parametrize("name", ["node", "npm", "npx"])
def test_a_written_command_starts(tmp_path: Path, name: str) -> None:
    node.write(tmp_path, node.wheel())
    answer = subprocess.run(
        [tmp_path / name, "--version"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip().lstrip("v")[0].isdigit()


def test_writing_again_does_not_write_through_a_link(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("the real one")
    (tmp_path / "node").symlink_to(program)
    node.write(tmp_path, node.wheel())
    assert program.read_text() == "the real one"
