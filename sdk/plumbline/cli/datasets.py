"""Owns `plumb datasets` as far as the draft goes: list, create, push, tag. Versions are in `versions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.cli.failures import FAILED, Misused
from plumbline.cli.output import Columns, show_list, show_more, show_one, time
from plumbline.cli.progress import progress
from plumbline.cli.session import session

app = typer.Typer(help="Images by path: a draft that many fill, and numbered versions that never change.")

Dataset = Annotated[str, typer.Argument(help="Name or id.")]

_COLUMNS: Columns = {
    "name": "name",
    "newest version": "latest_version",
    "images in draft": "draft_image_count",
    "unpublished changes": "draft_change_count",
    "description": "description",
    "id": "id",
}
_SHARES: Columns = {"value": "value", "images": "image_count"}


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """All datasets of the workspace."""
    known = session(ctx)
    show_list(known, known.client.datasets.all(), _COLUMNS)


@app.command()
def create(ctx: typer.Context, name: str, description: Annotated[str, typer.Option()] = "") -> None:
    """Create an empty dataset."""
    known = session(ctx)
    show_one(known, known.client.datasets.create(name, description), _COLUMNS)


@app.command()
def show(ctx: typer.Context, dataset: Dataset) -> None:
    """A dataset and what its newest version is made of."""
    known = session(ctx)
    found = known.client.datasets.get(dataset)
    if found["latest_version"]:
        found["newest"] = known.client.datasets.version(dataset)
    columns: Columns = {**_COLUMNS, "digest": "newest.digest", "published": time("newest.create_time")}
    show_one(known, found, columns)
    for title, shares in found.get("newest", {}).get("composition", {}).items():
        show_more(known, f"{title} of version {found['latest_version']}", shares, _SHARES)


@app.command()
def push(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Its images, at any depth.")],
    dataset: Annotated[str, typer.Option(help="Name or id.")],
    source: Annotated[str, typer.Option(help='Where the images come from, such as "site A".')],
    tag: Annotated[list[str] | None, typer.Option(help="Given to every image; may be repeated.")] = None,
    note: Annotated[str, typer.Option(help="What this batch is.")] = "",
) -> None:
    """Add the images of a folder to the draft as one batch; safe to repeat after an interruption."""
    known = session(ctx)
    with progress(known) as report:
        done = known.client.datasets.push(dataset, folder, source=source, note=note, tags=tag or (), progress=report)
    document: dict[str, Any] = {
        "batch_id": done.batch_id,
        "sent": done.sent,
        "known": done.known,
        "present": done.present,
        "rejected": [{"path": path, "reason": reason, "message": text} for path, reason, text in done.rejected],
    }
    columns: Columns = {
        "images sent": "sent",
        "known to the platform already": "known",
        "in the draft already": "present",
        "rejected": lambda found: len(found["rejected"]),
        "batch": "batch_id",
    }
    show_one(known, document, columns, key="batch_id")
    show_more(known, "Rejected", document["rejected"], {"path": "path", "why": "message"})
    if done.rejected:
        known.say("The rejected files are not in the draft: correct them, then push the folder again.")
        raise typer.Exit(FAILED)


@app.command()
def tag(
    ctx: typer.Context,
    dataset: Dataset,
    paths: Annotated[list[str], typer.Argument(help="Paths of images in the draft.")],
    add: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
) -> None:
    """Tag images of the draft."""
    known = session(ctx)
    if not add and not remove:
        raise Misused("Nothing is to be tagged.", "Give --add or --remove.")
    changed = known.client.datasets.tag(dataset, paths, add or (), remove or ())
    show_one(known, {"changed_count": changed}, {"images changed": "changed_count"}, key="changed_count")


@app.command()
def gap(ctx: typer.Context, dataset: Dataset) -> None:
    """What is uploaded but not in the newest version, per source."""
    known = session(ctx)
    columns: Columns = {
        "source": "source",
        "not accepted yet": "pending_count",
        "in draft": "draft_count",
        "not published": "unpublished_count",
        "published": "published_count",
    }
    show_list(known, known.client.datasets.gap(dataset)["sources"], columns, key="source")
