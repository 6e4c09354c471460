"""Progress goes to stderr: a line for every tenth where nobody watches, nothing when told to be quiet."""

from __future__ import annotations

import pytest

from plumbline.cli.progress import progress
from plumbline.cli.session import Session


def test_a_line_is_said_for_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session()) as report:
        for done in range(0, 1001):
            report("upload", done, 1000)
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.splitlines() == [f"upload: {tenth}00 of 1000 ({tenth}0 %)" for tenth in range(1, 11)]


def test_stages_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session()) as report:
        report("download", 10, 10)
        report("train", 1, 10)
    assert capsys.readouterr().err == "download: 10 of 10 (100 %)\ntrain: 1 of 10 (10 %)\n"


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session(quiet=True)) as report:
        report("upload", 10, 10)
    assert capsys.readouterr().err == ""


def test_an_unknown_total_is_no_division(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session()) as report:
        report("queued", 0, 0)
    assert capsys.readouterr().err == ""
