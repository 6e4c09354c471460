"""Owns `plumb tasks`: the images of a project and their annotations."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.output import Columns, show_list, show_more, show_one, time
from plumbline.cli.session import session

app = typer.Typer(help="Images to mark, one each.")

_COLUMNS: Columns = {
    "image": "path",
    "state": "state",
    "verification": "verification",
    "set": "image_set",
    "source": "source",
    "annotations": "annotation_count",
    "remarks": "open_remark_count",
    "id": "id",
}
_REVIEWS: Columns = {
    "verdict": "verdict",
    "revision": "revision",
    "by": "reviewer.name",
    "at": time("create_time"),
    "comment": "comment",
}
_ANNOTATIONS: Columns = {
    "label": "label",
    "form": lambda annotation: next(iter(annotation["geometry"]), ""),
    "origin": "origin",
    "id": "id",
}


@app.command("list")
def list_(
    ctx: typer.Context,
    project: str,
    state: Annotated[str, typer.Option(help="open, annotating, in_review, rejected or accepted.")] = "",
    verification: Annotated[str, typer.Option(help="unverified, verified, refused or stale.")] = "",
    image_set: Annotated[str, typer.Option("--set", help="Image set, such as train.")] = "",
    label: Annotated[str, typer.Option(help="Only images with this label.")] = "",
) -> None:
    """Tasks of a project."""
    known = session(ctx)
    filters = {"state": state.upper(), "verification": verification.upper(), "image_set": image_set, "label": label}
    show_list(known, known.client.projects.tasks(project, **filters), _COLUMNS)


@app.command()
def show(ctx: typer.Context, task: str) -> None:
    """A task: its annotations, reviews, verifications and remarks."""
    known = session(ctx)
    found = known.client.projects.task(task)
    columns: Columns = {title: f"task.{path}" for title, path in _COLUMNS.items()} | {"revision": "task.revision"}
    show_one(known, found, columns, key="task.id")
    show_more(known, "Annotations", (found.get("revision") or {}).get("annotations", []), _ANNOTATIONS)
    show_more(known, "Reviews", found["reviews"], _REVIEWS)
    show_more(known, "Verifications", found["verifications"], _REVIEWS)
    show_more(known, "Remarks", found["remarks"], {"by": "author.name", "state": "state", "text": "text"})
