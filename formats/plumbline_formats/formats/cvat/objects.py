"""Owns what CVAT says of a shape besides its geometry: how its fields are called, and what of others can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plumbline_formats import markup
from plumbline_formats.formats.cvat import geometry
from plumbline_formats.formats.cvat.schema import NAME
from plumbline_formats.losses import Carries
from plumbline_formats.model import Annotation, Origin
from plumbline_formats.shapes import KINDS
from plumbline_formats.sidecar import KEY

SOURCES: dict[str, str] = {"human": "manual", "model": "auto", "imported": "file"}
ORIGINS: dict[str, Origin] = {
    "manual": "human",
    "semi-auto": "human",
    "consensus": "human",
    "auto": "model",
    "file": "imported",
}
FIELDS = frozenset({"attributes", "group", "z", "occluded", "origin"})
# What an element cannot say of these.
UNSAID = {"tag": frozenset({"z", "occluded"}), "skeleton": frozenset({"occluded"})}
CARRIES = Carries(
    annotation=FIELDS,
    image=frozenset({"width", "height", "subset"}),
    label=frozenset({"color", "parent", "kinds", "attributes", "nodes", "edges"}),
    header=frozenset({"name"}),
    kinds=dict.fromkeys(KINDS, ""),
)
COMMON = frozenset({"label", "source", "occluded", "z_order", "group_id"})
OF_IMAGE = frozenset({"id", "name", "subset", "width", "height"})
_KEPT = frozenset({"xml", "elements", "source", "points"})


def unknown(said: Mapping[str, str], tag: str) -> dict[str, str]:
    """XML attributes of a shape that have no place in the model."""
    known = geometry.NAMES[tag]
    return {name: value for name, value in said.items() if name not in COMMON and name not in known}


def says_foreign(annotation: Annotation, tag: str) -> bool:
    """Whether all that other files said of the object can be written back."""
    kept = annotation.foreign.get(NAME, {})
    said, elements, source = kept.get("xml", {}), kept.get("elements", []), kept.get("source", "")
    return (
        set(annotation.foreign) == {NAME}
        and set(kept) <= _KEPT
        and markup.are_attributes(said)
        and unknown(said, tag) == said
        and markup.are_elements(elements)
        and not {"attribute", "points"} & {element["name"] for element in elements}
        and (not source or ORIGINS.get(str(source), "imported") == annotation.origin)
        and markup.is_sayable(str(source))
        and kept.get("points", True) is True
        and ("points" in kept) == (annotation.shape.kind == "skeleton" and tag == "points")
    )


def image_says_foreign(foreign: Mapping[str, Any]) -> bool:
    """Whether all that other files said of an image can be written back."""
    kept = foreign.get(NAME, {})
    said, elements = kept.get("xml", {}), kept.get("elements", [])
    return (
        set(foreign) == {NAME}
        and set(kept) <= {"id", "xml", "elements"}
        and isinstance(kept.get("id", ""), str)
        and markup.is_sayable(kept.get("id", ""))
        and markup.are_attributes(said)
        and not OF_IMAGE & set(said)
        and markup.are_elements(elements)
        and not {KEY, *geometry.NAMES} & {element["name"] for element in elements}
    )
