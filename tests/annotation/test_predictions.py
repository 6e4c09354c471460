"""Predictions: a layer of their own."""

from __future__ import annotations

import pytest

from kit.errors import Invalid
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import Bench, box, make_bench, sha256_of
from tests.conftest import CallAs


async def add_predictions(bench: Bench, *annotations: pb.Annotation, run: str = "run_1") -> int:
    images = [
        pb.PredictedImage(image_sha256=sha, annotations=annotations)
        for sha in (bench.tasks[0].image_sha256, sha256_of("elsewhere"))
    ]
    request = pb.AddPredictionsRequest(project_id="tiles", run_id=run, model_version="net@3", images=images)
    return (await bench.by("JOB").AddPredictions(request)).stored_count


async def test_predictions_lie_beside_the_annotations_and_are_replaced_by_the_same_run(
    call_as: CallAs, database
) -> None:
    bench = await make_bench(call_as, database)
    assert await add_predictions(bench, box(confidence=0.5), box(label="unknown")) == 1
    assert await add_predictions(bench, box(confidence=0.75)) == 1
    assert await add_predictions(bench, run="run_2") == 1
    request = pb.ListPredictionsRequest(task_id=bench.tasks[0].id)
    empty, full = (await bench.by("VIEWER").ListPredictions(request)).predictions
    assert (empty.run_id, len(empty.annotations), full.run_id, full.model_version) == ("run_2", 0, "run_1", "net@3")
    assert (full.annotations[0].confidence, full.annotations[0].origin) == (0.75, pb.Annotation.MODEL)
    assert (await bench.get(bench.tasks[0])).task.revision == 0


async def test_predictions_that_are_no_shapes_are_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(Invalid, match=r"annotations\[0\]"):
        await add_predictions(bench, box(x=float("nan")))
    with pytest.raises(Invalid, match="confidence"):
        await add_predictions(bench, box(confidence=1.5))
