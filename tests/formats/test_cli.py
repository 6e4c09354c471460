"""Owns the command: what it prints, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from plumbline_formats import Annotation, Header, Image, Label, cli, exchange
from plumbline_formats.shapes import RotatedBox


@pytest.fixture
def source(tmp_path: Path) -> Path:
    shape = RotatedBox(20.0, 20.0, 8.0, 4.0, 30.0)
    image = Image("1.png", 64, 48, [Annotation("0190a1b2-0000-7000-8000-000000000001", "crack", shape)])
    exchange.write(tmp_path / "a.zip", Header(labels=[Label("crack")]), [image], "native", pictures=lambda _: b"png")
    return tmp_path / "a.zip"


def test_guess(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["guess", str(source)]) == 0
    assert capsys.readouterr().out.startswith("native          100%  Plumbline JSON Lines (annotations.jsonl says")


def test_guess_of_nothing_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bin").write_bytes(b"\1")
    assert cli.main(["guess", str(tmp_path / "a.bin")]) == 1
    assert "looks like none of the formats" in capsys.readouterr().err


def test_a_refused_loss_ends_with_one(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["convert", str(source), str(tmp_path / "b.json"), "--to", "coco", "--option", "sidecar=false"]
    assert cli.main(call) == 1
    said = capsys.readouterr()
    assert "lost: 1 rotated_box" in said.err
    assert "add --allow-loss" in said.err
    assert not (tmp_path / "b.json").exists()
    assert cli.main([*call, "--allow-loss"]) == 0
    said = capsys.readouterr()
    assert "Plumbline JSON Lines" in said.out
    assert "images: 1, annotations: 1" in said.out
    assert "lost: 1 rotated_box" in said.out
    assert b"x_plumb" not in (tmp_path / "b.json").read_bytes()


def test_nothing_lost(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", str(source), str(tmp_path / "b"), "--to", "native", "--with-images"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "images: 1, annotations: 1",
        "image files: 1",
        "nothing lost",
    ]
    assert (tmp_path / "b" / "images" / "1.png").read_bytes() == b"png"


def test_losses_writes_nothing(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["losses", str(source), "--to", "coco"]) == 0
    assert "lost: 1 rotated_box" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_check_says_what_is_wrong(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(source)]) == 0
    exchange.convert(source, tmp_path / "a.jsonl", "native")
    (tmp_path / "a.jsonl").write_text((tmp_path / "a.jsonl").read_text().replace('"angle":30.0', '"angle":null'))
    capsys.readouterr()
    assert cli.main(["check", str(tmp_path / "a.jsonl")]) == 1
    said = capsys.readouterr()
    assert "error: a.jsonl: line 2" in said.err
    assert "images: 0, annotations: 0" in said.out


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["check", "missing"], "missing is neither a file nor a folder"),
        (["check", "a.zip", "--from", "coca"], "There is no format 'coca'"),
        (["convert", "a.zip", "b.zip", "--to", "coco", "--option", "sidecar"], "'sidecar' is no option"),
        (["convert", "a.zip", "a.zip", "--to", "native"], "a.zip is there already"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    call: list[str], message: str, source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(source.parent)
    assert cli.main(call) == 1
    assert message in capsys.readouterr().err


def test_formats_lists_them_with_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["formats"]) == 0
    said = capsys.readouterr().out
    assert "coco            COCO JSON." in said
    assert "--option sidecar=true: keep" in said


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "plumbline_formats", "formats"], capture_output=True, check=True)
    assert done.stdout.startswith(b"native")


def test_progress_is_for_terminals(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_PROGRESS_STEP", 1)
    cli.main(["check", str(source)])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    cli.main(["check", str(source)])
    assert capsys.readouterr().err == "\rimages: 1\r\x1b[K"
