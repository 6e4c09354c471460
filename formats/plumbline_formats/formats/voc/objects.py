"""Owns one `<object>` of Pascal VOC: its box in the base and the decimals of the file, written and read.

With base one, pixels are counted from 1 and the last one belongs to the box: `[x, x + width)` is `xmin = x + 1` to
`xmax = x + width`. With base zero, `xmin = x` and `xmax = x + width`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plumbline_formats import attributes, decimals, documents, markup
from plumbline_formats.formats.voc.layout import NAME
from plumbline_formats.losses import Carries
from plumbline_formats.model import Annotation
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box
from plumbline_formats.sidecar import KEY

POSE = "Unspecified"
BACKWARDS = "ends before it starts"
FLAGS = ("truncated", "occluded", "difficult")
KNOWN = frozenset({"name", "pose", "bndbox", "attributes", KEY, *FLAGS})
CORNERS = ("xmin", "ymin", "xmax", "ymax")
CARRIES = Carries(
    annotation=frozenset({"attributes", *FLAGS}),
    image=frozenset({"width", "height", "subset"}),
    label=frozenset({"color"}),
    kinds={"box": ""},
)
Corners = tuple[str, str, str, str]
# of four whole numbers together; longer ones are no pixels, and slow to understand
_SHORT = 64
_ONES = (decimals.of(0), decimals.of(1))


@dataclass(frozen=True, slots=True)
class Scale:
    """How boxes are written: the number of the first pixel, and decimals (None: all)."""

    base: int
    places: int | None

    def corners(self, box: Box) -> Corners:
        """The four texts of `<bndbox>`."""
        x, y, width, height = box.x, box.y, box.width, box.height
        if not (x % 1 or y % 1 or width % 1 or height % 1):
            x0, y0, base = int(x), int(y), self.base
            return str(x0 + base), str(y0 + base), str(x0 + int(width)), str(y0 + int(height))
        left, right = self._side(x, width)
        top, bottom = self._side(y, height)
        return left, top, right, bottom

    def _side(self, start: float, size: float) -> tuple[str, str]:
        begin = decimals.of(start)
        end = decimals.add(begin, decimals.of(size))
        shifted = decimals.add(begin, decimals.of(self.base))
        return decimals.text(shifted, self.places), decimals.text(end, self.places)

    def box(self, xmin: str | None, ymin: str | None, xmax: str | None, ymax: str | None) -> Box:
        """The box of the four texts.

        Raises:
            Malformed: one is no number, or the box ends before it starts.
        """
        joined = f"{xmin}{ymin}{xmax}{ymax}"
        if len(joined) < _SHORT and joined.isdigit() and joined.isascii() and xmin and ymin and xmax and ymax:
            x0, y0 = int(xmin) - self.base, int(ymin) - self.base
            box = Box(float(x0), float(y0), float(int(xmax) - x0), float(int(ymax) - y0))
        else:
            x, width = self._read(xmin, xmax, "xmin", "xmax")
            y, height = self._read(ymin, ymax, "ymin", "ymax")
            box = Box(x, y, width, height)
        if box.width < 0 or box.height < 0:
            raise Malformed(BACKWARDS, ".bndbox")
        return box

    def _read(self, first: str | None, last: str | None, start: str, end: str) -> tuple[float, float]:
        name = start
        try:
            begin = decimals.subtract(decimals.read(first), _ONES[self.base])
            name = end
            return float(begin), float(decimals.subtract(decimals.read(last), begin))
        except Malformed as error:
            raise Malformed(str(error), f".bndbox.{name}") from error


def is_suspect(written: str, box: Box) -> bool:
    """Whether a box cannot come from counting whole pixels from one: it has a fraction, or a 0."""
    return "." in written or box.x < 0 or box.y < 0


def write(annotation: Annotation, corners: Corners, aside: documents.Document | None) -> str:
    """The element, with the side-car when there is one."""
    pose, elements = POSE, ""
    if annotation.foreign and says_foreign(annotation):
        kept = annotation.foreign[NAME]
        pose = kept.get("pose", POSE)
        elements = markup.elements(kept.get("elements", ()), "\t\t")
    xmin, ymin, xmax, ymax = corners
    side = f"\t\t<{KEY}>{markup.side_car(aside)}</{KEY}>\n" if aside is not None else ""
    return (
        f"\t<object>\n\t\t<name>{markup.escape(annotation.label)}</name>\n\t\t<pose>{markup.escape(pose)}</pose>\n"
        f"\t\t<truncated>{annotation.truncated:d}</truncated>\n\t\t<occluded>{annotation.occluded:d}</occluded>\n"
        f"\t\t<difficult>{annotation.difficult:d}</difficult>\n\t\t<bndbox>\n\t\t\t<xmin>{xmin}</xmin>\n"
        f"\t\t\t<ymin>{ymin}</ymin>\n\t\t\t<xmax>{xmax}</xmax>\n\t\t\t<ymax>{ymax}</ymax>\n\t\t</bndbox>\n"
        f"{_attributes(annotation) if annotation.attributes else ''}{elements}{side}\t</object>\n"
    )


def _attributes(annotation: Annotation) -> str:
    lines = [
        f"\t\t\t<attribute>\n\t\t\t\t<name>{markup.escape(name)}</name>\n"
        f"\t\t\t\t<value>{markup.escape(attributes.as_text(value))}</value>\n\t\t\t</attribute>\n"
        for name, value in annotation.attributes.items()
        if is_sayable(name, value)
    ]
    return f"\t\t<attributes>\n{''.join(lines)}\t\t</attributes>\n" if lines else ""


def is_sayable(name: str, value: Any) -> bool:
    """Whether XML has the characters of an attribute."""
    return markup.is_sayable(name) and markup.is_sayable(attributes.as_text(value))


def says_foreign(annotation: Annotation) -> bool:
    """Whether all that other files said of the object can be written back."""
    kept = annotation.foreign.get(NAME, {})
    elements, pose = kept.get("elements", []), kept.get("pose", "")
    return (
        set(annotation.foreign) == {NAME}
        and set(kept) <= {"elements", "pose"}
        and isinstance(pose, str)
        and markup.is_sayable(pose)
        and markup.are_elements(elements)
        and not KNOWN & {element["name"] for element in elements}
    )
