"""Owns the methods that set runs beside each other: message -> use case -> message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.rpc import Call
from kit.wire import fill
from plumbapi.experiments import v1 as pb
from plumbapi.storage import v1 as storage
from services.experiments import comparisons, run_groups, run_search, wire
from services.experiments.comparisons import Cells, Comparison
from services.experiments.run_groups import Group
from services.experiments.run_search import RunQuery
from services.experiments.tables import MetricSummary, Run

# Each asks storage once.
_MOST_DIFFERENCES = 20


class ComparisonMethods:
    """Methods that set runs beside each other."""

    async def CompareRuns(self, request: pb.CompareRunsRequest, call: Call) -> pb.CompareRunsResponse:
        found = await comparisons.of_runs(call.tx, call.who, list(request.run_ids))
        return pb.CompareRunsResponse(
            runs=[_head(run, found.experiment_names[run.experiment_id]) for run in found.runs],
            params=_text_rows(found.params),
            tags=_text_rows(found.tags),
            record=_text_rows(found.record),
            metrics=[_metric_row(key, cells) for key, cells in found.metrics.items()],
            inputs=_input_rows(found),
            data_differences=await _data_differences(call, found),
        )

    async def GroupRuns(self, request: pb.GroupRunsRequest, call: Call) -> pb.GroupRunsResponse:
        wanted = RunQuery(
            experiment_ids=list(request.experiment_ids),
            filter=request.filter,
            view=wire.enum_name(pb.Lifecycle.View, request.view, default=run_search.ACTIVE),
        )
        keys = list(request.metric_keys)
        found = await run_groups.groups(call.tx, call.who, wanted, group_by=list(request.group_by), metric_keys=keys)
        return pb.GroupRunsResponse(groups=[_group(one, keys) for one in found])


def _head(run: Run, experiment_name: str) -> pb.Run:
    left_out = dict.fromkeys(("params", "tags", "record", "model_inputs", "model_outputs"))
    return fill(pb.Run, run, experiment_name=experiment_name, **left_out)


def _cell(text: str | None) -> pb.TextCell:
    return pb.TextCell(is_set=text is not None, text=comparisons.shortened(text or ""))


def _text_rows(rows: Mapping[str, Cells]) -> list[pb.TextRow]:
    return [
        pb.TextRow(key=key, cells=[_cell(one) for one in cells], differs=comparisons.differs(cells))
        for key, cells in rows.items()
    ]


def _metric_row(key: str, cells: Sequence[MetricSummary | None]) -> pb.MetricRow:
    return pb.MetricRow(
        key=key,
        cells=[pb.MetricSummary() if one is None else wire.summary(one) for one in cells],
        differs=comparisons.differs(None if one is None else one.last for one in cells),
    )


def _input_rows(found: Comparison) -> list[pb.InputRow]:
    return [
        pb.InputRow(
            kind=pb.Input.Kind.Value(kind),
            resource_id=next(one.resource_id for one in cells if one is not None),
            name=name,
            cells=[pb.Input() if one is None else fill(pb.Input, one) for one in cells],
            differs=comparisons.differs(None if one is None else one.digest for one in cells),
        )
        for (kind, name, _), cells in found.inputs.items()
    ]


async def _data_differences(call: Call, found: Comparison) -> list[pb.DataDifference]:
    """How much dataset versions differ, as storage counts it."""
    wanted = {
        (next(one.resource_id for one in cells if one is not None), name, pair)
        for (kind, name, _), cells in found.inputs.items()
        if kind == "DATASET_VERSION"
        for pair in comparisons.number_pairs(cells)
    }
    answers = []
    for dataset_id, name, (old, new) in sorted(wanted)[:_MOST_DIFFERENCES]:
        request = storage.DiffVersionsRequest(dataset_id=dataset_id, base=old, number=new, page_size=1)
        counted: storage.DiffVersionsResponse = await call.peers.storage.DiffVersions(request)
        answers.append(
            pb.DataDifference(
                dataset_id=dataset_id,
                dataset_name=name,
                old_number=old,
                new_number=new,
                added_count=counted.added_count,
                removed_count=counted.removed_count,
                changed_count=counted.changed_count,
            )
        )
    return answers


def _group(one: Group, keys: Sequence[str]) -> pb.RunGroup:
    return pb.RunGroup(
        values=[_cell(value) for value in one.values],
        run_count=one.run_count,
        metrics=[
            pb.MetricAggregate(key=key, run_count=held.run_count, min=held.min, mean=held.mean, max=held.max)
            for key, held in zip(keys, one.metrics, strict=True)
        ],
    )
