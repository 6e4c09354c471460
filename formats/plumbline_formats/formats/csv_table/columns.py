"""Owns the columns of the table, the names that others give them, and what spreadsheets must not take for formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable

from plumbline_formats.losses import Carries
from plumbline_formats.shapes import KINDS

NAME = "csv"
FILE = "annotations.csv"
# Of the image, on each of its rows; then of the object.
OF_IMAGE = ("image", "image_width", "image_height", "subset", "annotated")
OF_OBJECT = ("label", "kind", "x", "y", "width", "height", "shape", "attributes")
FLAGS = ("occluded", "truncated", "difficult")
TEXTS = ("origin", "author", "created", "updated", "id")
REST_OF_OBJECT = ("group", "z", *FLAGS, "confidence", *TEXTS)
TEXTS_OF_IMAGE = ("sha256", "source", "state")
JSON_OF_IMAGE = {"tags": "tags", "answers": "answers", "image_attributes": "attributes"}
REST_OF_IMAGE = (*TEXTS_OF_IMAGE, *JSON_OF_IMAGE)
SIDECAR_COLUMN = "x_plumb"
COLUMNS = (*OF_IMAGE, *OF_OBJECT, *REST_OF_OBJECT, *REST_OF_IMAGE)
BOX = ("x", "y", "width", "height")
CORNERS = ("xmin", "ymin", "xmax", "ymax")

CARRIES = Carries(
    annotation=frozenset({"attributes", *REST_OF_OBJECT}),
    image=frozenset({"width", "height", "subset", *TEXTS_OF_IMAGE, *JSON_OF_IMAGE.values()}),
    kinds=dict.fromkeys(KINDS, ""),
)

_OTHER_NAMES = {
    "image": "filename file_name file path filepath file_path image_path image_name image_file img img_path",
    "label": "class class_name category category_name label_name classname",
    "image_width": "img_width im_width",
    "image_height": "img_height im_height",
    "subset": "split set",
    "confidence": "score conf probability",
    "xmin": "x_min x1 left bbox_xmin bbox_x1",
    "ymin": "y_min y1 top bbox_ymin bbox_y1",
    "xmax": "x_max x2 right bbox_xmax bbox_x2",
    "ymax": "y_max y2 bottom bbox_ymax bbox_y2",
    "x": "bbox_x box_x",
    "y": "bbox_y box_y",
    "width": "w bbox_width bbox_w box_width",
    "height": "h bbox_height bbox_h box_height",
}
_MEANT = {other: name for name, others in _OTHER_NAMES.items() for other in others.split()}
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def meant(header: Iterable[str]) -> dict[int, str]:
    """Which of our columns each column of a file is, by position; those that are left out are unknown."""
    plain = [re.sub(r"[\s\-.]+", "_", name.strip()).lower() for name in header]
    found: dict[int, str] = {}
    taken: set[str] = set()
    known = {*COLUMNS, *CORNERS, SIDECAR_COLUMN}
    for at, name in enumerate(plain):
        name = name if name in known else _MEANT.get(name, "")
        if name and name not in taken:
            found[at] = name
            taken.add(name)
    if taken >= set(CORNERS) and not taken & {"x", "y", "image_width", "image_height"}:
        # beside corners, `width` and `height` are those of the image
        found = {at: f"image_{name}" if name in ("width", "height") else name for at, name in found.items()}
    return found


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: with a quote before it, which `plain` takes away again."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
