"""Owns `plumb runs repeat`: repeat a run, or say what a repetition here could give, part by part with a verdict."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline import record
from plumbline.cli import jobs
from plumbline.cli.comparison import DIFFERENCES
from plumbline.cli.failures import FAILED, Failed
from plumbline.cli.output import Columns, Document, show_more, show_one
from plumbline.cli.session import Output, Session, session
from plumbline.record import Assessment, Verdict

_PARTS: Columns = {"part": "part", "verdict": "state", "differences": lambda part: len(part["differences"])}
_VERDICT: Columns = {"run": "run_id", "repetition": "repetition", "verdict": "verdict", "because": "reason"}
_SHOWN = 40
_SHORT = 100


def repeat(
    ctx: typer.Context,
    run: str,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until it has ended; status 1 unless it is bit for bit the same.")
    ] = False,
    statistically: Annotated[
        bool, typer.Option("--statistically", help="With --wait: the same metrics are enough for status 0.")
    ] = False,
    here: Annotated[
        bool, typer.Option("--here", help="Run nothing: compare its record with this folder and machine.")
    ] = False,
) -> None:
    """Run it again with the same data, configuration, code and seed, and say what differs."""
    known = session(ctx)
    if here:
        _show_expectation(known, run)
        return
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
    original, repeated = known.client.runs.get(run), known.client.runs.get(ended["run_id"])
    found = record.assess(original, repeated)
    show_assessment(known, found, run, repeated["id"])
    enough = [Verdict.BIT_REPEATABLE, *([Verdict.STATISTICALLY_REPEATABLE] if statistically else [])]
    if found.verdict not in enough:
        raise typer.Exit(FAILED)


def show_assessment(known: Session, found: Assessment, run_id: str, repetition: str = "") -> None:
    """Print the verdict, each part of the record with same, differs or unknown, and what differs."""
    if known.output is Output.TABLE and found.verdict is Verdict.BIT_REPEATABLE and repetition:
        known.data.print("bit for bit identical", style="green")
    parts = [{"part": part.name, "state": part.state, "differences": list(part.differences)} for part in found.parts]
    document: Document = {
        "run_id": run_id,
        "repetition": repetition,
        "verdict": found.verdict.value,
        "reason": found.reason,
        "parts": parts,
    }
    show_one(known, document, _VERDICT, key="verdict")
    show_more(known, "Parts", parts, _PARTS)
    differences = [_short(item) for part in found.parts for item in part.differences]
    show_more(known, "What differs", differences[:_SHOWN], DIFFERENCES)
    if len(differences) > _SHOWN:
        known.say(f"{len(differences) - _SHOWN} more: `-o json` has all of them.")


def _show_expectation(known: Session, run_id: str) -> None:
    run = known.client.runs.get(run_id)
    recorded = run.get("record") or {}
    made = record.collect(params={item["key"]: item["value"] for item in run["params"]})
    # the command and the seeds are those of a repetition, not of this one
    here = {**made.document, "command": recorded.get("command"), "seeds": recorded.get("seeds")}
    # what torch is told while it trains cannot be known before
    here |= {name: recorded.get(name) for name in ("determinism", "threads") if not made.document["determinism"]}
    show_assessment(known, record.expect(run, here), run_id)
    if argv := (recorded.get("command") or {}).get("argv"):
        known.say(f"It was started with: {' '.join(argv)}")


def _short(item: Document) -> Document:
    return {name: text if len(text := str(value)) <= _SHORT else f"{text[:_SHORT]}..." for name, value in item.items()}
