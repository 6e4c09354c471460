"""Owns `plumb runs`: what was computed, from what, with which result. Comparing is in `comparison`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.cli import repetition, run_changes
from plumbline.cli.comparison import columns, rows
from plumbline.cli.failures import Misused
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.progress import progress
from plumbline.cli.session import Session, session
from plumbline.datasets import inside
from plumbline.errors import Missing

app = typer.Typer(help="Trainings, evaluations and inferences with their inputs and results.")

_COLUMNS: Columns = {
    "run": "id",
    "name": "name",
    "experiment": "experiment_name",
    "kind": "kind",
    "status": "status",
    "by": "creator.name",
    "started": time("start_time"),
    "ended": time("end_time"),
}
_MORE: Columns = {
    "repeats or evaluates": "parent_run_id",
    "continues": lambda run: (
        f"{run['forked_from_run_id']} from step {run['forked_from_step']:g}" if run.get("forked_from_run_id") else ""
    ),
    "note": "note",
    "error": "error",
    "deleted": time("delete_time"),
    "record": "record_digest",
}
_ARTIFACTS: Columns = {
    "path": "path",
    "bytes": lambda artifact: int(artifact["size"]),
    "type": "media_type",
    "sha256": "sha256",
}
_PAIRS: Columns = {"name": "key", "value": "value"}
_METRICS: Columns = {"metric": "key", "last": "last", "min": "min", "max": "max", "points": "point_count"}
_INPUTS: Columns = {"kind": "kind", "name": "name", "image sets": "image_sets", "digest": "digest"}


@app.command("list")
def list_(
    ctx: typer.Context,
    experiment: Annotated[str, typer.Option(help="Name or id.")] = "",
    kind: Annotated[str, typer.Option(help="training, evaluation or inference.")] = "",
    status: Annotated[str, typer.Option(help="running, finished, failed or cancelled.")] = "",
    condition: Annotated[
        str, typer.Option("--filter", help="Such as \"metrics.f1 > 0.8 AND dataset.name = 'tiles'\".")
    ] = "",
    order_by: Annotated[list[str] | None, typer.Option(help="Such as 'metrics.f1 DESC'; may be repeated.")] = None,
    view: Annotated[str, typer.Option(help="active, deleted or all.")] = "active",
) -> None:
    """Runs, newest first."""
    known = session(ctx)
    filters: dict[str, Any] = {
        "experiment_id": _experiment_id(known, experiment),
        "kind": kind.upper(),
        "status": status.upper(),
        "filter": condition,
        "order_by": order_by,
        "view": view.upper(),
    }
    ordered = {name.split()[0]: metric_cell(name.split()[0]) for name in order_by or [] if name.startswith("metrics.")}
    show_list(known, known.client.runs.all(**filters), {**_COLUMNS, **ordered})


@app.command()
def show(ctx: typer.Context, run: str) -> None:
    """A run: inputs, parameters, metrics, tags."""
    known = session(ctx)
    found = known.client.runs.get(run)
    show_one(known, found, {**_COLUMNS, **_MORE})
    show_more(known, "Inputs", found["inputs"], _INPUTS)
    show_more(known, "Parameters", found["params"], _PAIRS)
    show_more(known, "Metrics", found["metrics"], _METRICS)
    show_more(known, "Tags", found["tags"], _PAIRS)


@app.command()
def compare(
    ctx: typer.Context,
    runs: Annotated[list[str], typer.Argument(help="Two or more.")],
    everything: Annotated[bool, typer.Option("--all", help="Also what is the same.")] = False,
) -> None:
    """What differs between runs: inputs, images, parameters, metrics, the record of code and environment."""
    known = session(ctx)
    if len(runs) < 2:
        raise Misused("One run cannot be compared.", "Name two or more.")
    found = rows(known.client.runs.compare(runs), everything=everything)
    show_list(known, found, columns(runs), key="field")
    if not found:
        known.say("Nothing differs.")


app.command()(repetition.repeat)
for change in (run_changes.tag, run_changes.note, run_changes.rename, run_changes.delete, run_changes.restore):
    app.command()(change)


@app.command()
def artifacts(ctx: typer.Context, run: str) -> None:
    """Files that were kept with a run."""
    known = session(ctx)
    show_list(known, known.client.runs.artifacts(run), _ARTIFACTS, key="path")


@app.command()
def download(
    ctx: typer.Context,
    run: str,
    paths: Annotated[list[str] | None, typer.Argument(help="Artifacts; all when none is named.")] = None,
    to: Annotated[Path, typer.Option(file_okay=False, help="Folder to write into.")] = Path(),
) -> None:
    """Fetch artifacts of a run, checked against their digests."""
    known = session(ctx)
    chosen = paths or [artifact["path"] for artifact in known.client.runs.artifacts(run)]
    written = []
    with progress(known) as report:
        for count, path in enumerate(chosen, 1):
            target = to / inside(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(known.client.runs.artifact(run, path))
            written.append({"path": path, "file": str(target)})
            report("download", count, len(chosen))
    show_list(known, written, {"artifact": "path", "file": "file"}, key="file")


def metric_cell(name: str) -> Callable[[Document], Any]:
    """A column with the last value of a metric, such as `metrics.f1`."""
    key = name.removeprefix("metrics.").strip('`"')
    return lambda run: next((metric.get("last") for metric in run["metrics"] if metric["key"] == key), None)


def _experiment_id(known: Session, experiment: str) -> str:
    if not experiment:
        return ""
    for each in known.client.pages("/v1/experiments", "experiments"):
        if experiment in (each["id"], each["name"]):
            return str(each["id"])
    raise Missing(f"There is no experiment {experiment}: `plumb runs list` shows those of all runs.", status=404)
