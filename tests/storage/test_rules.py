"""Tests of what names, paths, tags and metadata may be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.storage import rules


@pytest.mark.parametrize("name", ["tiles", "a", "tiles-2026", "0", "a" * 63])
def test_slugs(name: str) -> None:
    assert rules.is_slug(name)


@pytest.mark.parametrize("name", ["", "Tiles", "-tiles", "tiles-", "ti les", "ds_1", "tiles@v1", "a" * 64, "ï", "a\n"])
def test_no_slugs(name: str) -> None:
    assert not rules.is_slug(name)


@pytest.mark.parametrize("path", ["1.png", "a/b/c d.png", "ä/ö.tif", "..a/b..png", "a" * 500])
def test_paths(path: str) -> None:
    assert rules.plain_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "C:/a"),
        *("a\x00b", "a\nb", "a\x7fb", "\ud800", "a\u2028", "a" * 501),
    ],
)
def test_no_paths(path: str) -> None:
    with pytest.raises(rules.Broken):
        rules.plain_path(path)


def test_a_path_written_in_two_normal_forms_is_one_path() -> None:
    assert rules.plain_path("a\u0308.png") == rules.plain_path("ä.png") == "\u00e4.png"


def test_tags_are_distinct_and_ordered() -> None:
    assert rules.plain_tags([" b", "a", "b"]) == ["a", "b"]


@pytest.mark.parametrize("tags", [[""], ["a\nb"], ["x" * 101], [str(number) for number in range(51)]])
def test_no_tags(tags: list[str]) -> None:
    with pytest.raises(rules.Broken):
        rules.plain_tags(tags)


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9)
_scalars = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | _texts
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(_texts, _values, max_size=4))
def test_canonical_metadata_is_the_same_after_it_was_read(metadata: dict[str, object]) -> None:
    text = rules.canonical_json(metadata)
    assert rules.canonical_json(json.loads(text)) == text
    assert json.loads(text) == metadata


def test_one_and_one_point_zero_are_one_text() -> None:
    assert rules.canonical_json({"gain": 1.0, "list": [2.0]}) == '{"gain":1,"list":[2]}'


@pytest.mark.parametrize("metadata", [{"x": float("nan")}, {"x": "y" * 20_000}, {"x": "\x00"}, {"x": "\ud800"}])
def test_no_metadata(metadata: dict[str, object]) -> None:
    with pytest.raises(rules.Broken):
        rules.canonical_json(metadata)


def test_a_null_removes_metadata() -> None:
    assert rules.merged({"a": 1, "b": 2}, {"a": None, "c": 3}) == {"b": 2, "c": 3}


def test_size_is_told_before_hash() -> None:
    assert rules.mismatch(("a", "b", 1), ("a", "b", 1)) is None
    assert rules.mismatch(("a", "b", 1), ("x", "b", 2))[0] == "SIZE_MISMATCH"  # type: ignore[index]
    assert rules.mismatch(("a", "b", 1), ("x", "b", 1))[0] == "HASH_MISMATCH"  # type: ignore[index]
    assert rules.mismatch(("a", "b", 1), ("a", "x", 1))[0] == "HASH_MISMATCH"  # type: ignore[index]
