"""Owns the servicer of the trainer: message in, use case, message out."""

from __future__ import annotations

from datetime import timedelta

from kit import paging
from kit.app import App
from kit.rpc import Call
from plumbapi.trainer import v1 as pb
from plumbapi.trainer.v1.trainer_service_pb2_grpc import TrainerServiceServicer
from services.trainer import endings, jobs, leases, recipes, wire
from services.trainer.settings import TrainerSettings


class TrainerServicer(TrainerServiceServicer):  # type: ignore[misc]
    """Every method of `plumbapi.trainer.v1.TrainerService`."""

    def __init__(self, app: App, settings: TrainerSettings) -> None:
        self._app = app
        self._lease = timedelta(seconds=settings.trainer_lease_s)

    async def ListRecipes(self, _request: pb.ListRecipesRequest, _call: Call) -> pb.ListRecipesResponse:
        return pb.ListRecipesResponse(recipes=[wire.recipe(entry) for entry in recipes.catalogue().values()])

    async def SubmitJob(self, request: pb.SubmitJobRequest, call: Call) -> pb.Job:
        row = await jobs.submit(call.tx, call.who, call.peers, request.spec, request_id=request.request_id)
        return wire.job(row)

    async def RepeatRun(self, request: pb.RepeatRunRequest, call: Call) -> pb.Job:
        row = await jobs.repeat(call.tx, call.who, call.peers, request.run_id, request_id=request.request_id)
        return wire.job(row)

    async def ListJobs(self, request: pb.ListJobsRequest, call: Call) -> pb.ListJobsResponse:
        page = paging.read(request)
        state = pb.Job.State.Name(request.state) if request.state else ""
        rows = await jobs.listing(call.tx, call.who, state=state, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListJobsResponse(jobs=[wire.job(row) for row in rows], next_page_token=token)

    async def GetJob(self, request: pb.GetJobRequest, call: Call) -> pb.Job:
        return wire.job(await jobs.get(call.tx, call.who, request.job_id))

    async def CancelJob(self, request: pb.CancelJobRequest, call: Call) -> pb.Job:
        peers = self._app.peers_as_service(call.who.workspace_id)
        return wire.job(await endings.cancel(call.tx, call.who, peers, request.job_id))

    async def LeaseJob(self, request: pb.LeaseJobRequest, call: Call) -> pb.Job:
        peers = self._app.peers_as_service(call.who.workspace_id)
        row = await leases.lease(call.tx, call.who, peers, request.job_id, request.worker, self._lease)
        return wire.job(row)

    async def RenewLease(self, request: pb.RenewLeaseRequest, call: Call) -> pb.Job:
        row = await leases.renew(call.tx, call.who, request.job_id, request.epoch, request.progress, self._lease)
        return wire.job(row)

    async def SaveCheckpoint(self, request: pb.SaveCheckpointRequest, call: Call) -> pb.Job:
        row = await leases.save_checkpoint(call.tx, call.who, request.job_id, request.epoch, request.checkpoint)
        return wire.job(row)

    async def FinishJob(self, request: pb.FinishJobRequest, call: Call) -> pb.Job:
        peers = self._app.peers_as_service(call.who.workspace_id)
        return wire.job(await leases.finish(call.tx, call.who, peers, request))
