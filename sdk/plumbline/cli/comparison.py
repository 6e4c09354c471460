"""Owns runs side by side as a table of fields. Compares nothing: the platform does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from plumbline.cli.output import Columns, Document, plain

DIFFERENCES: Columns = {
    "field": "field",
    "first": lambda item: plain(item["first"]),
    "second": lambda item: plain(item["second"]),
}
_ABOUT = ("experiment_name", "kind", "status")


def columns(run_ids: Sequence[str]) -> Columns:
    """A column for the field and one per run: `first` and `second`, or the ids of more runs."""
    titles = ["first", "second"] if len(run_ids) == 2 else list(run_ids)
    return {"field": "field", **{title: _cell(number) for number, title in enumerate(titles)}}


def rows(compared: Document, *, everything: bool = False) -> list[dict[str, Any]]:
    """Fields in which the compared runs differ (or all), each {field, values}; None stands for an absent value."""
    found = [row for row in _rows(compared) if everything or row["differs"]]
    return [{"field": row["field"], "values": row["values"]} for row in found]


def _rows(compared: Document) -> Iterator[dict[str, Any]]:
    for name in _ABOUT:
        values = [run[name] for run in compared["runs"]]
        yield {"field": name.removesuffix("_name"), "values": values, "differs": len(set(values)) > 1}
    for row in compared["inputs"]:
        cells = [f"{cell['name']} {cell['digest']}" if cell["digest"] else None for cell in row["cells"]]
        field = f"input.{row['kind'].lower()}.{row['name']}"
        yield {"field": field, "values": cells, "differs": row["differs"]}
    for item in compared["data_differences"]:
        field = f"data.{item['dataset_name']}@v{item['old_number']}..v{item['new_number']}"
        counts = f"+{item['added_count']} -{item['removed_count']} ~{item['changed_count']} images"
        yield {"field": field, "values": [counts] + [None] * (len(compared["runs"]) - 1), "differs": True}
    for kind, title in (("params", "param"), ("metrics", "metric"), ("tags", "tag"), ("record", "record")):
        for row in compared[kind]:
            cells = [_metric(cell) if kind == "metrics" else _text(cell) for cell in row["cells"]]
            yield {"field": f"{title}.{row['key']}", "values": cells, "differs": row["differs"]}


def _metric(cell: Document) -> Any:
    return cell["last"] if cell["point_count"] else None


def _text(cell: Document) -> str | None:
    return str(cell["text"]) if cell["is_set"] else None


def _cell(number: int) -> Callable[[Document], str]:
    return lambda row: plain(row["values"][number])
