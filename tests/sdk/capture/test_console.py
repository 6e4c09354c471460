"""What is printed is kept as a person saw it, and printing itself is never disturbed."""

from __future__ import annotations

import io
import logging
import os
import sys
from pathlib import Path

import pytest

from plumbline.capture import console
from plumbline.capture.console import Console, Lines


def test_a_bar_that_redraws_itself_is_one_line() -> None:
    lines = Lines()
    kept = "".join(lines.feed(piece) for piece in ("epoch 1\n", "\r 10%", "\r 50%|##", "\r100%|####\n", "done"))
    assert kept + lines.end() == "epoch 1\n100%|####\ndone\n"


def test_line_ends_of_windows_and_colours_leave_no_trace() -> None:
    assert Lines().feed("a\r\n\x1b[31mred\x1b[0m\x1b]0;title\x07\n") == "a\nred\n"


def test_a_bar_without_an_end_does_not_grow() -> None:
    lines = Lines()
    for percent in range(1000):
        assert lines.feed(f"\r{percent} %") == ""
    assert len(lines._rest) < 20


def test_prints_and_logs_are_kept_and_still_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    before = sys.stdout.write
    found = Console(tmp_path / "console.log")
    found.start()
    print("to stdout", 1)
    handler.emit(logging.makeLogRecord({"msg": "held before the start"}))
    found.stop()
    print("afterwards")
    assert sys.stdout.write == before
    assert capsys.readouterr() == ("to stdout 1\nafterwards\n", "held before the start\n")
    assert (tmp_path / "console.log").read_text() == "to stdout 1\nheld before the start\n"


def test_parts_follow_each_other_without_gap(tmp_path: Path) -> None:
    found = Console(tmp_path / "console.log")
    found.start()
    parts = []
    for number in range(3):
        print(number)
        found.drain()
        parts.append(found.part())
    parts.append(found.part())
    found.stop()
    assert parts == [b"0\n", b"1\n", b"2\n", b""]


def test_a_stream_that_fails_raises_its_own_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        pass

    closed = Closed()
    monkeypatch.setattr(sys, "stdout", closed)
    found = Console(tmp_path / "console.log")
    found.start()
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        print("nobody reads this")
    found.stop()


def test_a_stream_that_cannot_be_wrapped_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed:
        __slots__ = ()

        def write(self, text: str) -> int:
            return len(text)

    monkeypatch.setattr(sys, "stdout", Fixed())
    found = Console(tmp_path / "console.log")
    found.start()
    print("goes on")
    found.stop()
    assert not (tmp_path / "console.log").exists()


def test_a_forked_process_prints_without_filling_memory(tmp_path: Path) -> None:
    found = Console(tmp_path / "console.log")
    found.start()
    child = os.fork()
    if not child:
        print("from a loader process")
        os._exit(len(found._pieces))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    found.stop()


def test_too_much_text_ends_with_a_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_MOST_BYTES", 10)
    found = Console(tmp_path / "console.log")
    found.start()
    print("x" * 100)
    print("more")
    found.stop()
    assert (tmp_path / "console.log").read_text().startswith("[nothing after")
    assert "more" not in (tmp_path / "console.log").read_text()
