"""Shapes: canonical form, validity on an image, run-length encoding against pycocotools and hostile input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from services.annotation import geometry

KEY = "0192f0c1-d2e3-7abc-8def-0123456789ab"


def made(kind: str, **shape: Any) -> dict[str, Any]:
    return geometry.canonical({"id": KEY, "label": "dent", "geometry": {kind: shape}})


def test_the_golden_vector_of_coco_decodes() -> None:
    assert geometry.run_lengths("522O112") == [5, 2, 2, 1, 3, 2, 5]
    assert geometry.counts_of([5, 2, 2, 1, 3, 2, 5]) == "522O112"


@pytest.mark.parametrize("density", [0.0, 0.02, 0.5, 1.0])
def test_run_lengths_agree_with_pycocotools(density: float) -> None:
    pixels = np.random.default_rng(3).random((61, 83)) < density
    encoded = coco_mask.encode(np.asfortranarray(pixels.astype(np.uint8)))
    lengths = geometry.run_lengths(encoded["counts"].decode())
    assert sum(lengths[1::2]) == pixels.sum()
    assert sum(lengths) == pixels.size
    assert geometry.counts_of(lengths) == encoded["counts"].decode()


@pytest.mark.parametrize("counts", ["~", "é", "\x00", "5", "0P" * 3, "o" * 200, "1J"])
def test_hostile_run_lengths_are_refused_before_any_c_code(counts: str) -> None:
    assert geometry.problem(made("mask", width=5, height=4, counts=counts), 5, 4)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("box", {"x": 0, "y": 0, "width": 0, "height": 1}),
        ("box", {"x": float("inf"), "y": 0, "width": 1, "height": 1}),
        ("rotated_box", {"cx": 1, "cy": 1, "width": 1, "height": 1, "angle": 360}),
        ("polygon", {"parts": []}),
        ("polygon", {"parts": [{"outer": [0, 0, 4, 0, 4, 4, 0]}]}),
        ("polygon", {"parts": [{"outer": [0, 0, 4, 0, 4, 4, 0, 0]}]}),
        ("polygon", {"parts": [{"outer": [0, 0, 4, 0, 4, 4], "holes": [{"points": [1, 1]}]}]}),
        ("polyline", {"points": [1, 1]}),
        ("skeleton", {"nodes": []}),
        ("skeleton", {"nodes": [{"name": "a", "x": 1, "y": 1, "visibility": 3}]}),
        ("skeleton", {"nodes": [{"name": "a", "x": 1, "y": 1}, {"name": "a", "x": 2, "y": 1}]}),
        ("ellipse", {"cx": 1, "cy": 1, "rx": -1, "ry": 1, "angle": 0}),
        ("point", {"x": float("nan"), "y": 1}),
        ("mask", {"width": 4, "height": 5, "counts": "522O112"}),
        ("mask", {"width": 5, "height": 4, "counts": "d0"}),
    ],
)
def test_shapes_that_mean_nothing_are_refused(kind: str, shape: dict[str, Any]) -> None:
    assert geometry.problem(made(kind, **shape), 5, 4).startswith(kind)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("box", {"x": -3.5, "y": 0, "width": 100, "height": 1}),
        ("rotated_box", {"cx": 1, "cy": 1, "width": 1, "height": 1, "angle": 359.9}),
        ("polygon", {"parts": [{"outer": [0, 0, 4, 0, 4, 4], "holes": [{"points": [1, 1, 2, 1, 2, 2]}]}]}),
        ("polyline", {"points": [1, 1, 2, 2]}),
        ("skeleton", {"nodes": [{"name": "a", "x": 1, "y": 1, "visibility": 0}]}),
        ("ellipse", {"cx": 1, "cy": 1, "rx": 1, "ry": 1, "angle": 0}),
        ("point", {"x": 1, "y": 1}),
        ("tag", {}),
        ("mask", {"width": 5, "height": 4, "counts": "522O112"}),
    ],
)
def test_shapes_are_kept_as_drawn(kind: str, shape: dict[str, Any]) -> None:
    annotation = made(kind, **shape)
    assert geometry.problem(annotation, 5, 4) == ""
    assert geometry.canonical(annotation) == annotation
    assert geometry.kind_of(annotation) == kind
    assert kind in geometry.TOOL_OF


def test_canonical_numbers_are_floats_and_nothing_unknown_stays() -> None:
    annotation = geometry.canonical(
        {
            "id": KEY,
            "label": "dent",
            "geometry": {"point": {"x": 1, "y": 2, "z": 3}},
            "attributes": {"depth": 3, "deep": [True, {"n": 1}]},
            "colour": 1,
            "z": 0,
            "occluded": False,
            "foreign": {},
        }
    )
    assert annotation["geometry"] == {"point": {"x": 1.0, "y": 2.0}}
    assert isinstance(annotation["attributes"]["depth"], float)
    assert annotation["attributes"]["deep"] == [True, {"n": 1.0}]
    assert sorted(annotation) == ["attributes", "confidence", "geometry", "id", "label", "origin"]


def test_what_an_annotation_may_say_is_there_only_where_it_says_something() -> None:
    said = {"group": 4, "z": -2, "occluded": True, "truncated": True, "difficult": True, "foreign": {"coco": {"id": 7}}}
    plain = {"id": KEY, "label": "dent", "geometry": {"tag": {}}}
    annotation = geometry.canonical(plain | said)
    assert {name: annotation[name] for name in said} == said
    assert isinstance(annotation["foreign"]["coco"]["id"], float)
    assert geometry.problem(annotation, 10, 10) == ""
    large = geometry.canonical(plain | {"foreign": {"coco": {"text": "x" * geometry.FOREIGN_LIMIT}}})
    assert geometry.problem(large, 10, 10).startswith("foreign has more than 65536 bytes")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"id": KEY, "label": "a", "geometry": {"tag": {}}, "foreign": {"coco": 1}},
        {"id": KEY, "label": "a", "geometry": {"tag": {}}, "z": 2**31},
        {"id": KEY, "label": "a", "geometry": {"cube": {}}},
        {"id": KEY, "label": "a", "geometry": {"box": {"x": "wide"}}},
        {"id": KEY, "label": "a", "geometry": {"tag": {}}, "attributes": [1]},
        {"id": KEY, "label": "a", "geometry": {"tag": {}}, "attributes": {"a": float("nan")}},
    ],
)
def test_what_is_no_annotation_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(geometry.Malformed):
        geometry.canonical(document)
