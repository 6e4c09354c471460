"""Owns XML from elsewhere: trees as the standard library makes them, and no document types in any encoding."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest

from plumbline_formats import xml
from plumbline_formats.problems import Refused

_BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
_OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'


def _pieces(content: bytes) -> list[tuple[int, ElementTree.Element]]:
    return list(xml.elements(io.BytesIO(content), "a.xml", {"image", "meta"}))


@pytest.mark.parametrize(
    "content",
    [
        b"<a x='1'>t<b/>u</a>",
        "\ufeff<a>é</a>".encode(),
        '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252"?><a>€</a>'.encode("cp1252"),
        "<a>é</a>".encode("utf-16"),
        '<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16"),
        b"<!-- <!DOCTYPE a> --><a><![CDATA[<!ENTITY]]></a>",
    ],
)
def test_small_files_are_what_the_standard_library_sees(content: bytes) -> None:
    expected = ElementTree.fromstring(content)
    assert ElementTree.tostring(xml.parse(content, "a.xml")) == ElementTree.tostring(expected)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_large_files_come_element_by_element(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_CHUNK", chunk)
    content = (
        b"<annotations v='1'>\n<meta><x>1</x></meta>\n<skip><y/></skip>\n<image id='0'>t<image/></image></annotations>"
    )
    found = _pieces(content)
    assert [(line, element.tag) for line, element in found] == [(1, "annotations"), (2, "meta"), (4, "image")]
    assert [ElementTree.tostring(element) for _, element in found] == [
        b'<annotations v="1" />',
        b"<meta><x>1</x></meta>",
        b'<image id="0">t<image /></image>',
    ]


@pytest.mark.parametrize("text", [_BOMB, _OUTSIDE, "<!DOCTYPE a>\n<a/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_document_types_are_refused_in_every_encoding(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    for read in (lambda: xml.parse(content, "a.xml"), lambda: _pieces(content)):
        with pytest.raises(Refused, match="document type"):
            read()


@pytest.mark.parametrize("declared", ["utf-16", "utf-8", "cp037", "utf-7", "rot13", "nonsense", "iso-8859-1"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp037", "utf-7"])
def test_no_declared_encoding_hides_one(declared: str, encoding: str) -> None:
    declaration = f"<?xml version='1.0' encoding='{declared}'?>"
    for content in ((declaration + _BOMB).encode(encoding), declaration.encode() + _BOMB.encode(encoding)):
        for read in (lambda content=content: xml.parse(content, "a.xml"), lambda content=content: _pieces(content)):
            with pytest.raises(Refused):
                read()


WRONG = [
    (b"", "holds no element"),
    (b"<a>", "holds no element"),
    (b"<a>\n<image></a>", "line 2, column 10: is no XML .mismatched tag"),
    (b"<a>&x;</a>", "undefined entity"),
    (b"<a>\n\xe4</a>", "line 2, column 1: is no XML .*invalid token"),
    (b"<a>\0</a>", "invalid token"),
    (b"<a/><a/>", "junk after document element"),
    (b"<image>" * 70 + b"</image>" * 70, "nested more than 64 levels"),
    (b"<?xml version='1.0' encoding='klingon'?><a/>", "its encoding cannot be read"),
    (b"<?xml version='1.0' encoding='shift_jis'?><a/>", "its encoding cannot be read"),
    (b"<a x='1' x='2'/>", "duplicate attribute"),
    (b"\x89PNG", "is no XML"),
]


@pytest.mark.parametrize(("content", "message"), WRONG, ids=[str(content[:24]) for content, _ in WRONG])
def test_what_is_wrong_is_refused_with_its_place(content: bytes, message: str) -> None:
    for read in (lambda: xml.parse(content, "a.xml"), lambda: _pieces(content)):
        with pytest.raises(Refused, match=rf"^a\.xml: .*{message}"):
            read()


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_LARGEST", 100)
    monkeypatch.setattr(xml, "_CHUNK", 50)
    with pytest.raises(Refused, match="at most 100 are read at once"):
        xml.parse(b"<a>" + b" " * 100 + b"</a>", "a.xml")
    with pytest.raises(Refused, match="line 2: one element has more than 100 bytes"):
        _pieces(b"<a>\n<image>" + b" " * 200 + b"</image></a>")
