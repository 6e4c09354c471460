"""Owns sources that are made to do harm: each is refused with a sentence that says where, and nothing is written."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from plumbline_formats import exchange
from plumbline_formats.archive import Limits, open_source
from plumbline_formats.problems import FormatError, Refused
from plumbline_formats.registry import FORMATS

_HEADER = '{"format":"plumbline-annotations/2","header":{"labels":[{"name":"crack"}]}}\n'
_LINK = 0o120777 << 16


def _zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def _refused(path: Path) -> str:
    """What is said of a source that is refused before anything of it is unpacked."""
    with pytest.raises(Refused) as raised, open_source(path):
        pass
    assert path.name in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "C:/windows/a",
        "..\\..\\a",
        "a\\b.json",
        "\\\\host\\share",
        "nul",
        "./a",
    ],
)
def test_names_that_lead_out(name: str, tmp_path: Path) -> None:
    assert "rename it" in _refused(_zip(tmp_path / "a.zip", (name, b"x")))


def test_a_zero_byte_in_a_name(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("a.json")
    path = _zip(tmp_path / "a.zip", ("a.json?..", b"x"), (entry, b"x"))
    path.write_bytes(path.read_bytes().replace(b"a.json?..", b"a.json\0.."))
    assert "rename it" in _refused(path)


def test_a_link(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("annotations.json")
    entry.external_attr = _LINK
    assert "is a link" in _refused(_zip(tmp_path / "a.zip", (entry, b"/etc/passwd")))


@pytest.mark.parametrize("twin", ["a.json", "A.JSON", "ä.json"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_are_there_twice(twin: str, tmp_path: Path) -> None:
    names = ("Ä.json", twin) if twin == "ä.json" else ("a.json", twin)
    assert "there twice" in _refused(_zip(tmp_path / "a.zip", *((name, b"{}") for name in names)))


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.json", b"{}"))
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    assert "is encrypted" in _refused(path)


def test_a_bomb(tmp_path: Path) -> None:
    assert "looks like a bomb" in _refused(_zip(tmp_path / "a.zip", ("a.json", bytes(300 * 2**20))))


def test_too_many_members(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", *((f"{number}.txt", b"") for number in range(30)))
    with pytest.raises(Refused, match="more than 20 files"), open_source(path, Limits(files=20)):
        pass


@pytest.mark.parametrize("said", [1, 50, 5000])
def test_a_member_that_lies_about_its_size(said: int, tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.json", bytes(1000)))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 1000), struct.pack("<I", said)))
    with open_source(path) as source:
        assert source.size("a.json") == said
        with pytest.raises(Refused, match=r"a\.json .*make the zip file again"):
            source.read("a.json")


def test_a_damaged_member(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.json", b"{}" * 500))
    content = bytearray(path.read_bytes())
    packed = zlib.compress(b"{}" * 500)[2:6]
    content[content.index(packed)] ^= 0x06
    path.write_bytes(content)
    with open_source(path) as source, pytest.raises(Refused, match=r"a\.json"):
        source.read("a.json")


@pytest.mark.parametrize("cut", [10, 60])
def test_a_damaged_zip_file(cut: int, tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.json", b"{}"))
    content = path.read_bytes()
    path.write_bytes(content[cut:])
    with pytest.raises(Refused, match=r"a\.zip.*make"), open_source(path) as source:
        source.read("a.json")


def test_an_unknown_way_of_packing(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.json", b"{}" * 100))
    content = bytearray(path.read_bytes())
    for signature, method in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        content[content.index(signature) + method] = 99
    path.write_bytes(content)
    with open_source(path) as source, pytest.raises(Refused, match="cannot be unpacked"):
        source.read("a.json")


def _sources(content: bytes) -> list[tuple[str, bytes]]:
    return [(f"a{ending}", content) for ending in (".json", ".jsonl", ".xml", ".csv", ".txt", ".zip", ".png")]


HOSTILE = {
    "empty": b"",
    "spaces": b" \n",
    "zeros": bytes(1000),
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep elements": b"<a>" * 100_000,
    "not a number": b'{"images":[],"annotations":[{"bbox":[NaN,1,2,3]}],"categories":[]}',
    "twice": b'{"images":[],"images":[],"annotations":[],"categories":[]}',
    "utf-16": '{"images":[],"annotations":[],"categories":[]}'.encode("utf-16"),
    "bomb": b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><annotations>&b;</annotations>',
    "bomb in utf-16": '<!DOCTYPE annotation [<!ENTITY a "aa">]><annotation>&a;</annotation>'.encode("utf-16"),
    "outside": b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation>&a;</annotation>',
    "cut off": b'{"images":[{"id":1,"file_na',
    "a list of nothing": b"[null, null]",
    "numbers": b"[1e308, 123456789012345678901234567890]",
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "no text": bytes(range(128, 256)) * 10,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_refuses_what_it_cannot_read(kind: str, content: bytes, tmp_path: Path) -> None:
    names = [name for name, _ in _sources(content)]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, same in [*_sources(content), ("data.yaml", content), ("annotations.jsonl", content)]:
        (folder / name).write_bytes(same)
    for source in (folder, *(folder / name for name in names)):
        with pytest.raises(FormatError) as raised:
            exchange.convert(source, tmp_path / "out.zip", "native", source_format=kind, allow_loss=True)
            raise FormatError(f"{source.name} is taken for a set without any images.")
        assert str(raised.value).endswith(".")
        (tmp_path / "out.zip").unlink(missing_ok=True)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["folder"]


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_is_guessed_without_a_word(content: bytes, tmp_path: Path) -> None:
    for name, _ in _sources(content):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FormatError), exchange.read(tmp_path / name) as opened:
            assert not list(opened)
            raise FormatError("nothing was taken")


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ('{"box":{"x":NaN,"y":0,"width":1,"height":1}}', "line 2"),
        ('{"box":{"x":1,"x":1,"y":0,"width":1,"height":1}}', "line 2"),
        ('{"polygon":{"parts":[{"outer":[1,2]}]}}', "line 2.*needs x, y of at least 3 points"),
        ('{"mask":{"left":0,"top":0,"width":2,"height":2,"counts":[9]}}', "runs of 9 pixels for 2 x 2"),
        ('{"mask":{"left":0,"top":0,"width":2,"height":2,"counts":[-4,8]}}', "not negative"),
        ('{"box":{"x":1e999,"y":0,"width":1,"height":1}}', "line 2"),
    ],
)
def test_one_wrong_object_leaves_nothing_behind(geometry: str, message: str, tmp_path: Path) -> None:
    good = '{"path":"b.jpg"}'
    annotation = f'{{"id":"0190a1b2-0000-7000-8000-00000000000a","label":"crack","geometry":{geometry}}}'
    content = f'{_HEADER}{{"path":"a.jpg","annotations":[{annotation}]}}\n{good}\n'
    (tmp_path / "annotations.jsonl").write_text(content)
    with pytest.raises(Refused, match=message):
        exchange.convert(tmp_path / "annotations.jsonl", tmp_path / "out.zip", "native")
    assert [path.name for path in tmp_path.iterdir()] == ["annotations.jsonl"]
    done = exchange.convert(tmp_path / "annotations.jsonl", tmp_path / "out.zip", "native", skip_errors=True)
    assert (done.images, done.problems.errors) == (1, 1)


def test_a_huge_line_of_zeros_costs_no_memory(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"[" + b" " * (64 * 2**20))
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with pytest.raises(FormatError), exchange.read(tmp_path / "a.zip", "datumaro"):
        pass
