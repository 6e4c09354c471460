"""Owns `plumb models`: versions, aliases with their history, and where a version comes from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from plumbline.cli.failures import Misused
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.references import versioned
from plumbline.cli.session import session

app = typer.Typer(help="Models, their versions, and which one is in production.")

_COLUMNS: Columns = {
    "name": "name",
    "newest version": "latest_version",
    "aliases": lambda model: [f"{alias['name']} = {alias['version']}" for alias in model["aliases"]],
    "description": "description",
    "id": "id",
}
_VERSIONS: Columns = {
    "version": "number",
    "aliases": "aliases",
    "run": "run_id",
    "file": "artifact.path",
    "by": "creator.name",
    "made": time("create_time"),
    "note": "note",
}
_CHANGES: Columns = {
    "at": time("create_time"),
    "alias": "alias",
    "from": "old_version",
    "to": "new_version",
    "by": "actor.name",
    "reason": "reason",
}


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """All models of the workspace."""
    known = session(ctx)
    show_list(known, known.client.models.all(), _COLUMNS)


@app.command()
def show(ctx: typer.Context, model: Annotated[str, typer.Argument(help="Name or id.")]) -> None:
    """A model and its versions."""
    known = session(ctx)
    found = known.client.models.get(model)
    found["versions"] = list(known.client.models.versions(model))
    show_one(known, found, _COLUMNS)
    show_more(known, "Versions", found["versions"], _VERSIONS)


@app.command()
def lineage(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="Such as tile-net@2; the name alone means @production.")],
) -> None:
    """What a model version was made of: run, data, annotations, code, and what was measured with it."""
    known = session(ctx)
    model, number = versioned(version)
    found = known.client.models.lineage(model, number or "production")
    columns: Columns = {
        "model": lambda each: f"{each['version']['model_name']}@{each['version']['number']}",
        "aliases": "version.aliases",
        "trained by run": "training.id",
        "of": "training.creator.name",
        "started": time("training.start_time"),
        "record": "training.record_digest",
    }
    show_one(known, found, columns, key="training.id")
    training = found.get("training") or {}
    inputs: Columns = {"kind": "kind", "name": "name", "image sets": "image_sets", "digest": "digest"}
    show_more(known, "Made of", training.get("inputs", []), inputs)
    runs: Columns = {"run": "id", "kind": "kind", "name": "name", "status": "status", "results": _results}
    for title in ("ancestors", "evaluations", "inferences"):
        show_more(known, title.capitalize(), found[title], runs)


@app.command()
def alias(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id.")],
    alias: Annotated[str, typer.Argument(help="Such as production.")],
    version: Annotated[str, typer.Argument(help="Number it shall name.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the history.")],
) -> None:
    """Move an alias to a version."""
    known = session(ctx)
    number = version.removeprefix("v")
    if not number.isdigit():
        raise Misused(f"{version} is no version number.", "`plumb models show` lists the versions.")
    show_one(known, known.client.models.set_alias(model, alias, int(number), reason), _COLUMNS)


@app.command()
def history(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id.")],
    alias: Annotated[str, typer.Argument(help="Such as production.")] = "production",
) -> None:
    """Every move of an alias, newest first."""
    known = session(ctx)
    show_list(known, known.client.models.alias_changes(model, alias), _CHANGES, key="new_version")


def _results(run: Document) -> str:
    metrics: list[dict[str, Any]] = run["metrics"]
    return ", ".join(f"{metric['key']} {metric['last']:.4g}" for metric in metrics[:4] if _is_number(metric["last"]))


def _is_number(value: object) -> bool:
    # NaN and infinities arrive as text
    return isinstance(value, int | float)
