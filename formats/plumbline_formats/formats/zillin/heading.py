"""Owns what a Zillin file says before its images, in the order of Zillin: versions, tools and questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from plumbline_formats import foreigners
from plumbline_formats.documents import Document
from plumbline_formats.formats.zillin import marks
from plumbline_formats.model import AttributeType, Header, Label, Question
from plumbline_formats.problems import Malformed

NAME = "zillin"
# of files that we make ourselves, as their images and annotations are a form of ours
SCHEME = "plumbline-1"
EVERYTHING = "Everything"
_VERSIONS = {
    "ConfigurationVersion": "configuration",
    "AnnotationVersion": "annotation",
    "SetVersion": "set",
}
_GIVEN_BACK = {"ExportFileSchemeVersion": SCHEME, "VersionGenerated": None, "DataFilterType": EVERYTHING}
KNOWN = frozenset(_VERSIONS) | {"ProjectName", "TotalAnnotationPoints", "Tools", "Questions", "Images", "x_plumb"}
_TOOL = frozenset({"Name", "Color", "Type", "IsUsed", "Order"})
_QUESTION = frozenset({"Text", "AnswerType", "Options"})
_OF_TYPE: dict[AttributeType, str] = {
    "text": "Text",
    "number": "Number",
    "boolean": "YesNo",
    "select": "SingleChoice",
    "multi_select": "MultipleChoice",
}
_TYPES: dict[str, AttributeType] = {word: type_ for type_, word in _OF_TYPE.items()}
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")
# Of `Header.foreign`: what questions say beyond the model, by their text.
_OF_QUESTIONS = "Questions"


def written(header: Header, labels: Sequence[Label], used: Mapping[str, Collection[str]], points: int) -> Document:
    """All members before the images.

    Args:
        used: types of annotations by the name of their tool.
        points: sum over all annotations.
    """
    own = header.foreign.get(NAME, {})
    said: Document = {"ExportFileSchemeVersion": own.get("ExportFileSchemeVersion", SCHEME)}
    said |= {key: header.versions.get(name) for key, name in _VERSIONS.items()}
    said["ProjectName"] = header.name
    said |= {key: own.get(key, _GIVEN_BACK[key]) for key in ("VersionGenerated", "DataFilterType")}
    said["TotalAnnotationPoints"] = points
    said["Tools"] = [tool for at, label in enumerate(labels) for tool in _tools(label, at, used.get(label.name, ()))]
    others = own.get(_OF_QUESTIONS, {})
    said["Questions"] = [_question(question) | others.get(question.text, {}) for question in header.questions]
    return said | {key: value for key, value in own.items() if key not in said}


def _tools(label: Label, order: int, used: Collection[str]) -> list[Document]:
    """One for each type: a label may be drawn in several ways, a tool in one."""
    declared = [marks.TYPES[kind] for kind in label.kinds if kind in marks.TYPES]
    types: list[str | None] = [type_ for type_ in marks.KINDS if type_ in used or type_ in declared]
    rest = foreigners.given_back(label.foreign, _TOOL, NAME)
    return [
        {"Name": label.name, "Color": label.color, "Type": type_, "IsUsed": type_ in used, "Order": order} | rest
        for type_ in types or [None]
    ]


def _question(question: Question) -> Document:
    said: Document = {"Text": question.text, "AnswerType": _OF_TYPE[question.type]}
    return said | ({"Options": question.options} if question.options else {})


def read(members: Mapping[str, Any], tools: Sequence[Any], questions: Sequence[Any]) -> tuple[Header, list[str]]:
    """The header, and places of what was not understood in it. Raises Malformed: a tool or question is none."""
    header = Header(name=members["ProjectName"] if isinstance(members.get("ProjectName"), str) else "")
    foreign: Document = {}
    strange: list[str] = []
    for key, value in members.items():
        if key in _VERSIONS and type(value) is int:
            header.versions[_VERSIONS[key]] = value
        elif key in _GIVEN_BACK:
            foreign |= {} if value == _GIVEN_BACK[key] else {key: value}
        elif key not in KNOWN:
            foreign[key] = value
            strange.append(key)
    for at, tool in sorted(enumerate(tools), key=lambda one: _order(one[1])):
        _read_tool(tool, header, f"Tools[{at}]", strange)
    for at, question in enumerate(questions):
        rest = _read_question(question, header, f"Questions[{at}]", strange)
        if rest:
            foreign.setdefault(_OF_QUESTIONS, {})[header.questions[-1].text] = rest
    if foreign:
        header.foreign = {NAME: foreign}
    return header, strange


def _order(tool: Any) -> float:
    order = tool.get("Order") if isinstance(tool, dict) else None
    return order if isinstance(order, int | float) else float("inf")


def _read_tool(tool: Any, header: Header, place: str, strange: list[str]) -> None:
    name = tool.get("Name") if isinstance(tool, dict) else None
    if not isinstance(name, str):
        raise Malformed("has no Name", f".{place}")
    label = header.label(name)
    if label is None:
        label = Label(name, foreign=foreigners.kept(tool, _TOOL, NAME))
        header.labels.append(label)
    strange += [f"{place}.{key}" for key in tool if key not in _TOOL]
    color = tool.get("Color")
    if isinstance(color, str) and (found := _COLOR.fullmatch(color)):
        label.color = label.color or f"#{found[1].lower()}"
    elif color:
        strange.append(f"{place}.Color")
    kind = marks.KINDS.get(str(tool.get("Type")))
    if kind is not None and kind not in label.kinds:
        label.kinds.append(kind)
    elif kind is None and tool.get("Type") is not None:
        strange.append(f"{place}.Type")


def _read_question(question: Any, header: Header, place: str, strange: list[str]) -> Document:
    text = question.get("Text") if isinstance(question, dict) else None
    if not isinstance(text, str):
        raise Malformed("has no Text", f".{place}")
    rest = {key: value for key, value in question.items() if key not in _QUESTION}
    type_ = _TYPES.get(str(question.get("AnswerType")))
    if type_ is None:
        rest["AnswerType"] = question.get("AnswerType")
    options = question.get("Options", [])
    if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
        rest["Options"], options = options, []
    strange += [f"{place}.{key}" for key in rest]
    header.questions.append(Question(text, type_ or "text", options))
    return rest
