"""Owns the three kinds of work: train, evaluate, predict. Each reads by the platform's API and writes its run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from plumbline import Client, Run, record
from services.trainer.engine.checkpoint import Checkpoint
from services.trainer.engine.infer import Predictor
from services.trainer.engine.loop import FINISHED, Callbacks
from services.trainer.engine.recipes import recipe
from services.trainer.engine.train import Trained, train
from services.trainer.worker import results, samples
from services.trainer.worker.lease import Lease
from services.trainer.worker.settings import WorkerSettings

MODEL = "model.onnx"
# how long the platform may be away before the work is given up and another worker resumes it
_PATIENCE_S = 120.0
_CODE = Path(__file__).resolve().parents[3]


class Stopped(Exception):
    """The work ended before its time because it was asked to; a checkpoint is stored."""


def run(client: Client, lease: Lease, settings: WorkerSettings) -> str:
    """Do the job; returns the artifact that becomes a model version, empty when none.

    Raises:
        Stopped: the job was cancelled or the worker must go.
        ValueError: data or configuration do not allow it.
    """
    run = client.runs.attach(lease.job["run_id"], lease.epoch)
    kinds = {"TRAIN": _train, "EVALUATE": _evaluate, "PREDICT": _predict}
    return kinds[lease.spec["kind"]](client, lease, run, settings)


def _train(client: Client, lease: Lease, run: Run, settings: WorkerSettings) -> str:
    spec = lease.spec
    project = client.projects.get(spec["project_id"])
    labels = [label["name"] for label in project["labels"]]
    found, _ = samples.of_snapshot(client, spec, lease.progress)
    folder = settings.worker_folder / lease.job["id"]
    folder.mkdir(parents=True, exist_ok=True)
    trained = train(
        spec["recipe"],
        config_of(spec),
        found,
        labels,
        folder,
        callbacks=_callbacks(lease, run),
        resume_from=_resume_point(client, lease, folder),
    )
    lease.check()
    if trained.status != FINISHED:
        raise Stopped
    made = _record(client, lease, trained, settings)
    made.document["trained_on"] = results.trained_on(found)
    _report_training(client, lease, run, trained, made)
    return MODEL


def _callbacks(lease: Lease, run: Run) -> Callbacks:
    def on_checkpoint(checkpoint: Checkpoint) -> None:
        path = f"checkpoints/{checkpoint.path.name}"
        run.log_artifact(checkpoint.path, path)
        # after a crash the resumed run continues from here, so the file and everything before it must be stored
        run.flush(_PATIENCE_S)
        lease.save_checkpoint(checkpoint.step, path, checkpoint.sha256)

    return Callbacks(
        on_metrics=run.log,
        on_checkpoint=on_checkpoint,
        on_progress=lambda share: lease.progress("train", round(share * 100), 100),
        should_stop=lease.should_stop,
    )


def _resume_point(client: Client, lease: Lease, folder: Path) -> Path | None:
    """The newest verified checkpoint of an earlier worker; a missing or damaged one is a failure, not a fresh start."""
    checkpoint = lease.job.get("checkpoint")
    if not checkpoint:
        return None
    content = client.runs.artifact(lease.job["run_id"], checkpoint["artifact_path"])
    if hashlib.sha256(content).hexdigest() != checkpoint["sha256"]:
        raise ValueError("The checkpoint in the store is not the one that was saved: the job cannot resume.")
    target = folder / "resume.safetensors"
    target.write_bytes(content)
    return target


def _report_training(client: Client, lease: Lease, run: Run, trained: Trained, made: record.Collected) -> None:
    assert trained.exported is not None
    assert trained.evaluation is not None
    lease.progress("report", 0, 1)
    run.log_artifact(trained.exported.path, MODEL)
    run.log_evaluation(results.slices(trained.evaluation), [])
    run.set_tags({"weights_digest": trained.weights_digest, "threshold": trained.threshold})
    if not client.runs.get(run.id)["record_digest"]:
        # an earlier worker of this job may have written it just before it ended; a record is written once
        for path, content in made.files.items():
            run.log_artifact(content, path)
        run.set_record(made.document)
    run.flush(_PATIENCE_S)
    if original := lease.job["repeat_of_run_id"]:
        repeated = client.runs.get(run.id) | {"record": made.document}
        run.set_tags(results.repetition(client.runs.get(original), repeated))
        run.flush(_PATIENCE_S)


def _record(client: Client, lease: Lease, trained: Trained, settings: WorkerSettings) -> record.Collected:
    assert trained.exported is not None
    inputs = client.runs.get(lease.job["run_id"])["inputs"]
    config = recipe(lease.spec["recipe"]).Config.model_validate(config_of(lease.spec))
    made = record.collect(
        folder=_CODE,
        inputs={item["name"]: item["digest"] for item in inputs},
        image_digest=settings.image_digest,
    )
    made.document |= trained.settings
    made.document["seeds"] = {"run": config.seed}
    made.document["config"] = config.model_dump(mode="json")
    made.document["outputs"] = {"weights_digest": trained.weights_digest, "model_sha256": trained.exported.sha256}
    return made


def _evaluate(client: Client, lease: Lease, run: Run, settings: WorkerSettings) -> str:
    predictor = _predictor(client, lease)
    found, paths = samples.of_snapshot(client, lease.spec, lease.progress)
    if not found:
        raise ValueError("No annotated image is in these image sets: choose others, or take a newer snapshot.")
    lease.progress("evaluate", 0, len(found))
    report = predictor.evaluate(found)
    wrong = set(report.slice("all").false_positive_images) | set(report.slice("all").false_negative_images)
    again = {item.sha256: item for item in predictor.predict([one for one in found if one.sha256 in wrong])}
    run.log_evaluation(results.slices(report), results.failures(report, found, again, paths))
    run.log(report.slice("all").metrics("evaluation"), step=0)
    run.flush(_PATIENCE_S)
    lease.check()
    return ""


def _predict(client: Client, lease: Lease, run: Run, settings: WorkerSettings) -> str:
    spec = lease.spec
    predictor = _predictor(client, lease)
    version = client.models.version(spec["model_id"], spec["model_version"])
    found = samples.of_version(client, spec, lease.progress)
    images = []
    for number, prediction in enumerate(predictor.predict(found), start=1):
        lease.check()
        if lease.should_stop():
            raise Stopped
        images.append({"image_sha256": prediction.sha256, "annotations": prediction.annotations})
        lease.progress("predict", number, len(found))
    name = f"{version['model_name']}@{version['number']}"
    lines = "".join(json.dumps(image, sort_keys=True) + "\n" for image in images)
    run.log_artifact(lines.encode(), "predictions.jsonl")
    stored = client.projects.add_predictions(spec["project_id"], lease.job["run_id"], name, images)
    found_count = sum(bool(image["annotations"]) for image in images)
    run.log({"images": len(images), "images_with_findings": found_count, "stored": stored}, step=0)
    run.flush(_PATIENCE_S)
    return ""


def _predictor(client: Client, lease: Lease) -> Predictor:
    version = client.models.version(lease.spec["model_id"], lease.spec["model_version"])
    lease.progress("load model", 0, 1)
    return Predictor(client.runs.artifact(version["run_id"], version["artifact"]["path"]), threads=2)


def config_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The recipe's configuration as numbers again: a Struct has only floats."""
    return {key: _whole(value) for key, value in (spec.get("config") or {}).items()}


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
