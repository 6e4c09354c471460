"""Owns the labelling configuration of Label Studio: labels and controls, declared in XML or seen in results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from plumbline_formats import xml
from plumbline_formats.documents import Document
from plumbline_formats.formats.label_studio import controls, regions
from plumbline_formats.markup import attributes as as_attributes
from plumbline_formats.markup import is_sayable
from plumbline_formats.model import AttributeSpec, AttributeType, Header, Label, Question
from plumbline_formats.sidecar import KEY

FILE = "label_config.xml"
_UNDECLARED = "undeclared"
_REGIONS = {f"{kind}labels": kind for kind in regions.TYPES}
_TAGS = {
    "rectangle": "RectangleLabels",
    "ellipse": "EllipseLabels",
    "polygon": "PolygonLabels",
    "keypoint": "KeyPointLabels",
    "brush": "BrushLabels",
}
_ASKING = {"choices": "Choices", "textarea": "TextArea", "taxonomy": "Taxonomy", "number": "Number", "rating": "Rating"}
_TYPES: dict[str, AttributeType] = {
    "choices": "select",
    "textarea": "text",
    "taxonomy": "multi_select",
    "number": "number",
    "rating": "number",
}


@dataclass(slots=True)
class Config:
    """What a configuration declares.

    Attributes:
        image_key: the column of a task's data that names the image; empty when it is not said.
        multiple, asked_multiple: controls of regions, and of whole images, that take several choices.
        undeclared: labels that our writer added since objects have them, though their set does not declare them.
    """

    labels: list[Label] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    image_key: str = ""
    multiple: set[str] = field(default_factory=set)
    asked_multiple: set[str] = field(default_factory=set)
    undeclared: set[str] = field(default_factory=set)

    def declare(self, element: Element) -> Label:
        """The label of an element, made when it is new."""
        name = element.get("value", "")
        if element.get(KEY) == _UNDECLARED:
            self.undeclared.add(name)
        label = next((one for one in self.labels if one.name == name), None)
        if label is None:
            label = Label(name)
            self.labels.append(label)
        return label


@dataclass(slots=True)
class Used:
    """What results make use of, in the order of first use: all that is known without a configuration."""

    config: Config = field(default_factory=Config)
    regions: set[str] = field(default_factory=set)
    attributes: dict[tuple[str, str], bool] = field(default_factory=dict)
    _labels: set[str] = field(default_factory=set)
    _questions: set[str] = field(default_factory=set)

    def label(self, name: str) -> None:
        if name and name not in self._labels:
            self._labels.add(name)
            self.config.labels.append(Label(name))

    def question(self, name: str, kind: str) -> None:
        if name not in self._questions:
            self._questions.add(name)
            self.config.questions.append(Question(name, _TYPES[kind]))

    def attribute(self, name: str, kind: str, is_list: bool) -> None:
        self.attributes[name, kind] = self.attributes.get((name, kind), False) or is_list


def labels_of(result: Document) -> list[str]:
    """Labels that a region's result gives it."""
    value, kind = result.get("value"), result.get("type")
    found = value.get(kind) if isinstance(value, dict) and isinstance(kind, str) and kind.endswith("labels") else None
    return [label for label in found if isinstance(label, str)] if isinstance(found, list) else []


def infer(results: Iterable[Document], used: Used) -> None:
    """Take labels and questions from all results of one annotation."""
    listed = [result for result in results if isinstance(result, dict) and isinstance(result.get("type"), str)]
    shown = {result["id"] for result in listed if _base(result) is not None and isinstance(result.get("id"), str)}
    for result in listed:
        for label in labels_of(result)[:1]:
            used.label(label)
        kind, name, value = result["type"], result.get("from_name"), result.get("value")
        if kind not in controls.TYPES or not isinstance(name, str):
            continue
        if isinstance(result.get("id"), str) and result["id"] in shown:
            continue
        if name == controls.TAG:
            choices = value.get("choices") if isinstance(value, dict) else None
            if isinstance(choices, list) and choices and isinstance(choices[0], str):
                used.label(choices[0])
        elif name != controls.TAGS:
            used.question(name, kind)


def _base(result: Document) -> str | None:
    """Which of the types of regions a result is."""
    kind = str(result.get("type"))
    return kind if kind in regions.TYPES else _REGIONS.get(kind, "labels" if kind == "labels" else None)


def read(content: bytes, file: str) -> Config:
    """A configuration in XML. Raises Refused: as `xml.parse`."""
    root = xml.parse(content, file)
    config = Config()
    kinds: dict[str, list[str]] = {}
    all_kinds: set[str] = set()
    for element in root.iter():
        tag = element.tag.lower()
        if tag == "image":
            config.image_key = element.get("value", "").removeprefix("$")
        elif tag in _REGIONS or tag == "labels":
            all_kinds.add(tag)
            for child in element.iter("Label"):
                label = config.declare(child)
                label.color = label.color or child.get("background", "")
                kinds.setdefault(label.name, []).append(tag)
        elif tag == "choices" and element.get("name") == controls.TAG:
            for child in element.iter("Choice"):
                config.declare(child)
    for element in root.iter():
        _read_control(element, config)
    for label in config.labels:
        given = kinds.get(label.name, [])
        if given and set(given) != all_kinds and "labels" not in given:
            label.kinds = [regions.KINDS[_REGIONS[tag]] for tag in given]
    return config


