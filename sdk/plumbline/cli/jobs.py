"""Owns `plumb jobs`: queue training, evaluation and prediction, watch and cancel them."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.cli.failures import FAILED, Misused
from plumbline.cli.output import Columns, show_list, show_one, time
from plumbline.cli.progress import progress
from plumbline.cli.references import assignments, numbered, versioned
from plumbline.cli.session import Session, session

app = typer.Typer(help="Work in the queue of the trainer.")


class Kind(StrEnum):
    """What a job computes."""

    TRAIN = "train"
    EVALUATE = "evaluate"
    PREDICT = "predict"


COLUMNS: Columns = {
    "job": "id",
    "kind": "spec.kind",
    "state": "state",
    "stage": "progress.stage",
    "done": lambda job: f"{job['progress']['done']}/{job['progress']['total']}" if job.get("progress") else "",
    "run": "run_id",
    "model": "model_version",
    "by": "creator.name",
    "submitted": time("create_time"),
    "ended": time("end_time"),
    "error": "error",
}


@app.command()
def submit(
    ctx: typer.Context,
    dataset: Annotated[str, typer.Option(help="Such as tiles@v3; the name alone means the newest version.")],
    project: Annotated[str, typer.Option(help="Such as tiles-defects@s1; the name alone means the newest snapshot.")],
    experiment: Annotated[str, typer.Option(help="Name; created when new.")],
    kind: Annotated[Kind, typer.Option()] = Kind.TRAIN,
    recipe: Annotated[str, typer.Option(help="How to train, such as segmentation.")] = "",
    config: Annotated[list[str] | None, typer.Option(help="Setting, such as epochs=5; may be repeated.")] = None,
    config_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Settings as JSON.")] = None,
    model: Annotated[str, typer.Option(help="To evaluate or predict with, such as tile-net@production.")] = "",
    register_as: Annotated[str, typer.Option(help="Model that gets a new version when training succeeds.")] = "",
    image_set: Annotated[list[str] | None, typer.Option("--set", help="Image set; may be repeated.")] = None,
    name: Annotated[str, typer.Option(help="Name of the run.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Until it has ended; status 1 unless it finished.")] = False,
) -> None:
    """Queue a job."""
    known = session(ctx)
    dataset_name, version = numbered(dataset)
    project_name, snapshot = numbered(project)
    model_name, model_version = versioned(model)
    job = known.client.runs.submit(
        kind=kind.value.upper(),
        recipe=recipe,
        config=_settings(config or [], config_file),
        experiment=experiment,
        run_name=name,
        dataset_id=dataset_name,
        version=version,
        project_id=project_name,
        snapshot=snapshot,
        model_id=model_name,
        model_version=model_version,
        register_as=register_as,
        image_sets=image_set or [],
    )
    _show_ended(known, follow(known, job["id"])) if wait else show_one(known, job, COLUMNS)


@app.command("list")
def list_(ctx: typer.Context, state: Annotated[str, typer.Option(help="queued, running, finished ...")] = "") -> None:
    """Jobs, newest first."""
    known = session(ctx)
    show_list(known, known.client.runs.jobs(state.upper()), COLUMNS)


@app.command()
def show(ctx: typer.Context, job: str) -> None:
    """One job."""
    known = session(ctx)
    found = known.client.runs.job(job)
    settings = {"settings": lambda each: json.dumps(each["spec"].get("config") or {})}
    show_one(known, found, {**COLUMNS, **settings})


@app.command()
def watch(ctx: typer.Context, job: str) -> None:
    """Follow a job until it has ended; status 1 unless it finished."""
    known = session(ctx)
    _show_ended(known, follow(known, job))


@app.command()
def cancel(ctx: typer.Context, job: str) -> None:
    """Ask a job to stop; it keeps what it has stored."""
    known = session(ctx)
    show_one(known, known.client.runs.cancel(job), COLUMNS)


def follow(known: Session, job_id: str) -> dict[str, Any]:
    """Report the progress of a job until it has ended; returns it as it ended."""
    job: dict[str, Any] = {}
    with progress(known) as report:
        for job in known.client.runs.watch(job_id):
            at = job.get("progress") or {"stage": "", "done": 0, "total": 0}
            report(at["stage"] or job["state"].lower(), at["done"], at["total"])
    return job


def _show_ended(known: Session, job: dict[str, Any]) -> None:
    show_one(known, job, COLUMNS)
    if job["state"] != "FINISHED":
        known.say(f"Job {job['id']} is {job['state'].lower()}; `plumb runs show {job['run_id']}` has what it logged.")
        raise typer.Exit(FAILED)


def _settings(texts: list[str], file: Path | None) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file else {}
    except ValueError as error:
        raise Misused(f"{file} is no JSON: {error}.", "Correct the file.") from error
    for name, text in assignments(texts, "--config").items():
        try:
            settings[name] = json.loads(text)
        except ValueError:
            settings[name] = text
    return settings
