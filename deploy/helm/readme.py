"""Writes the README of a chart: its introduction, and the table of values from values.schema.json and values.yaml.

Owns the form of that table. Does not judge the values; a test holds the written file against `render`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).with_name("plumbline")


def render(chart: Path) -> str:
    """The text of README.md."""
    schema = json.loads((chart / "values.schema.json").read_text())
    defaults = yaml.safe_load((chart / "values.yaml").read_text())
    lines = ["| value | type | default | meaning |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(schema, schema, defaults, ())]
    introduction = (chart / "introduction.md").read_text().rstrip()
    return f"{introduction}\n\n" + "\n".join(lines) + "\n"


def rows(root: dict[str, Any], schema: dict[str, Any], default: Any, path: tuple[str, ...]) -> Iterator[list[str]]:
    """One row for each value that is not itself made of values; the repeated services are shown once."""
    target = resolved(root, schema)
    children: dict[str, Any] = dict(target.get("properties", {}))
    if path == ("worker", "profiles"):
        children = {"cpu": target["additionalProperties"]}
    if not children:
        description = str(schema.get("description") or target.get("description", ""))
        yield [f"`{'.'.join(shown(path))}`", type_of(target), f"`{json.dumps(default)}`", escape(description)]
        return
    for name, child in collapsed(path, children).items():
        yield from rows(root, child, (default or {}).get(name), (*path, name))


def collapsed(path: tuple[str, ...], children: dict[str, Any]) -> dict[str, Any]:
    """Services and databases are alike: the first one stands for all."""
    if path in (("services",), ("database",)):
        first = next(iter(children))
        return {first: children[first]}
    return children


def shown(path: tuple[str, ...]) -> tuple[str, ...]:
    if path[0] in ("services", "database") and len(path) > 1:
        return (path[0], "<service>", *path[2:])
    if path[:2] == ("worker", "profiles") and len(path) > 2:
        return ("worker", "profiles", "<name>", *path[3:])
    return path


def resolved(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    target: dict[str, Any] = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return target


def type_of(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("type", "object")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def escape(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (CHART / "README.md").write_text(render(CHART))
