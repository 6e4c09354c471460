"""Owns folders and zip files as one thing: the same names and bytes, and nothing that would clash on another system."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from plumbline_formats import archive
from plumbline_formats.archive import (
    FolderTarget,
    Limits,
    Nowhere,
    SingleTarget,
    Target,
    ZipTarget,
    check_name,
    open_source,
)
from plumbline_formats.problems import FormatError, Refused

_FILES = {"a.json": b"{}", "images/b.png": b"png", "images/é 1.jpg": b"jpg" * 1000}


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    target = ZipTarget(buffer)
    _write(target, files)
    target.close()
    return buffer.getvalue()


def _write(target: Target, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        target.write(name, content)


def test_a_folder_and_a_zip_file_read_the_same(tmp_path: Path) -> None:
    _write(FolderTarget(tmp_path / "set"), _FILES)
    (tmp_path / "set.zip").write_bytes(_zip(_FILES))
    for path in (tmp_path / "set", tmp_path / "set.zip"):
        with open_source(path) as source:
            assert source.names == sorted(_FILES)
            assert {name: source.read(name) for name in source.names} == _FILES
            assert {name: source.size(name) for name in source.names} == {n: len(c) for n, c in _FILES.items()}
            with source.open("a.json") as file:
                assert (file.read(1), file.read()) == (b"{", b"}")


def test_a_single_file_is_a_source_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    with open_source(tmp_path / "a.json") as source:
        assert (source.names, source.read("a.json"), source.label) == (["a.json"], b"{}", "a.json")


def test_the_same_files_make_the_same_bytes() -> None:
    assert hashlib.sha256(_zip(_FILES)).digest() == hashlib.sha256(_zip(dict(_FILES))).digest()
    with zipfile.ZipFile(io.BytesIO(_zip(_FILES))) as made:
        assert {entry.date_time for entry in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert made.getinfo("images/b.png").compress_type == zipfile.ZIP_STORED


def test_what_is_opened_may_be_closed_without_the_stream_below() -> None:
    buffer = io.BytesIO()
    with SingleTarget(buffer).open("a.json") as file:
        file.write(b"{}")
    assert buffer.getvalue() == b"{}"


def test_a_single_file_takes_no_second_one() -> None:
    target = SingleTarget(io.BytesIO())
    target.write("sub/a.json", b"")
    with pytest.raises(FormatError, match=r"choose a folder or a \.zip file"):
        target.write("b.json", b"")


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../b", "a//b", "a/", "./a", "a\\b", "c:/a", "a\0b", "CON.txt",
                                  "x/nul ", "x/lpt1.png", "\udce4.jpg", "é" * 200])  # fmt: skip
def test_unsafe_names_are_neither_read_nor_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rename it"):
        check_name(name)
    for target in (FolderTarget(tmp_path), ZipTarget(io.BytesIO()), SingleTarget(io.BytesIO()), Nowhere()):
        with pytest.raises(FormatError, match="rename it"):
            target.write(name, b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("first", "second"), [("a.txt", "A.txt"), ("a", "a/b"), ("a/b/c", "a/b"), ("A/b", "a")])
def test_names_that_clash_on_some_system_are_refused(first: str, second: str, tmp_path: Path) -> None:
    for target in (FolderTarget(tmp_path), ZipTarget(io.BytesIO()), Nowhere()):
        target.write(first, b"")
        with pytest.raises(FormatError, match="rename an image"):
            target.write(second, b"")
        target.write("a.other", b"")


def test_links_of_a_folder_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "secret")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.json")
    (folder / "a.json").write_text("{}")
    with open_source(folder) as source:
        assert source.names == ["a.json"]
        with pytest.raises(KeyError):
            source.open("link.json")


def test_names_on_disk_that_differ_by_capitals_are_two_files(tmp_path: Path) -> None:
    for name in ("a.JPG", "a.jpg"):
        (tmp_path / name).write_text(name)
    with open_source(tmp_path) as source:
        assert [source.read(name) for name in source.names] == [b"a.JPG", b"a.jpg"]


def test_names_on_disk_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xe4.jpg")).write_text("")
    with pytest.raises(Refused, match=r"xe4\.jpg' is no UTF-8: rename it"), open_source(tmp_path):
        pass


def test_a_folder_called_like_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "set" / "a.json").mkdir(parents=True)
    with open_source(tmp_path / "set") as source:
        assert source.names == []


@pytest.mark.parametrize("path", ["missing", "a\0b"])
def test_nothing_there(path: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="neither a file nor a folder"), open_source(tmp_path / path):
        pass


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(FolderTarget(tmp_path / "set"), _FILES)
    (tmp_path / "set.zip").write_bytes(_zip(_FILES))
    for path in (tmp_path / "set", tmp_path / "set.zip"):
        with pytest.raises(Refused, match="more than 2 files"), open_source(path, Limits(files=2)):
            pass
        with open_source(path) as source, pytest.raises(Refused, match="has 3000 bytes, at most 10"):
            source.read("images/é 1.jpg", limit=10)
    with pytest.raises(Refused, match="unpacks to 3005 bytes"), open_source(path, Limits(all_bytes=3000)):
        pass
    with pytest.raises(Refused, match="unpacks to 3005 bytes"), open_source(path, Limits(file_bytes=2999)):
        pass
    monkeypatch.setattr(archive, "_MIB", 1)
    with pytest.raises(Refused, match="looks like a bomb"), open_source(path, Limits(ratio=0)):
        pass
