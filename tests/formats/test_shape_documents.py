"""The JSON form of shapes: what is wrong is named by its field."""

from __future__ import annotations

from typing import Any

import pytest

from plumbline_formats import shape_documents
from plumbline_formats.problems import Malformed


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        ({"box": {"x": "1", "y": 2, "width": 3, "height": 4}}, ".box.x", "is of type str, expected a number"),
        ({"box": {"x": 1, "y": 2, "width": 3}}, ".box.height", "is missing"),
        ({"box": {"x": 1, "y": 2, "width": 3, "height": 4, "angle": 5}}, ".box.angle", "is not known"),
        ({"box": [1, 2, 3, 4]}, ".box", "expected an object"),
        ({"polygon": {"parts": [{"outer": [1, 1, 2, "2"]}]}}, ".polygon.parts[0].outer[3]", "of type str"),
        ({"polygon": {"parts": [{"outer": [1, 1, 2, 2]}]}}, ".polygon.parts[0].outer", "at least 3 points"),
        ({"polygon": {"parts": [{"outer": [1, 1, 2, 2, 3, 1], "holes": [[1]]}]}}, ".polygon.parts[0].holes[0]", "3"),
        ({"polyline": {"points": 7}}, ".polyline.points", "expected a list"),
        (
            {"skeleton": {"nodes": [{"name": "a", "x": 1, "y": 1, "visibility": 3}]}},
            ".skeleton.nodes[0].visibility",
            "expected 0, 1 or 2",
        ),
        (
            {"mask": {"left": 0, "top": 0, "width": 2, "height": 1, "counts": [0, -2]}},
            ".mask.counts[1]",
            "not negative",
        ),
        (
            {"mask": {"left": 0, "top": 0, "width": 2, "height": 1, "counts": [0, 3]}},
            ".mask.counts",
            "3 pixels for 2 x 1",
        ),
        ({"cuboid": {}}, "", "is of kind 'cuboid'"),
        ({}, "", "exactly one shape"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(document: Any, place: str, words: str) -> None:
    with pytest.raises(Malformed, match=words) as refused:
        shape_documents.to_shape(document)
    assert refused.value.place == place
