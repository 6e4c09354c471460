"""Owns `<meta>` of CVAT XML: the labels with their attributes and skeletons, written and read."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from plumbline_formats import attributes, markup, xml
from plumbline_formats.model import AttributeSpec, Header, Label
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.sidecar import KEY

NAME = "cvat"
PLACES = ("task", "project", "job")
_TYPES = {
    "rectangle": ["box", "rotated_box"],
    "polygon": ["polygon"],
    "polyline": ["polyline"],
    "points": ["point"],
    "ellipse": ["ellipse"],
    "mask": ["mask"],
    "skeleton": ["skeleton"],
    "tag": ["tag"],
}
_INPUTS = {
    "text": "text",
    "number": "number",
    "boolean": "checkbox",
    "select": "select",
    "multi_select": "text",
}
_ATTRIBUTE_TYPES = {
    "text": "text",
    "number": "number",
    "checkbox": "boolean",
    "select": "select",
    "radio": "select",
}
_KNOWN = frozenset({"name", "color", "type", "attributes", "parent", "svg"})
_INDENT = " " * 6
_NUMBER = re.compile(r"\d+")


def write(header: Header, side: str) -> str:
    """`<meta>` with the side-car's text in it when there is one."""
    kept = header.foreign.get(NAME, {}) if says_foreign(header) else {}
    place = kept.get("place", "task")
    name = f"      <name>{markup.escape(header.name)}</name>\n" if markup.is_sayable(header.name) else ""
    labels = "".join(map(write_label, header.labels))
    return (
        f"  <meta>\n    <{place}>\n{name}{markup.elements(kept.get('elements', ()), _INDENT)}"
        f"      <labels>\n{labels}      </labels>\n    </{place}>\n"
        f"{markup.elements(kept.get('meta', ()), '    ')}{side}  </meta>\n"
    )


def says_foreign(header: Header) -> bool:
    """Whether what other files said of the set can be written back."""
    kept = header.foreign.get(NAME, {})
    return (
        set(header.foreign) <= {NAME}
        and set(kept) <= {"place", "elements", "meta"}
        and kept.get("place", "task") in PLACES
        and markup.are_elements(kept.get("elements", []))
        and markup.are_elements(kept.get("meta", []))
        and not {"name", "labels"} & {element["name"] for element in kept.get("elements", [])}
        and not {KEY, *PLACES} & {element["name"] for element in kept.get("meta", [])}
    )


def write_label(label: Label) -> str:
    """One `<label>`, followed by those of the nodes of its skeleton."""
    kept = label.foreign.get(NAME, {})
    extra = kept.get("elements", [])
    unknown = extra if markup.are_elements(extra) and not _KNOWN & {one["name"] for one in extra} else []
    parent = f"          <parent>{markup.escape(label.parent)}</parent>\n" if label.parent else ""
    svg = f"          <svg>{markup.escape(_svg(label))}</svg>\n" if label.nodes else ""
    specs = "".join(_write_spec(spec, kept.get("attributes", {}).get(spec.name, {})) for spec in label.attributes)
    written = (
        f"        <label>\n          <name>{markup.escape(label.name)}</name>\n"
        f"          <color>{markup.escape(label.color)}</color>\n          <type>{_type(label)}</type>\n"
        f"          <attributes>\n{specs}          </attributes>\n"
        f"{svg}{parent}{markup.elements(unknown, ' ' * 10)}        </label>\n"
    )
    return written + "".join(_write_node(node, label.name) for node in label.nodes)


def _write_node(node: str, parent: str) -> str:
    return (
        f"        <label>\n          <name>{markup.escape(node)}</name>\n          <color></color>\n"
        f"          <type>points</type>\n          <attributes>\n          </attributes>\n"
        f"          <parent>{markup.escape(parent)}</parent>\n        </label>\n"
    )


def _type(label: Label) -> str:
    if label.nodes:
        return "skeleton"
    return next((name for name, kinds in _TYPES.items() if kinds == label.kinds), "any")


def _write_spec(spec: AttributeSpec, kept: dict[str, str]) -> str:
    default = "" if spec.default is None else attributes.as_text(spec.default)
    values = "\n".join(spec.options) if spec.type == "select" else ""
    input_type = kept.get("input_type", _INPUTS[spec.type])
    fields = {
        "name": spec.name,
        "mutable": kept.get("mutable", "False"),
        "input_type": input_type,
        "default_value": default,
        "values": kept.get("values", values),
    }
    inside = "".join(f"              <{name}>{markup.escape(text)}</{name}>\n" for name, text in fields.items())
    return f"            <attribute>\n{inside}            </attribute>\n"


