"""Owns `plumb projects` as far as marking goes: create, assign, import, progress. Snapshots are in `snapshots`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.cli.failures import FAILED, Misused
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one
from plumbline.cli.progress import progress
from plumbline.cli.references import assignments, numbered
from plumbline.cli.session import Session, session

app = typer.Typer(help="What is marked in which images, by whom, and how far it is.")

Project = Annotated[str, typer.Argument(help="Name or id.")]

# readable on light and dark images, in the order labels are given
_COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#f032e6", "#bcf60c", "#fabebe")


class Format(StrEnum):
    """Formats of annotation files."""

    COCO = "coco"
    NATIVE = "native"


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


@app.command("import-masks")
def import_masks(
    ctx: typer.Context,
    project: Project,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="PNG masks named like the images.")],
    label: Annotated[str, typer.Option(help="What the masks mark.")],
) -> None:
    """Import a folder of mask PNGs: pixels that are not black are marked."""
    known = session(ctx)
    files = sorted(file for file in folder.rglob("*.png") if file.is_file() and not file.name.startswith("."))
    if not files:
        raise Misused(f"There are no PNG files in {folder}.", "Give the folder that holds the masks.")
    masks = [(file.relative_to(folder).as_posix(), file, label) for file in files]
    with progress(known) as report:
        answer = known.client.projects.import_masks(project, masks, report)
    _show_import(known, answer)


@app.command("import")
def import_(
    ctx: typer.Context,
    project: Project,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    form: Annotated[Format, typer.Option("--format")] = Format.COCO,
) -> None:
    """Import an annotation file."""
    known = session(ctx)
    files = [(file.name, file.read_bytes(), "")]
    _show_import(known, known.client.projects.import_files(project, form.value.upper(), files))


def _show_import(known: Session, answer: dict[str, Any]) -> None:
    columns: Columns = {
        "images": "image_count",
        "annotations": "annotation_count",
        "problems": lambda found: len(found["problems"]),
    }
    show_one(known, answer, columns, key="annotation_count")
    problems: list[Document] = [{"problem": problem} for problem in answer["problems"]]
    show_more(known, "Problems", problems, {"problem": "problem"})
    if problems:
        known.say("What the problems name was not imported: correct the files, then import them again.")
        raise typer.Exit(FAILED)


def _shares(texts: list[str]) -> dict[str, float]:
    shares = assignments(texts, "--split")
    try:
        return {name: float(share) for name, share in shares.items()}
    except ValueError as error:
        raise Misused("A share is no number.", "Write it as --split train=0.8.") from error
