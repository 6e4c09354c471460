"""Owns JSON of any size: the same values as a plain parser, wherever blocks and slices end."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline_formats import scanner, streams
from plumbline_formats.archive import open_source
from plumbline_formats.problems import Refused
from plumbline_formats.streams import JsonFile

# what a scanner could take for structure
_texts = st.text(st.sampled_from(list('"\\{}[]:, aé\n')), max_size=6)
_plain = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(-1e6, 1e6), _texts)
_nested = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3), max_leaves=6
)
_containers = st.dictionaries(_texts, _nested, max_size=3) | st.lists(_nested, max_size=3)
_lists = st.lists(_containers, max_size=6) | st.lists(_plain, max_size=4)
_documents = st.dictionaries(_texts, _lists | _nested.filter(lambda value: not isinstance(value, list)), max_size=4)


def _whole(document: JsonFile) -> dict[str, Any]:
    lists = {name: [value for _, batch in document.batches(name) for value in batch] for name in document.lists}
    return document.members | lists


@settings(deadline=None)
@given(document=_documents, block=st.integers(1, 9), slice_=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_pieces_are_what_a_plain_parser_sees(document: Any, block: int, slice_: int, indent: int | None) -> None:
    content = json.dumps(document, indent=indent, ensure_ascii=indent is None).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanner, "_BLOCK", block)
        patch.setattr(streams, "_SLICE", slice_)
        assert _whole(JsonFile(io.BytesIO(content), "a.json")) == document


@given(items=st.lists(_containers, min_size=1, max_size=8), data=st.data())
def test_elements_are_read_in_any_order(items: list[Any], data: st.DataObject) -> None:
    document = JsonFile(io.BytesIO(json.dumps({"items": items}, indent=2).encode()), "a.json")
    indices = data.draw(st.lists(st.integers(0, len(items) - 1), max_size=12))
    assert document.elements("items", indices) == [items[index] for index in indices]
    assert document.element("items", 0) == items[0]


def test_an_element_that_is_not_there() -> None:
    document = JsonFile(io.BytesIO(b'{"items": [{}]}'), "a.json")
    for index in (1, -1):
        with pytest.raises(IndexError):
            document.element("items", index)


def test_batches_say_where_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_SLICE", 30)
    items = [{"id": number} for number in range(20)]
    document = JsonFile(io.BytesIO(json.dumps(items).encode()), "a.json")
    batches = list(document.batches(""))
    assert len(batches) > 3
    assert [(first, batch[0]["id"]) for first, batch in batches] == [(first, first) for first, _ in batches]
    assert document.lists == {"": 20}


def test_the_line_of_an_element() -> None:
    document = JsonFile(io.BytesIO(b'{"items": [\n {},\n {}\n]}'), "a.json")
    assert [document.line("items", index) for index in (0, 1)] == [2, 3]


def test_a_list_that_is_not_there_is_empty() -> None:
    assert list(JsonFile(io.BytesIO(b"{}"), "a.json").batches("images")) == []


def test_members_of_a_zip_file_are_read_twice(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.json", '{"items": [{"id": 1}], "info": {}}')
    with open_source(tmp_path / "a.zip") as source, streams.open_json(source, "a.json") as document:
        assert _whole(document) == {"items": [{"id": 1}], "info": {}}


def test_a_byte_order_mark_is_no_content() -> None:
    content = '\ufeff{"é": [{}]}'.encode()
    assert streams.parse(content, "a.json") == {"é": [{}]}
    assert _whole(JsonFile(io.BytesIO(content), "a.json")) == {"é": [{}]}
    assert list(streams.lines(io.BytesIO(content), "a.jsonl")) == [(1, {"é": [{}]})]


def test_lines_keep_their_numbers() -> None:
    assert list(streams.lines(io.BytesIO(b'{"a": 1}\n\r\n  \n[2]'), "a.jsonl")) == [(1, {"a": 1}), (4, [2])]


def test_a_wrong_line_is_located() -> None:
    with pytest.raises(Refused, match=r"a\.jsonl: line 2, column 7: NaN is no JSON number"):
        list(streams.lines(io.BytesIO(b'{"a": 1}\n{"a": NaN}'), "a.jsonl"))


@given(pairs=st.lists(st.tuples(_texts, _nested), min_size=1, max_size=5), escaped=st.booleans())
def test_keys_that_are_there_twice_never_pass(pairs: list[tuple[str, Any]], escaped: bool) -> None:
    members = ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=escaped)}" for key, value in pairs)
    content = f"{{{members}}}".encode()
    if len(dict(pairs)) == len(pairs):
        assert streams.parse(content, "a.json") == dict(pairs)
    else:
        with pytest.raises(Refused, match="there twice"):
            streams.parse(content, "a.json")


# each content, what is said of it as a whole, and what as pieces
WRONG = [
    (b"", "is empty", "is empty"),
    (b" \n", "is no JSON", "is empty"),
    (b'{"a": [{"x": 1}]', "is no JSON", "is cut off after 16 bytes"),
    (b'{"a": "x', "is no JSON", "is cut off"),
    (b'{"a": 1} {}', "is no JSON", "follows after the end"),
    (b'{"a": [{"x": 1} {"x": 2}]}', "line 1, column 17", r"a\[1\]: line 1, column 16: is not parted"),
    (b'{"a": [{"x": 1}, ]}', "is no JSON", r"a\[1\]: .*is no object"),
    (b'{"a": [, {"x": 1}]}', "is no JSON", r"a\[0\]: .*is not parted"),
    (b'{"a": [{"x": 1]}', "is no JSON", "is cut off|is no JSON"),
    (b'{"a": [}]}', "is no JSON", "follows after the end"),
    (b'{"a": [{"x":\n NaN}]}', "line 2, column 2: NaN", r"a\[0\]: line 2, column 2: NaN"),
    (b'{"a": [{}, {"x": -Infinity}]}', "-Infinity is no JSON number", r"a\[1\]: .*-Infinity is no JSON number"),
    (b'{"a": [{"x": 1e999}]}', "infinity", r"a\[0\]: .*infinity"),
    (b'{"a": [{}, {"x": 1, "x": 1}]}', "column 21: the key 'x' is there twice", r"a\[1\]: line 1, column 21: the key"),
    (b'{"a": 1, "b": [], "a": 2}', "column 19: the key 'a'", "column 19: the key 'a'"),
    (b'{"a": [{"x": "\xe4"}]}', "0xe4 is not UTF-8", r"a\[0\]: line 1, column 15: the byte 0xe4 is not UTF-8"),
    ('{"a": 1}'.encode("utf-16"), "UTF-16", "UTF-16"),
    ('{"a": 1}'.encode("utf-16-le"), "UTF-16", "UTF-16"),
    (b'{"a": [' + b"[" * 70 + b"]" * 70 + b"]}", "more than 64 levels", "more than 64 levels"),
    (b'{"a": "\\ud800"}', "surrogate", "surrogate"),
]


@pytest.mark.parametrize(("content", "whole", "pieces"), WRONG, ids=[str(content[:24]) for content, _, _ in WRONG])
def test_what_is_wrong_is_refused_with_its_place(content: bytes, whole: str, pieces: str) -> None:
    with pytest.raises(Refused, match=rf"^a\.json.*({whole})"):
        streams.parse(content, "a.json")
    with pytest.raises(Refused, match=rf"^a\.json.*({pieces})"):
        _whole(JsonFile(io.BytesIO(content), "a.json"))


def test_only_plain_values_in_a_list_of_objects_are_located() -> None:
    document = JsonFile(io.BytesIO(b'{"a": [{}, {}, 3, {}]}'), "a.json")
    with pytest.raises(Refused, match=r"a\[2\]: .*is no object"):
        list(document.batches("a"))
