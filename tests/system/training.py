"""Owns a small training whose outcome can be compared bit by bit, and the killing of its worker."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import psutil

from plumbline import Client
from plumbline.projects import add
from tests.live import Live, eventually
from tests.system.works import picture

NAME = "kills-train"
_LABELS = {"crack": "#1971c2", "dent": "#e03131"}
_IMAGES = 16
# what no two trainings have in common
_MEASURED_TIME = "train/epoch_seconds"
# an epoch is a moment, so that every kill meets one
_CONFIG = {"epochs": 40, "image_size": 64, "seed": 7}


def spec(live: Live, folder: Path) -> dict[str, Any]:
    """What to train on: images with a box each, frozen in a snapshot."""
    for number in range(_IMAGES):
        picture(folder / f"{number:02d}.png", -10 - number)
    with live.as_("OWNER") as client:
        client.datasets.create(NAME)
        client.datasets.push(NAME, folder, source="site A")
        version = client.datasets.publish(NAME)
        client.projects.create(NAME, labels=_LABELS, tools=["BOX"])
        client.projects.assign_version(NAME, NAME, split={"train": 0.75, "validation": 0.25})
        for number, task in enumerate(client.projects.tasks(NAME)):
            label = list(_LABELS)[number % len(_LABELS)]
            box = {"x": number, "y": 4, "width": 9, "height": 9}
            client.projects.save(task["id"], 0, [add(label, {"box": box})])
        snapshot = client.projects.create_snapshot(NAME, include_unreviewed=True)
    return {
        "kind": "TRAIN",
        "experiment": NAME,
        "dataset_id": NAME,
        "version": version["number"],
        "project_id": NAME,
        "snapshot": snapshot["number"],
        "recipe": "classification",
        "config": _CONFIG,
    }


def finished(client: Client, job_id: str) -> dict[str, Any]:
    """The job when it has ended well."""
    job = list(client.runs.watch(job_id))[-1]
    assert job["state"] == "FINISHED", job["error"]
    return job


def next_checkpoint(client: Client, job_id: str, step: int) -> dict[str, Any]:
    """The newest acknowledged checkpoint, when there is one beyond `step`; the job is still under way then."""

    def newer() -> dict[str, Any]:
        job = client.runs.job(job_id)
        assert job["state"] in ("QUEUED", "RUNNING"), "the job ended before its turn: give it more epochs"
        checkpoint: dict[str, Any] = job.get("checkpoint") or {}
        return checkpoint if checkpoint and checkpoint["step"] > step else {}

    found: dict[str, Any] = eventually(newer, patience_s=120)
    return found


def kill_worker(job_id: str) -> None:
    """End the process that works on a job, as a machine that loses power would."""

    def workers() -> list[int]:
        return [process.pid for process in psutil.process_iter() if _works_on(process, job_id)]

    for pid in eventually(workers, patience_s=60):
        os.kill(pid, signal.SIGKILL)


def outcome(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    """What two equal trainings have in common: weights, model file, and every point of every metric."""
    run = client.runs.get(job["run_id"])
    series = client.runs.history(job["run_id"], max_points=100_000)
    return {
        "weights": {tag["key"]: tag["value"] for tag in run["tags"]}["weights_digest"],
        "model": {one["path"]: one["sha256"] for one in client.runs.artifacts(job["run_id"])}["model.onnx"],
        "metrics": {one["key"]: _points(one) for one in series if one["key"] != _MEASURED_TIME},
    }


def _points(series: dict[str, Any]) -> list[tuple[float, float]]:
    return list(zip(series["steps"], series["values"], strict=True))


def _works_on(process: psutil.Process, job_id: str) -> bool:
    try:
        return process.environ().get("PLUMB_JOB") == job_id
    except psutil.Error:
        return False
