"""Owns `plumb projects` as far as marking goes: create, assign, progress. Snapshots are in `snapshots`."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.failures import Misused
from plumbline.cli.output import Columns, show_list, show_more, show_one
from plumbline.cli.references import assignments, numbered
from plumbline.cli.session import session

app = typer.Typer(help="What is marked in which images, by whom, and how far it is.")

Project = Annotated[str, typer.Argument(help="Name or id.")]

# readable on light and dark images, in the order labels are given
_COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#f032e6", "#bcf60c", "#fabebe")


_COLUMNS: Columns = {
    "name": "name",
    "labels": lambda project: [label["name"] for label in project["labels"]],
    "tools": "tools",
    "images": "task_count",
    "newest snapshot": "latest_snapshot",
    "data": lambda project: [f"{each['dataset_name']}@v{each['version']}" for each in project["assigned_versions"]],
    "id": "id",
}
_PROGRESS: Columns = {
    **_COLUMNS,
    "not begun": "progress.open_count",
    "being marked": "progress.annotating_count",
    "in review": "progress.in_review_count",
    "rejected": "progress.rejected_count",
    "accepted": "progress.accepted_count",
    "verified by customer": "progress.verifications.verified_count",
    "refused by customer": "progress.verifications.rejected_count",
    "edited since": "progress.verifications.stale_count",
    "open remarks": "progress.open_remark_count",
    "annotations": "progress.annotation_count",
}
_SETS: Columns = {
    "set": "image_set",
    "images": "task_count",
    "accepted": "accepted_count",
    "verified": "verified_count",
}
_LABELS: Columns = {"label": "label", "annotations": "annotation_count", "images": "image_count"}


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """All projects of the workspace."""
    known = session(ctx)
    show_list(known, known.client.projects.all(), _COLUMNS)


@app.command()
def create(
    ctx: typer.Context,
    name: str,
    label: Annotated[list[str], typer.Option(help="What is marked, such as crack or crack=#e6194b; may be repeated.")],
    tool: Annotated[list[str], typer.Option(help="box, polygon, brush, tag ...; may be repeated.")],
    description: Annotated[str, typer.Option()] = "",
) -> None:
    """Create a project."""
    known = session(ctx)
    labels = {}
    for index, text in enumerate(label):
        title, _, colour = text.partition("=")
        labels[title] = colour or _COLOURS[index % len(_COLOURS)]
    tools = [each.upper().replace("-", "_") for each in tool]
    show_one(known, known.client.projects.create(name, labels=labels, tools=tools, description=description), _COLUMNS)


@app.command()
def show(ctx: typer.Context, project: Project) -> None:
    """A project and how far it is."""
    known = session(ctx)
    found = known.client.projects.get(project)
    found["progress"] = known.client.projects.progress(project)
    show_one(known, found, _PROGRESS)
    show_more(known, "Image sets", found["progress"]["sets"], _SETS)
    show_more(known, "Labels", found["progress"]["labels"], _LABELS)


@app.command()
def assign(
    ctx: typer.Context,
    project: Project,
    version: Annotated[str, typer.Argument(help="Such as tiles@v3; tiles means its newest version.")],
    split: Annotated[list[str] | None, typer.Option(help="Share of a set, such as train=0.8; may be repeated.")] = None,
    tag_set: Annotated[list[str] | None, typer.Option(help="Tag to set, such as lab=test; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed splits the same way.")] = 0,
) -> None:
    """Make a task for every image of a dataset version."""
    known = session(ctx)
    dataset, number = numbered(version)
    answer = known.client.projects.assign_version(
        project,
        dataset,
        number,
        split=_shares(split or []),
        tag_sets=assignments(tag_set or [], "--tag-set"),
        seed=seed,
    )
    columns: Columns = {"new tasks": "created_count", "kept tasks": "kept_count", "images": "project.task_count"}
    show_one(known, answer, columns, key="project.id")


def _shares(texts: list[str]) -> dict[str, float]:
    shares = assignments(texts, "--split")
    try:
        return {name: float(share) for name, share in shares.items()}
    except ValueError as error:
        raise Misused("A share is no number.", "Write it as --split train=0.8.") from error
