"""Owns `plumb export` and `plumb import`: everything about runs to files, and runs of other tools to here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from plumbline.cli.failures import FAILED, Failed
from plumbline.cli.output import Columns, Document, show_list, show_more
from plumbline.cli.progress import progress
from plumbline.cli.session import Output, Session, session
from plumbline.exchange.content import Damaged, Source
from plumbline.exchange.importing import bring, rehearse
from plumbline.exchange.report import Report

if TYPE_CHECKING:
    from plumbline.exchange.export import Exported

T = TypeVar("T")

exports = typer.Typer(help="Take everything about runs along, as Parquet and files.")
imports = typer.Typer(help="Bring runs of other tools, and of an export.")

_CARRIED: Columns = {"what": "what", "became": "became", "count": "count"}
_REMARKS: Columns = {"outcome": "outcome", "place": "place", "what": "what"}
_EXPORTED: Columns = {"what": "what", "count": "count"}
_MOST_SHOWN = 50

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder to read.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything, say what would come, write nothing.")]
Into = Annotated[str, typer.Option("--experiment", help="Experiment for all runs, in the place of their own.")]
ReportFile = Annotated[Path | None, typer.Option("--report", dir_okay=False, help="File for the whole report as JSON.")]


@exports.command("runs")
def export_runs(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write; a finished part stays.")],
    experiment: Annotated[list[str] | None, typer.Option(help="Names or ids; all when none is named.")] = None,
    filter_: Annotated[
        str, typer.Option("--filter", help="Such as \"metrics.f1 > 0.9 AND tags.team = 'vision'\".")
    ] = "",
    deleted: Annotated[bool, typer.Option("--deleted", help="Deleted runs too.")] = False,
) -> None:
    """Runs with every point and file, evaluations, models and their history. Repeat it after an interruption."""
    _need_pyarrow()
    from plumbline.exchange.export import export

    known = session(ctx)
    with progress(known) as report:
        done: Exported = _told(
            lambda: export(
                known.client,
                folder,
                experiments=experiment or [],
                filter_=filter_,
                deleted=deleted,
                progress=report,
            )
        )
    counts = [{"what": what, "count": count} for what, count in done.counts.items()]
    if known.output is Output.JSON:
        print(json.dumps({"folder": str(folder), "digest": done.digest, "counts": done.counts}, indent=2))
    else:
        show_list(known, counts, _EXPORTED, key="what")
        known.say(f"{folder / 'manifest.json'} is complete; digest {done.digest}")


@imports.command("runs")
def import_runs(ctx: typer.Context, folder: Folder, dry_run: DryRun = False, report_file: ReportFile = None) -> None:
    """An export of `plumb export runs`, into this workspace."""
    _need_pyarrow()
    from plumbline.exchange.package import Package

    _import(session(ctx), lambda report: Package(folder, report), dry_run, report_file)


@imports.command()
def neptune(
    ctx: typer.Context,
    folder: Folder,
    files: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="Root of the files.")] = None,
    experiment: Into = "",
    dry_run: DryRun = False,
    report_file: ReportFile = None,
) -> None:
    """What Neptune's exporter wrote: Parquet parts, and files beside."""
    _need_pyarrow()
    from plumbline.exchange.neptune import NeptuneFolder

    source: Callable[[Report], Source] = lambda report: NeptuneFolder(  # noqa: E731
        folder, report, files=files, experiment=experiment
    )
    _import(session(ctx), source, dry_run, report_file)


@imports.command()
def mlflow(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of the MLflow server.")],
    experiment: Annotated[list[str] | None, typer.Option(help="Names; all when none is named.")] = None,
    source_token: Annotated[str, typer.Option(envvar="MLFLOW_TRACKING_TOKEN", help="Token of that server.")] = "",
    source_user: Annotated[str, typer.Option(envvar="MLFLOW_TRACKING_USERNAME", help="Name at that server.")] = "",
    source_password: Annotated[str, typer.Option(envvar="MLFLOW_TRACKING_PASSWORD", help="Its password.")] = "",
    deleted: Annotated[
        bool, typer.Option("--deleted", help="Deleted runs too; they are deleted here as well.")
    ] = False,
    dry_run: DryRun = False,
    report_file: ReportFile = None,
) -> None:
    """Experiments, runs, files and the model registry of an MLflow server."""
    from plumbline.exchange.mlflow import MlflowServer
    from plumbline.exchange.mlflow_rest import MlflowRest

    with MlflowRest(url, token=source_token, user=source_user, password=source_password) as rest:
        _import(
            session(ctx),
            lambda report: MlflowServer(rest, report, experiments=experiment or [], deleted=deleted),
            dry_run,
            report_file,
        )


@imports.command()
def sacred(
    ctx: typer.Context, folder: Folder, experiment: Into = "", dry_run: DryRun = False, report_file: ReportFile = None
) -> None:
    """A folder of Sacred's file storage."""
    from plumbline.exchange.sacred import SacredFolder

    _import(session(ctx), lambda report: SacredFolder(folder, report, experiment=experiment), dry_run, report_file)


def _import(known: Session, open_: Callable[[Report], Source], dry_run: bool, report_file: Path | None) -> None:
    """Bring a source and print what came of it; status 1 when something failed."""
    report = Report(is_dry=dry_run)
    try:
        source = _told(lambda: open_(report))
        if dry_run:
            _told(lambda: rehearse(known.client, source, report))
        else:
            with progress(known) as tell:
                _told(lambda: bring(known.client, source, report, progress=tell))
    finally:
        if report_file is not None:
            report_file.write_text(json.dumps(report.as_document(), indent=1), encoding="utf-8")
    _show(known, report)
    if report.failures:
        raise typer.Exit(FAILED)


def _show(known: Session, report: Report) -> None:
    document = report.as_document()
    if known.output is Output.JSON:
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if known.output is Output.ID:
        print("\n".join(sorted(report.run_ids.values())))
        return
    show_list(known, document["carried"], _CARRIED, key="what")
    remarks: list[Document] = document["remarks"]
    show_more(known, "Not as it was", remarks[:_MOST_SHOWN], _REMARKS)
    if len(remarks) > _MOST_SHOWN:
        known.say(f"{len(remarks) - _MOST_SHOWN} more: --report FILE or -o json has all of them.")
    if report.is_dry:
        known.say("Nothing was written: this was a dry run.")


def _told(step: Callable[[], T]) -> T:
    """A step whose damage is told as a failure of the command."""
    try:
        return step()
    except Damaged as error:
        raise Failed(f"{error}.", "What came before stays; repair it, then repeat the command to continue.") from error


def _need_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise Failed("Parquet files need pyarrow.", "Run: pip install 'plumbline[exchange]'.") from error
