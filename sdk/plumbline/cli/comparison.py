"""Owns what differs between two runs: a list of fields with their two values. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plumbline.cli.output import Columns, Document, plain

DIFFERENCES: Columns = {
    "field": "field",
    "first": lambda item: plain(item["first"]),
    "second": lambda item: plain(item["second"]),
}


def differences(first: Document, second: Document) -> list[dict[str, Any]]:
    """Fields in which two runs differ, each {field, first, second}; None stands for an absent one."""
    left, right = _fields(first), _fields(second)
    return [
        {"field": name, "first": left.get(name), "second": right.get(name)}
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    ]


def _fields(run: Document) -> dict[str, Any]:
    """What a run was and gave, without what only says which run it is."""
    found: dict[str, Any] = {
        "experiment": run["experiment_name"],
        "kind": run["kind"],
        "status": run["status"],
    }
    found |= {f"input.{item['kind'].lower()}": f"{item['name']} {item['digest']}" for item in run["inputs"]}
    found |= {f"param.{item['key']}": item["value"] for item in run["params"]}
    found |= {f"metric.{item['key']}": item.get("last") for item in run["metrics"]}
    return found | _flat(run.get("record") or {}, "record")


def _flat(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {path: value}
    return {name: leaf for key, inner in value.items() for name, leaf in _flat(inner, f"{path}.{key}").items()}
