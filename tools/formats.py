"""Owns the tables in `formats/README.md`: `python -m tools.formats` writes them from the formats themselves.

With `--check` it fails when they are not current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from plumbline_formats.format import Format, Option
from plumbline_formats.registry import FORMATS
from plumbline_formats.shapes import KINDS

README = Path(__file__).resolve().parent.parent / "formats/README.md"

_START = "<!-- tables: written by `python -m tools.formats`, do not edit -->\n"
_END = "<!-- end of tables -->\n"
# said by every format, or of no interest to people who choose one
_OWN = frozenset({"id", "label", "shape", "path", "annotations", "annotated", "name", "labels", "foreign"})


def main() -> int:
    text = README.read_text()
    head, _, rest = text.partition(_START)
    tail = rest.partition(_END)[2]
    current = head + _START + tables() + _END + tail
    if "--check" not in sys.argv:
        README.write_text(current)
        return 0
    if text == current:
        return 0
    print("formats/README.md is not current: run `make gen` and commit the result.", file=sys.stderr)
    return 1


def tables() -> str:
    """What each format can say with default options and without a side-car, and its options."""
    kinds = list(FORMATS.values())
    shapes = [[f"`{kind.name}`", *(_shape(kind, shape) for shape in KINDS)] for kind in kinds]
    fields = [
        [f"`{kind.name}`", *map(_names, (said.annotation, said.image, said.label, said.header))]
        for kind in kinds
        for said in [kind.carries]
    ]
    options = [row for kind in kinds for row in _options(kind)]
    return "\n".join(
        (
            _table(["shape", *(shape.replace("_", " ") for shape in KINDS)], shapes),
            _table(["said of", "objects", "images", "labels", "the set"], fields),
            _table(["option", "of", "default", "meaning"], options),
        )
    )


def _shape(kind: Format, shape: str) -> str:
    becomes = kind.carries.kinds.get(shape)
    return "–" if becomes is None else becomes or "yes"


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names) - _OWN)) or "–"


def _options(kind: Format) -> list[list[str]]:
    rows: dict[str, tuple[Option, list[str]]] = {}
    for when, options in (("read", kind.read_options), ("write", kind.write_options)):
        for option in options:
            rows.setdefault(f"{option.name}={option.default}", (option, []))[1].append(when)
    return [
        [f"`{option.name}`", f"{kind.name}: {' and '.join(when)}", _default(option), option.help]
        for option, when in rows.values()
        if option.name != "sidecar"
    ]


def _default(option: Option) -> str:
    default = str(option.default).lower() if isinstance(option.default, bool) else str(option.default)
    others = [choice for choice in option.choices if choice != default]
    return f"**{default}**" + "".join(f", {other}" for other in others)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
