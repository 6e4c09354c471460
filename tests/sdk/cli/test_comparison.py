"""Runs side by side become rows of fields."""

from __future__ import annotations

from typing import Any

from plumbline.cli.comparison import columns, rows
from plumbline.cli.output import read


def text(value: str | None) -> dict[str, Any]:
    return {"is_set": value is not None, "text": value or ""}


COMPARED: dict[str, Any] = {
    "runs": [
        {"experiment_name": "tiles", "kind": "TRAINING", "status": "FINISHED"},
        {"experiment_name": "tiles", "kind": "TRAINING", "status": "FAILED"},
    ],
    "inputs": [
        {
            "kind": "DATASET_VERSION",
            "name": "tiles",
            "differs": True,
            "cells": [{"name": "tiles@v1", "digest": "sha256:a"}, {"name": "", "digest": ""}],
        }
    ],
    "data_differences": [
        {
            "dataset_name": "tiles", "old_number": 1, "new_number": 2,
            "added_count": 3, "removed_count": 0, "changed_count": 1,
        }
    ],
    "params": [{"key": "lr", "differs": False, "cells": [text("0.1"), text("0.1")]}],
    "metrics": [
        {"key": "loss", "differs": True, "cells": [{"last": 0.5, "point_count": 3}, {"last": 0, "point_count": 0}]}
    ],
    "tags": [],
    "record": [{"key": "packages.torch", "differs": True, "cells": [text('"2.13.0"'), text(None)]}],
}  # fmt: skip


def test_only_what_differs_is_listed() -> None:
    assert rows(COMPARED) == [
        {"field": "status", "values": ["FINISHED", "FAILED"]},
        {"field": "input.dataset_version.tiles", "values": ["tiles@v1 sha256:a", None]},
        {"field": "data.tiles@v1..v2", "values": ["+3 -0 ~1 images", None]},
        {"field": "metric.loss", "values": [0.5, None]},
        {"field": "record.packages.torch", "values": ['"2.13.0"', None]},
    ]


def test_everything_is_listed_when_asked_for() -> None:
    assert {"field": "param.lr", "values": ["0.1", "0.1"]} in rows(COMPARED, everything=True)


def test_two_runs_are_first_and_second_and_more_have_their_ids() -> None:
    assert list(columns(["run_1", "run_2"])) == ["field", "first", "second"]
    assert list(columns(["run_1", "run_2", "run_3"])) == ["field", "run_1", "run_2", "run_3"]
    assert read({"values": [1, None]}, columns(["run_1", "run_2"])["second"]) == ""
