"""Owns what trainer tests share: a dataset version and a snapshot in a workspace of their own, and workers' callers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from kit.db import Database
from kit.host import Host
from kit.identity import Principal
from kit.peers import Envelope
from plumbapi.trainer import v1 as pb
from tests.annotation.builders import Bench, make_bench
from tests.annotation.test_images import assign, picture, publish, tasks_of
from tests.conftest import CallAs


@dataclass
class Queue:
    """A workspace with one annotated image, ready to be trained on."""

    bench: Bench
    platform: Host
    database: Database

    def by(self, role: str) -> Any:
        return self.bench.call_as(role, self.bench.workspace)

    def worker(self, job: pb.Job) -> Any:
        """The trainer as the worker of this job sees it."""
        app = self.platform.apps["trainer"]
        who = Principal(f"ws_{self.bench.workspace}", job.id, "training of Ben", "JOB", "JOB", job_id=job.id)
        return app.peers(Envelope(app.identity.sign(who)))

    def spec(self, **changes: Any) -> pb.JobSpec:
        fields: dict[str, Any] = {
            "kind": "TRAIN",
            "recipe": "classification",
            "experiment": "tiles",
            "dataset_id": "tiles",
            "project_id": "tiles",
        }
        return pb.JobSpec(**(fields | changes))

    async def submit(self, request_id: str = "", **changes: Any) -> pb.Job:
        request = pb.SubmitJobRequest(spec=self.spec(**changes), request_id=request_id)
        return await self.by("DEVELOPER").trainer.SubmitJob(request)

    async def lease(self, job: pb.Job) -> pb.Job:
        request = pb.LeaseJobRequest(job_id=job.id, worker="here:1")
        return await self.worker(job).trainer.LeaseJob(request)


@pytest_asyncio.fixture
async def queue(call_as: CallAs, database: Callable[[str], Database], platform: Host) -> Queue:
    bench = await make_bench(call_as, database, images=0)
    await publish(bench, {"a.png": picture(1), "b.png": picture(2)})
    await assign(bench)
    task = (await tasks_of(bench))["a.png"]
    await bench.accept(task)
    await bench.snapshot()
    return Queue(bench, platform, database("trainer"))
