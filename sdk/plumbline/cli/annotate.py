"""Owns `plumb annotate`: annotation files of other tools, in and out, and what is lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.annotations import NotTransferred
from plumbline.cli.failures import FAILED, Failed
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one
from plumbline.cli.progress import progress
from plumbline.cli.references import assignments, numbered
from plumbline.cli.session import Session, session

app = typer.Typer(help="Annotation files of other tools: in, out, and what is lost on the way.")

_MOST_SHOWN = 50

Snapshot = Annotated[str, typer.Argument(help="Such as tiles-defects@s1; the name alone means the newest.")]
Form = Annotated[str, typer.Option("--format", help="Such as coco; `plumb annotate formats` lists them.")]
Options = Annotated[
    list[str] | None, typer.Option("--option", help="Of the format, such as sidecar=false; may be repeated.")
]

_FORMATS: Columns = {
    "name": "name",
    "title": "title",
    "written as": lambda found: found["ending"] if found["writable"] else "read only",
    "shapes": lambda found: [_kind(kind) for kind in found["kinds"]],
    "options": lambda found: [_option(option) for option in (*found["read_options"], *found["write_options"])],
}
_LOSSES: Columns = {"lost": "sentence", "kept in the side-car": "kept", "such as": lambda loss: loss["examples"][:2]}
_EXPORTED: Columns = {
    "snapshot": lambda done: f"s{done['snapshot_number']}",
    "format": "format",
    "file": "file",
    "bytes": "size",
    "losses": lambda done: len(done["losses"]),
    "sha256": "sha256",
}
_IMPORTED: Columns = {
    "format": "format",
    "guessed from": "report.guess",
    "images": "report.image_count",
    "annotations": "report.annotation_count",
    "answers": "report.answer_count",
    "images changed": "report.changed_count",
    "do not fit": "report.error_count",
    "remarks": "report.note_count",
}
_PROBLEMS: Columns = {"": "severity", "file": "file", "place": "place", "what": "message"}


@app.command()
def formats(ctx: typer.Context) -> None:
    """All formats, what they carry, and their options."""
    known = session(ctx)
    show_list(known, known.client.annotations.formats(), _FORMATS, key="name")


@app.command()
def losses(ctx: typer.Context, snapshot: Snapshot, form: Form, option: Options = None) -> None:
    """Say what an export would lose, without making it."""
    known = session(ctx)
    project, number = numbered(snapshot)
    found = known.client.annotations.losses(project, form, number=number, options=_options(option))
    show_list(known, found, _LOSSES, key="sentence")
    if not found:
        known.say("Nothing is lost.")


@app.command()
def export(
    ctx: typer.Context,
    snapshot: Snapshot,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
    form: Form,
    option: Options = None,
    with_images: Annotated[bool, typer.Option("--with-images", help="The image files too; makes a .zip.")] = False,
    allow_loss: Annotated[
        bool, typer.Option("--allow-loss", help="Write it although the format cannot say everything.")
    ] = False,
) -> None:
    """Write a snapshot as an annotation file. It is refused when something would be lost that nobody allowed."""
    known = session(ctx)
    project, number = numbered(snapshot)
    try:
        with progress(known) as report:
            done = known.client.annotations.export(
                project,
                form,
                file,
                number=number,
                options=_options(option),
                images=with_images,
                allow_loss=allow_loss,
                progress=report,
            )
    except NotTransferred as error:
        _say_losses(known, error.transfer)
        advice = "Add --allow-loss to write it all the same." if error.transfer["state"] == "REFUSED" else ""
        raise Failed(error.message, advice) from error
    show_one(known, done | {"file": str(file)}, _EXPORTED, key="sha256")
    _say_losses(known, done)
    if not done["losses"]:
        known.say("Nothing was lost.")


@app.command("import")
def import_(
    ctx: typer.Context,
    project: Annotated[str, typer.Argument(help="Name or id.")],
    path: Annotated[Path, typer.Argument(exists=True, help="A file, a .zip, or a folder.")],
    form: Annotated[str, typer.Option("--format", help="Such as coco; auto says what it is taken for.")] = "auto",
    option: Options = None,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="Import what fits, leave out the rest.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")] = False,
) -> None:
    """Import annotations. Nothing is imported when something does not fit, unless it may be skipped."""
    known = session(ctx)
    try:
        with progress(known) as report:
            done = known.client.annotations.bring(
                project,
                path,
                form="" if form == "auto" else form,
                options=_options(option),
                skip_invalid=skip_invalid,
                dry_run=dry_run,
                progress=report,
            )
    except NotTransferred as error:
        if error.transfer.get("report"):
            _show_import(known, error.transfer)
        is_refused = error.transfer["state"] == "REFUSED"
        raise Failed(error.message, "Or add --skip-invalid to import what fits." if is_refused else "") from error
    _show_import(known, done)
    if dry_run:
        known.say("Nothing was written: this was a dry run.")
    if done["report"]["error_count"]:
        raise typer.Exit(FAILED)


def _show_import(known: Session, done: Document) -> None:
    show_one(known, done, _IMPORTED, key="report.annotation_count")
    problems: list[Document] = done["report"]["problems"]
    show_more(known, "Problems", problems[:_MOST_SHOWN], _PROBLEMS)
    count = done["report"]["error_count"] + done["report"]["note_count"]
    if count > _MOST_SHOWN:
        known.say(f"{count - _MOST_SHOWN} more; -o json has the first 500.")


def _say_losses(known: Session, transfer: Document) -> None:
    for loss in transfer["losses"]:
        known.say(f"{'kept in the side-car only' if loss['kept'] else 'lost'}: {loss['sentence']}")


def _options(texts: list[str] | None) -> dict[str, str]:
    return assignments(texts or [], "--option")


def _kind(kind: dict[str, Any]) -> str:
    return f"{kind['kind']} as {kind['becomes']}" if kind["becomes"] else str(kind["kind"])


def _option(option: dict[str, Any]) -> str:
    return f"{option['name']}={option['default_value']}"
