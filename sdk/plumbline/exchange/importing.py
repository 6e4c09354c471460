"""Owns an import from its first look to its report: what comes in which order, what is there already, what failed.

Does not know any format, and not how one run is written: `arrival` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from graphlib import CycleError, TopologicalSorter

from plumbline.client import Client
from plumbline.datasets import Progress, silent
from plumbline.errors import Denied, PlumblineError, SignedOut, Unreachable
from plumbline.exchange.arrival import Arrivals
from plumbline.exchange.content import Damaged, Source
from plumbline.exchange.registry import Registry
from plumbline.exchange.report import Report

_PARALLEL = 4
# with these, no other run would fare better
_HOPELESS = (Unreachable, SignedOut, Denied)


def bring(
    client: Client,
    source: Source,
    report: Report,
    *,
    progress: Progress = silent,
) -> Report:
    """Bring everything of a source that is not here yet.

    A run that cannot be read or is refused is reported as failed, and so are the runs that need it; the others come.

    Raises:
        Unreachable, SignedOut, Denied: nothing more can come; what came stays, and repeating continues.
    """
    arrivals = Arrivals(client, source, report)
    arrivals.look_around()
    registry = Registry(client, source, arrivals, report)
    registry.experiments()
    order = _order(source, report)
    total, done = len(source.run_ids()), 0
    failed: set[str] = set()
    with ThreadPoolExecutor(_PARALLEL) as pool:
        while order.is_active():
            ready = order.get_ready()
            waiting = {
                pool.submit(_one, arrivals, registry, source, run_id, failed, report): run_id for run_id in ready
            }
            try:
                for ended in as_completed(waiting):
                    if not ended.result():
                        failed.add(waiting[ended])
                    order.done(waiting[ended])
                    done += 1
                    progress("runs", done, total)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    registry.models()
    there = set(source.run_ids())
    report.run_ids.update({source_id: run_id for source_id, run_id in arrivals.run_ids.items() if source_id in there})
    return report


def rehearse(client: Client, source: Source, report: Report) -> Report:
    """Read everything as an import would, and write nothing."""
    arrivals = Arrivals(client, source, report)
    arrivals.look_around()
    for run_id in source.run_ids():
        if arrivals.is_complete(run_id):
            report.carry("run", "is here already")
            continue
        try:
            run = source.run(run_id)
            report.carry("run", "run")
            report.carry("parameter", "param", len(run.params))
            report.carry("tag", "tag", len(run.tags))
            for series in source.series(run_id):
                report.carry("point of a series", "metric point", len(series))
            report.carry("file", "artifact", sum(1 for _ in source.files(run_id)))
            report.carry("logged model", "logged model", len(source.logged_models(run_id)))
        except Damaged as error:
            report.fail(error.place or f"run {run_id}", error.message)
    for model in source.models():
        report.carry("model", "model")
        report.carry("model version", "model version", len(model.versions))
    return report


def _one(
    arrivals: Arrivals, registry: Registry, source: Source, run_id: str, failed: Iterable[str], report: Report
) -> bool:
    """Bring one run and what it needs of the registry; whether it is here now."""
    if arrivals.is_complete(run_id):
        report.carry("run", "was here already")
        return True
    missing = sorted(set(source.needs(run_id)) & set(failed))
    if missing:
        report.fail(f"run {run_id}", f"waits for {missing[0]}, which failed: repeat the import when that is repaired")
        return False
    try:
        for model, number in source.needs_models(run_id):
            registry.version(model, number)
        arrivals.bring(run_id)
    except Damaged as error:
        report.fail(error.place or f"run {run_id}", error.message)
        return False
    except _HOPELESS:
        raise
    except PlumblineError as error:
        report.fail(f"run {run_id}", error.message)
        return False
    report.carry("run", "run")
    return True


def _order(source: Source, report: Report) -> TopologicalSorter[str]:
    """Every run after those it needs. Runs that need each other in a circle come without that."""
    runs = source.run_ids()
    there = set(runs)
    makers = {(model.name, version.number): version.run_id for model in source.models() for version in model.versions}
    graph: dict[str, set[str]] = {}
    for run_id in runs:
        needed = [*source.needs(run_id), *(makers.get(version, "") for version in source.needs_models(run_id))]
        graph[run_id] = {one for one in needed if one in there and one != run_id}
    while True:
        order: TopologicalSorter[str] = TopologicalSorter(graph)
        try:
            order.prepare()
        except CycleError as error:
            circle = error.args[1]
            report.change(f"run {circle[0]}", f"needs itself by way of {', '.join(circle[1:])}: imported without that")
            graph[circle[0]] = set()
            continue
        return order
