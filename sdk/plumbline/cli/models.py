"""Owns `plumb models`: versions, aliases with their history and gates, and where a version comes from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from plumbline.cli.failures import Failed, Misused
from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.references import assignments, versioned
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
_GATES: Columns = {
    "alias": "alias",
    "asks for": lambda gate: [_condition(each) for each in gate["conditions"]],
    "approvals": "approval_count",
    "of": lambda gate: [role.lower() for role in gate["approver_roles"]],
    "set by": "updater.name",
}
_CHECKS: Columns = {
    "asked for": "title",
    "verdict": "verdict",
    "how it stands": "explanation",
    "see": lambda check: [link["path"] for link in check["links"]],
}
_APPROVALS: Columns = {
    "at": time("create_time"),
    "alias": "alias",
    "verdict": "verdict",
    "by": "actor.name",
    "role": lambda approval: approval["role"].lower(),
    "comment": "comment",
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


@app.command()
def gate(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id.")],
    alias: Annotated[str, typer.Argument(help="Such as production.")] = "",
    verified: Annotated[bool, typer.Option(help="Ask that the customer has verified every training image.")] = False,
    no_test_images: Annotated[bool, typer.Option(help="Ask that no test image was trained on.")] = False,
    test_set: Annotated[list[str] | None, typer.Option(help="Image set with test images; test when left out.")] = None,
    at_least: Annotated[list[str] | None, typer.Option(help="Such as tag=lab:f1=0.9, or all:f1=0.9.")] = None,
    approvals: Annotated[int, typer.Option(help="How many members must approve.")] = 0,
    by: Annotated[list[str] | None, typer.Option(help="Role whose approval counts; several times for several.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Ask for nothing any more.")] = False,
) -> None:
    """Show the gates of a model; with an alias and what to ask for, set the gate of that alias."""
    known = session(ctx)
    conditions: list[dict[str, Any]] = [{"kind": "ALL_TRAINING_IMAGES_VERIFIED"}] if verified else []
    if no_test_images:
        conditions.append({"kind": "NO_TEST_IMAGE_IN_TRAINING", "test_sets": test_set or []})
    conditions += [_threshold(each) for each in at_least or []]
    if not (conditions or approvals or open_):
        gates = [each for each in known.client.models.gates(model) if alias in ("", each["alias"])]
        show_list(known, gates, _GATES, key="alias")
        return
    if not alias:
        raise Misused("Which alias shall the gate guard?", "Name it after the model, such as production.")
    roles = [role.upper() for role in by or []]
    show_one(
        known,
        known.client.models.set_gate(model, alias, conditions, approvals=approvals, approver_roles=roles),
        _GATES,
        key="alias",
    )


@app.command()
def check(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="Such as tile-net@2.")],
    alias: Annotated[str, typer.Option("--for", help="The alias it is to carry.")] = "production",
) -> None:
    """Whether a version may carry an alias, and what is missing. Ends with status 1 when something is."""
    known = session(ctx)
    model, number = _one_version(version)
    found = known.client.models.check(model, number, alias)
    show_list(known, found["checks"], _CHECKS, key="verdict")
    if not found["open"]:
        raise Failed(found["message"])


@app.command()
def approve(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="Such as tile-net@2.")],
    alias: Annotated[str, typer.Option("--for", help="The alias it is to carry.")] = "production",
    reject: Annotated[bool, typer.Option("--reject", help="Say no; the comment says why.")] = False,
    comment: Annotated[str, typer.Option(help="Kept with it.")] = "",
) -> None:
    """Say yes or no to a version that is to carry an alias. It is kept; saying it anew changes your word."""
    known = session(ctx)
    model, number = _one_version(version)
    verdict = "REJECT" if reject else "APPROVE"
    said = known.client.models.approve(model, number, alias, verdict=verdict, comment=comment)
    show_one(known, said, _APPROVALS)


def _one_version(reference: str) -> tuple[str, str]:
    model, number = versioned(reference)
    if not number:
        raise Misused(f"{reference} names no version.", f"Write it as {reference}@2.")
    return model, number


def _threshold(text: str) -> dict[str, Any]:
    """`tag=lab:f1=0.9` as a condition."""
    part, colon, measure = text.rpartition(":")
    dimension, _, value = part.partition("=")
    (key, threshold), *_ = assignments([measure], "--at-least").items()
    try:
        number = float(threshold)
    except ValueError:
        number = None
    if not colon or number is None:
        raise Misused(f"--at-least {text} is not understood.", "Write it as --at-least tag=lab:f1=0.9.")
    return {"kind": "METRIC_AT_LEAST", "dimension": dimension, "value": value, "key": key, "threshold": number}


def _condition(condition: Document) -> str:
    if condition["kind"] == "METRIC_AT_LEAST":
        where = condition["dimension"] if condition["dimension"] == "all" else condition["value"]
        return f"{condition['key']} on {where} >= {condition['threshold']:g}"
    return str(condition["kind"]).replace("_", " ").lower()


def _results(run: Document) -> str:
    metrics: list[dict[str, Any]] = run["metrics"]
    return ", ".join(f"{metric['key']} {metric['last']:.4g}" for metric in metrics[:4] if _is_number(metric["last"]))


def _is_number(value: object) -> bool:
    # NaN and infinities arrive as text
    return isinstance(value, int | float)
