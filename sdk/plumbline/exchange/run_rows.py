"""Owns what of a run goes into which row: documents that come back exactly, and `sys/` values for other tools."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from plumbline.exchange import rows
from plumbline.exchange.arrival import FOREIGN_INPUT
from plumbline.exchange.rows import Row

RUN = "plumbline/run"
RECORD = "plumbline/record"
SLICES = "plumbline/evaluation/slices"
FAILURES = "plumbline/evaluation/failures"
LOGGED_MODEL = "plumbline/logged_model"
# have rows of their own, or follow from them
_APART = ("params", "tags", "metrics", "record")


def of_run(run: dict[str, Any], evaluation: dict[str, Any], artifacts: list[dict[str, Any]]) -> list[Row]:
    """Rows of everything about a run but its points, in one order for every export."""
    document = {name: value for name, value in run.items() if name not in _APART}
    document["inputs"], document["datasets"] = _native(run)
    found = [
        rows.value(RUN, "string", canonical(document)),
        *([rows.value(RECORD, "string", canonical(run["record"]))] if run.get("record") else []),
        *_system(run),
        *_pairs(rows.PARAMS, run["params"]),
        *_pairs(rows.TAGS, run["tags"]),
        *(_listed(SLICES, evaluation.get("slices", []))),
        *(_listed(FAILURES, evaluation.get("failures", []))),
    ]
    return found + [rows.artifact(one) for one in sorted(artifacts, key=lambda one: one["path"])]


def of_logged_model(model: dict[str, Any], artifacts: list[dict[str, Any]]) -> list[Row]:
    """Rows of a logged model."""
    return [
        rows.value(LOGGED_MODEL, "string", canonical(model)),
        *(rows.artifact(one) for one in sorted(artifacts, key=lambda one: one["path"])),
    ]


def canonical(document: Any) -> str:
    """JSON that the same document always gives."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(*documents: Any) -> str:
    """What changes when any of the documents does."""
    return hashlib.sha256(canonical(documents).encode()).hexdigest()


def _native(run: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Inputs and datasets; inputs that an import could only keep as datasets are inputs again."""
    inputs, datasets = list(run["inputs"]), []
    for dataset in run["datasets"]:
        if dataset["source_type"] == FOREIGN_INPUT:
            inputs.append(json.loads(dataset["source"]))
        else:
            datasets.append(dataset)
    return sorted(inputs, key=canonical), datasets


def _system(run: dict[str, Any]) -> list[Row]:
    """What readers of Neptune's files look for."""
    texts = {
        "sys/custom_run_id": run["id"],
        "sys/description": run["note"],
        "sys/id": run["id"],
        "sys/name": run["name"],
        "sys/owner": run["user_name"] or run.get("creator", {}).get("name", ""),
        "sys/forking/parent": run["forked_from_run_id"],
    }
    found = [rows.value(path, "string", text) for path, text in sorted(texts.items()) if text]
    if run["forked_from_run_id"]:
        found.append(rows.value("sys/forking/step", "float", float(run["forked_from_step"])))
    if run.get("start_time"):
        found.append(rows.value("sys/creation_time", "datetime", datetime.fromisoformat(run["start_time"])))
    found.append(rows.value("sys/failed", "bool", run["status"] == "FAILED"))
    return found


def _pairs(prefix: str, pairs: list[dict[str, str]]) -> list[Row]:
    found = sorted((pair["key"], pair["value"]) for pair in pairs)
    return [rows.value(prefix + key, "string", value) for key, value in found]


def _listed(path: str, documents: list[dict[str, Any]]) -> list[Row]:
    """Documents in their order: rows of a text series, the index as the step."""
    return [
        {
            "attribute_path": path,
            "attribute_type": "string_series",
            "step_float64": float(index),
            "string_value": canonical(document),
        }
        for index, document in enumerate(documents)
    ]
