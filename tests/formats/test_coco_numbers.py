"""Numbers that are found without parsing are those that parsing finds, or none are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_formats.formats.coco.numbers import find

_VALUES = st.one_of(
    st.integers(-(10**20), 10**20), st.integers(0, 300), st.floats(-9, 9), st.text(max_size=3), st.none(), st.booleans()
)
_OBJECTS = st.dictionaries(st.sampled_from(["image_id", "id", "_id", "x", 'i"d', "no"]), _VALUES, max_size=4)


def _found(objects: list[str], key: str) -> list[int] | None:
    text, starts = "", []
    for one in objects:
        starts.append(len(text.encode()))
        text += one + ", "
    found = find(text.encode(), np.array(starts, np.int64), key)
    return None if found is None else found.tolist()


@given(st.lists(_OBJECTS, min_size=1, max_size=5), st.sampled_from(["image_id", "id"]), st.sampled_from([None, 1]))
def test_what_is_found_is_what_parsing_finds(objects: list[dict[str, object]], key: str, indent: int | None) -> None:
    found = _found([json.dumps(one, indent=indent) for one in objects], key)
    assert found is None or found == [one[key] for one in objects]


def test_plain_numbers_are_found() -> None:
    assert _found(['{"id":7,"x":"a"}', '{"x": 1, "id" : 120\n}', '{"id":0}'], "id") == [7, 120, 0]


@pytest.mark.parametrize(
    "objects",
    [
        ['{"id":1,"x":{"id":2}}'],
        ['{"id":1,"x":{"id":2}}', '{"x":3}'],
        ['{"id":1.0}'],
        ['{"id":-1}'],
        ['{"id":"1"}'],
        ['{"id":null}'],
        ['{"id":1234567890123456789}'],
        ['{"\\u0069d":1}'],
        ['{"id":      7}'],
        ['{"x":"id"}'],
    ],
)
def test_whatever_is_not_plain_is_left_to_parsing(objects: list[str]) -> None:
    assert _found(objects, "id") is None
