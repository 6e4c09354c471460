"""Annotations of the platform and of the formats' model: the same, both ways."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from plumbline_formats import documents, model, shapes
from services.annotation import geometry
from services.annotation.exchange import inward, outward

WIDTH, HEIGHT = 12, 9

_number = st.floats(-1e6, 1e6)
_positive = st.floats(1e-3, 1e6)
_angle = st.floats(0, 360, exclude_max=True)
_ring = st.lists(st.tuples(_number, _number), min_size=3, max_size=5, unique=True).map(
    lambda points: [value for point in points for value in point]
)
_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


@st.composite
def _masks(draw: st.DrawFn) -> dict[str, Any]:
    pixels = np.array(draw(st.lists(st.booleans(), min_size=WIDTH * HEIGHT, max_size=WIDTH * HEIGHT)), np.uint8)
    pixels[draw(st.integers(0, WIDTH * HEIGHT - 1))] = 1
    encoded = coco_mask.encode(np.asfortranarray(pixels.reshape(HEIGHT, WIDTH)))
    return {"mask": {"height": HEIGHT, "width": WIDTH, "counts": encoded["counts"].decode()}}


_parts = st.lists(
    st.fixed_dictionaries({"outer": _ring, "holes": st.lists(st.fixed_dictionaries({"points": _ring}), max_size=2)}),
    min_size=1,
    max_size=3,
)
_node = st.fixed_dictionaries({"name": _text, "x": _number, "y": _number, "visibility": st.integers(0, 2)})
_turned = {"cx": _number, "cy": _number, "angle": _angle}
_geometries = st.one_of(
    st.fixed_dictionaries({"box": st.fixed_dictionaries(dict.fromkeys(("x", "y", "width", "height"), _positive))}),
    st.fixed_dictionaries({"rotated_box": st.fixed_dictionaries({**_turned, "width": _positive, "height": _positive})}),
    st.fixed_dictionaries({"ellipse": st.fixed_dictionaries({**_turned, "rx": _positive, "ry": _positive})}),
    st.fixed_dictionaries({"polygon": st.fixed_dictionaries({"parts": _parts})}),
    st.fixed_dictionaries({"polyline": st.fixed_dictionaries({"points": _ring})}),
    st.fixed_dictionaries({"point": st.fixed_dictionaries({"x": _number, "y": _number})}),
    st.fixed_dictionaries(
        {"skeleton": st.fixed_dictionaries({"nodes": st.lists(_node, min_size=1, unique_by=lambda node: node["name"])})}
    ),
    st.just({"tag": {}}),
    _masks(),
)
_json = st.recursive(
    st.none() | st.booleans() | _number | _text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_text, inner, max_size=2),
    max_leaves=4,
)
_annotations = st.fixed_dictionaries(
    {"id": st.uuids().map(str), "label": _text, "geometry": _geometries},
    optional={
        "attributes": st.dictionaries(_text, _json, max_size=3),
        "origin": st.sampled_from(geometry.ORIGINS),
        "confidence": st.floats(0, 1),
        "group": st.integers(-(2**31), 2**31 - 1),
        "z": st.integers(-(2**31), 2**31 - 1),
        "occluded": st.booleans(),
        "truncated": st.booleans(),
        "difficult": st.booleans(),
        "foreign": st.dictionaries(st.sampled_from(["coco", "cvat"]), st.dictionaries(_text, _json, max_size=2)),
    },
).map(geometry.canonical)


@given(_annotations)
def test_an_annotation_comes_back_as_it_went_out(annotation: dict[str, Any]) -> None:
    assert geometry.problem(annotation, WIDTH, HEIGHT) == ""
    written = documents.of_annotation(outward.annotation(annotation))
    # as every format with a side-car keeps it
    assert inward.annotation(documents.to_annotation(written), WIDTH, HEIGHT) == annotation


def test_a_mask_is_cut_to_what_it_covers() -> None:
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[2:4, 5:8] = [[1, 1, 1], [1, 0, 1]]
    counts = coco_mask.encode(np.asfortranarray(pixels))["counts"].decode()
    document = {"id": str(uuid.uuid4()), "label": "dent", "geometry": {"mask": _mask(counts)}}
    shape = outward.annotation(geometry.canonical(document)).shape
    assert shape == shapes.Mask(left=5, top=2, width=3, height=2, counts=[0, 4, 1, 1])


def test_a_mask_outside_its_image_has_no_canonical_form() -> None:
    read = model.Annotation(str(uuid.uuid4()), "dent", shapes.Mask(WIDTH - 1, 0, 2, 1, [0, 2]))
    with pytest.raises(geometry.Malformed, match="outside the image"):
        inward.annotation(read, WIDTH, HEIGHT)


def test_facts_of_a_file_that_revisions_keep_stay_with_the_object() -> None:
    facts = {"author": "Kim", "created": "2026-01-02T03:04:05Z"}
    read = model.Annotation(str(uuid.uuid4()), "dent", shapes.Tag(), foreign={"coco": {"id": 7}}, **facts)
    annotation = inward.annotation(read, WIDTH, HEIGHT)
    assert annotation["foreign"] == {
        "coco": {"id": 7.0},
        "plumbline": facts,
    }
    assert outward.annotation(annotation) == read


def test_questions_are_known_by_their_text_unless_that_is_no_name() -> None:
    asked = [("clean", "Is it clean?"), ("lit", "Is it lit?"), ("twin", "Is it lit?"), ("silent", ""), ("odd", "clean")]
    names = outward.question_texts([{"key": key, "text": text, "choices": []} for key, text in asked])
    assert names == {"clean": "Is it clean?", "lit": "lit", "twin": "twin", "silent": "silent", "odd": "odd"}
    answers = {"Is it clean?": "yes", "lit": "no", "unknown": "maybe"}
    read = model.Image("a.jpg", answers=answers)
    assert inward.answers(read, names) == {"clean": "yes", "lit": "no", "unknown": "maybe"}


def _mask(counts: str) -> dict[str, Any]:
    return {"height": HEIGHT, "width": WIDTH, "counts": counts}
