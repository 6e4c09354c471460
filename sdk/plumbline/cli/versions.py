"""Owns the versions of `plumb datasets`: publish, compare, prove, fetch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plumbline.cli.failures import FAILED, Misused
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.progress import progress
from plumbline.cli.references import numbered
from plumbline.cli.session import Session, session
from plumbline.verify import verify_export

app = typer.Typer()

Version = Annotated[str, typer.Argument(help="Such as tiles@v3; tiles means its newest version.")]


def _name(version: Document) -> str:
    return f"{version['dataset_name']}@v{version['number']}"


_COLUMNS: Columns = {
    "version": _name,
    "images": "image_count",
    "bytes": lambda version: int(version["size"]),
    "published": time("create_time"),
    "by": "publisher.name",
    "note": "note",
    "digest": "digest",
}
_DIFFERENCES: Columns = {
    "what": "kind",
    "path": "path",
    "source": "source",
    "changed": "fields",
}


@app.command()
def publish(ctx: typer.Context, dataset: str, note: Annotated[str, typer.Option()] = "") -> None:
    """Freeze the draft as the next version."""
    known = session(ctx)
    show_one(known, known.client.datasets.publish(dataset, note), _COLUMNS, key=_name)


@app.command()
def versions(ctx: typer.Context, dataset: str) -> None:
    """All versions of a dataset, newest first."""
    known = session(ctx)
    show_list(known, known.client.datasets.versions(dataset), _COLUMNS, key=_name)


@app.command()
def diff(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="The older version, such as tiles@v1.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The newer one, such as tiles@v2, or just 2.")],
) -> None:
    """What changed from version A to version B of one dataset."""
    known = session(ctx)
    dataset, base = numbered(first)
    other, number = numbered(f"{dataset}@{second}" if second.lstrip("v").isdigit() else second)
    if other != dataset:
        raise Misused(f"{first} and {second} are of two datasets.", "Compare two versions of one dataset.")
    if not base:
        raise Misused(f"{first} names no version.", f"Write it as {first}@v1.")
    found = known.client.datasets.diff(dataset, number, base)
    show_list(known, found["differences"], _DIFFERENCES, key="path")
    known.say(
        f"{found['added_count']} added, {found['removed_count']} removed, {found['changed_count']} changed"
        f" from {dataset}@v{base} to {dataset}@v{number or 'newest'}."
    )
    show_more(known, "Changes by source", found["sources"], {"source": "value", "images": "image_count"})


@app.command()
def export(
    ctx: typer.Context,
    version: Version,
    folder: Annotated[Path, typer.Argument(file_okay=False)],
    images: Annotated[bool, typer.Option("--images", help="The image bytes too.")] = False,
) -> None:
    """Write all that proves a version into a folder; anyone can check it offline by `plumb datasets verify`."""
    known = session(ctx)
    dataset, number = _resolved(known, version)
    with progress(known) as report:
        found = known.client.datasets.export(dataset, number, folder, images=images, progress=report)
    show_one(known, found, _COLUMNS, key="digest")
    known.say(f"Check it with: plumb datasets verify {folder} --digest {found['digest']}")


@app.command()
def verify(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    digest: Annotated[str, typer.Option(help="The digest that was written down elsewhere.")] = "",
) -> None:
    """Recompute the digest of an exported version or snapshot from its files; needs no platform."""
    known = session(ctx)
    report = verify_export(folder, digest)
    document = {
        "ok": report.ok,
        "digest": report.digest,
        "entry_count": report.entry_count,
        "image_count": report.image_count,
        "problems": report.problems,
    }
    columns: Columns = {
        "intact": "ok",
        "digest": "digest",
        "entries checked": "entry_count",
        "image files checked": "image_count",
    }
    show_one(known, document, columns, key="digest")
    show_more(known, "Problems", [{"problem": problem} for problem in report.problems], {"problem": "problem"})
    if not report.ok:
        known.say("These files are not what was published: export the version again and compare.")
        raise typer.Exit(FAILED)


@app.command()
def pull(ctx: typer.Context, version: Version, folder: Annotated[Path, typer.Argument(file_okay=False)]) -> None:
    """Write the images of a version below a folder under their paths; the access report names you."""
    known = session(ctx)
    dataset, number = _resolved(known, version)
    with progress(known) as report:
        count = known.client.datasets.pull(dataset, number, folder, progress=report)
    document = {"version": f"{dataset}@v{number}", "image_count": count, "folder": str(folder)}
    show_one(known, document, {"version": "version", "images": "image_count", "folder": "folder"}, key="version")


def _resolved(known: Session, version: str) -> tuple[str, int]:
    dataset, number = numbered(version)
    return dataset, number or int(known.client.datasets.version(dataset)["number"])