def _read_control(element: Element, config: Config) -> None:
    tag, name = element.tag.lower(), element.get("name", "")
    if tag not in _TYPES or name in (controls.TAG, controls.TAGS):
        return
    kind = _TYPES[tag]
    if tag == "choices" and element.get("choice") == "multiple":
        kind = "multi_select"
    options = _options(element)
    if element.get("perRegion") != "true":
        config.questions.append(Question(name, kind, options))
        if kind == "multi_select":
            config.asked_multiple.add(name)
        return
    if tag == "choices" and kind == "multi_select":
        config.multiple.add(name)
    only = element.get("whenLabelValue")
    for label in config.labels:
        if only is None or label.name in only.split(","):
            label.attributes.append(AttributeSpec(name, kind, list(options)))


def _options(element: Element) -> list[str]:
    return [option.get("value", "") for option in element.iter("Choice")]


def write(
    header: Header, labels: Sequence[Label], used: Used, has_tags: bool, undeclared: Collection[str] = ()
) -> bytes:
    """A configuration that declares what a header does and what was used.

    Args:
        undeclared: those of the labels that our reader shall not take for labels of the set.
    """
    lines = ["<View>", '  <Image name="image" value="$image"/>']
    for kind in regions.TYPES:
        if labels and (kind in used.regions or _is_declared(kind, labels)):
            lines.append(f"  <{_TAGS[kind]}{_attributes(name=f'shapes_{kind}', toName='image')}>")
            lines += [f"    <Label{_of_label(label, label.name in undeclared)}/>" for label in labels]
            lines.append(f"  </{_TAGS[kind]}>")
    if labels:
        lines += _control(controls.TAG, "choices", [label.name for label in labels], {}, undeclared)
    if has_tags:
        lines += _control(controls.TAGS, "choices", [], {"choice": "multiple"})
    for question in header.questions:
        lines += _question(question)
    declared = {question.text for question in header.questions}
    lines += [line for one in used.config.questions if one.text not in declared for line in _question(one)]
    lines += _attribute_controls(labels, used)
    return "\n".join([*lines, "</View>", ""]).encode()


def _attribute_controls(labels: Sequence[Label], used: Used) -> list[str]:
    """Those that labels declare, each for its labels, and those that are used beyond them."""
    specs: dict[tuple[str, AttributeType, tuple[str, ...]], list[str]] = {}
    for label in labels:
        for spec in label.attributes:
            specs.setdefault((spec.name, spec.type, tuple(spec.options)), []).append(label.name)
    lines: list[str] = []
    declared = set()
    for (name, type_, options), names in specs.items():
        more = {"perRegion": "true"}
        if len(names) < len(labels):
            more["whenLabelValue"] = ",".join(names)
        if type_ == "multi_select":
            more["choice"] = "multiple"
        kind = {"text": "textarea", "number": "number"}.get(type_, "choices")
        declared.add((name, kind))
        lines += _control(name, kind, list(options) or (["true", "false"] if type_ == "boolean" else []), more)
    for (name, kind), is_list in used.attributes.items():
        if (name, kind) not in declared:
            more = {"perRegion": "true"} | ({"choice": "multiple"} if is_list and kind == "choices" else {})
            lines += _control(name, kind, [], more)
    return lines


def selects(labels: Sequence[Label]) -> set[str]:
    """Names of attributes that are one chosen option wherever they are declared."""
    types: dict[str, set[str]] = {}
    for label in labels:
        for spec in label.attributes:
            types.setdefault(spec.name, set()).add(spec.type)
    return {name for name, found in types.items() if found == {"select"}}


def _is_declared(kind: str, labels: Sequence[Label]) -> bool:
    return any(regions.KINDS[kind] in (label.kinds or ("box",)) for label in labels)


def _of_label(label: Label, is_undeclared: bool) -> str:
    color = {"background": label.color} if label.color else {}
    return _attributes(value=label.name, **color, **_mark(is_undeclared))


def _mark(is_undeclared: bool) -> dict[str, str]:
    return {KEY: _UNDECLARED} if is_undeclared else {}


def _question(question: Question) -> list[str]:
    if question.type in ("text", "number"):
        return _control(question.text, "textarea" if question.type == "text" else "number", [], {})
    options = question.options or (["true", "false"] if question.type == "boolean" else [])
    return _control(
        question.text, "choices", options, {"choice": "multiple"} if question.type == "multi_select" else {}
    )


def _control(
    name: str, kind: str, options: Sequence[str], more: dict[str, str], undeclared: Collection[str] = ()
) -> list[str]:
    start = f"  <{_ASKING[kind]}{_attributes(name=name, toName='image', **more)}"
    if kind not in ("choices", "taxonomy"):
        return [start + "/>"]
    inner = [f"    <Choice{_attributes(value=option, **_mark(option in undeclared))}/>" for option in options]
    return [start + ">", *inner, f"  </{_ASKING[kind]}>"]


def _attributes(**values: str) -> str:
    return as_attributes({name: value if is_sayable(value) else repr(value) for name, value in values.items()})