def _svg(label: Label) -> str:
    """The drawing that CVAT shows of a skeleton: nodes in a row, since nobody said where they are."""
    step = 80 / max(len(label.nodes) - 1, 1)
    places = [(10 + step * at, 30 + 40 * (at % 2)) for at in range(len(label.nodes))]
    lines = [
        f'<line x1="{places[start][0]:.2f}" y1="{places[start][1]}" x2="{places[end][0]:.2f}" y2="{places[end][1]}"'
        f' stroke="black" data-type="edge" data-node-from="{start + 1}" stroke-width="0.5" data-node-to="{end + 1}">'
        "</line>"
        for start, end in label.edges
        if start < len(places) and end < len(places)
    ]
    circles = [
        f'<circle r="1.5" stroke="black" fill="#b3b3b3" cx="{x:.2f}" cy="{y}" stroke-width="0.1"'
        f' data-type="element node" data-element-id="{at}" data-node-id="{at}"'
        f' data-label-name="{markup.quote(label.nodes[at - 1])}"></circle>'
        for at, (x, y) in enumerate(places, 1)
    ]
    return "".join(lines + circles)


def read(meta: Element, file: str, problems: Problems) -> Header:
    """The header of `<meta>`, without its side-car."""
    header = Header()
    place = next((child for child in meta if child.tag in PLACES), None)
    kept: dict[str, Any] = {}
    if outside := [markup.of_element(child) for child in meta if child is not place and child.tag != KEY]:
        kept["meta"] = outside
    if place is not None:
        header.name = place.findtext("name") or ""
        if place.tag != "task":
            kept["place"] = place.tag
        if rest := [markup.of_element(child) for child in place if child.tag not in ("name", "labels")]:
            kept["elements"] = rest
        header.labels = read_labels(place.find("labels"), file, problems)
    header.foreign = {NAME: kept} if kept else {}
    return header


def read_labels(listed: Element | None, file: str, problems: Problems) -> list[Label]:
    """The labels of `<labels>`; those of the nodes of a skeleton are part of it."""
    elements = [] if listed is None else listed.findall("label")
    skeletons = {element.findtext("name") for element in elements if element.findtext("type") == "skeleton"}
    labels: list[Label] = []
    for at, element in enumerate(elements):
        if element.findtext("parent") in skeletons and element.findtext("parent"):
            continue
        try:
            labels.append(_label(element, elements))
        except (Malformed, Refused) as error:
            problems.error(file, f"meta.labels[{at}]{getattr(error, 'place', '')}", str(error))
    return labels


def _label(element: Element, elements: list[Element]) -> Label:
    name = element.findtext("name")
    if not name:
        raise Malformed("is missing", ".name")
    label = Label(name, element.findtext("color") or "", element.findtext("parent") or "")
    kept: dict[str, Any] = {}
    for child in element.iterfind("attributes/attribute"):
        _read_spec(child, label, kept)
    drawn = element.findtext("type") or "any"
    if drawn == "skeleton":
        nodes = [one.findtext("name") or "" for one in elements if one.findtext("parent") == name]
        label.nodes, label.edges = _read_svg(element.findtext("svg") or "", nodes)
    if not label.nodes:
        label.kinds = list(_TYPES.get(drawn, ()))
    if unknown := [markup.of_element(child) for child in element if child.tag not in _KNOWN]:
        kept["elements"] = unknown
    label.foreign = {NAME: kept} if kept else {}
    return label


def _read_spec(element: Element, label: Label, kept: dict[str, Any]) -> None:
    name, input_type = element.findtext("name") or "", element.findtext("input_type") or "text"
    spec = AttributeSpec(name)
    spec.type = _ATTRIBUTE_TYPES.get(input_type, "text")  # type: ignore[assignment]
    values = element.findtext("values") or ""
    if spec.type == "select":
        spec.options = values.split("\n") if values else []
    default = element.findtext("default_value")
    spec.default = attributes.typed(default, spec) if default else None
    label.attributes.append(spec)
    aside = {"input_type": input_type} if input_type != _INPUTS[spec.type] else {}
    if (mutable := element.findtext("mutable") or "False") != "False":
        aside["mutable"] = mutable
    if values and spec.type != "select":
        aside["values"] = values
    if aside:
        kept.setdefault("attributes", {})[name] = aside


def _read_svg(drawing: str, nodes: list[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """Nodes in the order of the drawing, and edges between their positions."""
    root = xml.parse(f"<svg>{drawing}</svg>".encode(), "svg")
    circles = [one for one in root.iter("circle") if _NUMBER.fullmatch(one.get("data-node-id", ""))]
    circles.sort(key=lambda one: int(one.attrib["data-node-id"]))
    named = [one.get("data-label-name", "") for one in circles]
    places = {one.attrib["data-node-id"]: at for at, one in enumerate(circles)}
    if sorted(named) != sorted(nodes):
        # circles need not have names; then the labels have them, in the order of the drawing
        named, places = nodes, {str(at): at - 1 for at in range(1, len(nodes) + 1)} if not circles else places
    ends = [(one.get("data-node-from"), one.get("data-node-to")) for one in root.iter("line")]
    edges = [(places[a], places[b]) for a, b in ends if a in places and b in places]
    return named, [edge for edge in edges if max(edge) < len(named)]
