"""The browser of the web tests is found where it is, and its absence is said, not hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import browser


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PLUMB_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def executable(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_browser_on_the_path_is_found(empty_path: Path) -> None:
    chromium = executable(empty_path / "chromium")
    assert browser.find() == str(chromium)


def test_a_named_browser_goes_before(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(empty_path / "chromium")
    other = executable(empty_path / "other")
    monkeypatch.setenv("PLUMB_BROWSER", str(other))
    assert browser.find() == str(other)


def test_without_one_and_without_apt_it_says_so(empty_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert browser.main() == 0
    assert browser.MISSING in capsys.readouterr().out
