"""Owns `plumb runs`: what was computed, from what, with which result. Comparing is in `comparison`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from plumbline.cli import jobs
from plumbline.cli.comparison import DIFFERENCES, differences
from plumbline.cli.failures import FAILED, Failed
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.progress import progress
from plumbline.cli.session import Output, Session, session
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
) -> None:
    """Runs, newest first."""
    known = session(ctx)
    filters = {"experiment_id": _experiment_id(known, experiment), "kind": kind.upper(), "status": status.upper()}
    show_list(known, known.client.runs.all(**filters), _COLUMNS)


@app.command()
def show(ctx: typer.Context, run: str) -> None:
    """A run: inputs, parameters, metrics, tags."""
    known = session(ctx)
    found = known.client.runs.get(run)
    show_one(known, found, {**_COLUMNS, "repeats or evaluates": "parent_run_id", "record": "record_digest"})
    show_more(known, "Inputs", found["inputs"], _INPUTS)
    show_more(known, "Parameters", found["params"], _PAIRS)
    show_more(known, "Metrics", found["metrics"], _METRICS)
    show_more(known, "Tags", found["tags"], _PAIRS)


@app.command()
def repeat(
    ctx: typer.Context,
    run: str,
    wait: Annotated[bool, typer.Option("--wait", help="Until it has ended; status 1 unless identical.")] = False,
) -> None:
    """Run it again with the same data, configuration, code and seed, and say what differs."""
    known = session(ctx)
    job = known.client.runs.repeat(run)
    if not wait:
        show_one(known, job, jobs.COLUMNS)
        return
    ended = jobs.follow(known, job["id"])
    if ended["state"] != "FINISHED":
        raise Failed(
            f"The repetition is {ended['state'].lower()}: {ended['error'].rstrip('.') or 'without an error message'}.",
            f"`plumb jobs show {ended['id']}` has the rest.",
        )
    repeated = known.client.runs.get(ended["run_id"])
    if not show_verdict(known, run, repeated):
        raise typer.Exit(FAILED)


@app.command()
def compare(ctx: typer.Context, first: str, second: str) -> None:
    """What differs between two runs: inputs, parameters, metrics, the record of code and environment."""
    known = session(ctx)
    found = differences(known.client.runs.get(first), known.client.runs.get(second))
    show_list(known, found, DIFFERENCES, key="field")
    if not found:
        known.say("Nothing differs.")


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


def show_verdict(known: Session, original: str, repeated: Document) -> bool:
    """Print how a repetition compares with its original; returns whether they are identical."""
    tags = {tag["key"]: tag["value"] for tag in repeated["tags"]}
    identical = tags.get("repeat.identical") == "true"
    found = json.loads(tags.get("repeat.differences") or "[]")
    document = {"run_id": repeated["id"], "repeats": original, "identical": identical, "differences": found}
    if known.output is Output.TABLE and identical:
        known.data.print("bit for bit identical", style="green")
    columns: Columns = {"repetition": "run_id", "of": "repeats", "identical": "identical"}
    show_one(known, document, columns, key="run_id")
    show_more(known, "What differs", found, DIFFERENCES)
    return identical


def _experiment_id(known: Session, experiment: str) -> str:
    if not experiment:
        return ""
    for each in known.client.pages("/v1/experiments", "experiments"):
        if experiment in (each["id"], each["name"]):
            return str(each["id"])
    raise Missing(f"There is no experiment {experiment}: `plumb runs list` shows those of all runs.", status=404)
