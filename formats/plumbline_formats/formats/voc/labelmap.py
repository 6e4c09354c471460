"""Owns `labelmap.txt`: lines of `name:red,green,blue:parts:actions`, as CVAT and Datumaro write them."""

from __future__ import annotations

import re

from plumbline_formats.formats.voc.layout import NAME
from plumbline_formats.model import Label
from plumbline_formats.problems import Problems

_COLOR = re.compile(r"#[0-9a-f]{6}")
_HEADING = "# label:color_rgb:parts:actions\n"
BACKGROUND = "background"


def is_sayable(label: Label) -> bool:
    """Whether a line can hold the name."""
    name = label.name
    return (
        name == name.strip()
        and not set(name) & set(":\n\r")
        and not name.startswith("#")
        and name not in ("", BACKGROUND)
    )


def says_color(label: Label) -> bool:
    return not label.color or _COLOR.fullmatch(label.color) is not None


def says_foreign(label: Label) -> bool:
    kept = label.foreign.get(NAME, {})
    return (
        set(label.foreign) <= {NAME}
        and set(kept) <= {"parts", "actions"}
        and all(isinstance(text, str) and not set(text) & set(":\n\r") for text in kept.values())
    )


def write(labels: list[Label]) -> bytes:
    return (_HEADING + "".join(map(_line, labels))).encode()


def _line(label: Label) -> str:
    kept = label.foreign.get(NAME, {}) if says_foreign(label) else {}
    color = ",".join(map(str, bytes.fromhex(label.color[1:]))) if label.color and says_color(label) else ""
    return f"{label.name}:{color}:{kept.get('parts', '')}:{kept.get('actions', '')}\n"


def read(content: bytes, file: str, problems: Problems) -> list[Label]:
    """The labels in their order, without the background."""
    labels: list[Label] = []
    for number, written in enumerate(content.decode("utf-8-sig", "replace").split("\n"), 1):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        fields = line.split(":")
        if len(fields) != 4:
            problems.error(file, f"line {number}", f"needs name:color:parts:actions, has {len(fields)} fields")
            continue
        name, color, *others = fields
        if name == BACKGROUND and color.replace(" ", "") in ("0,0,0", ""):
            continue
        kept = {key: text for key, text in zip(("parts", "actions"), others, strict=True) if text}
        labels.append(Label(name, _color(color, file, number, problems), foreign={NAME: kept} if kept else {}))
    return labels


def _color(written: str, file: str, number: int, problems: Problems) -> str:
    if not written:
        return ""
    try:
        red, green, blue = bytes(int(channel) for channel in written.split(","))
    except ValueError:
        problems.error(file, f"line {number}", f"has the colour {written!r}, expected red,green,blue from 0 to 255")
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"
