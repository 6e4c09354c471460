"""Owns the gRPC methods of the annotation service: message in, use case, message out. Holds no rule and no SQL."""

from __future__ import annotations

from kit import paging
from kit.rpc import Call
from plumbapi.annotation import v1 as pb
from plumbapi.annotation.v1.annotation_service_pb2_grpc import AnnotationServiceServicer
from services.annotation import (
    catalogue,
    census,
    exports,
    images,
    imports,
    predictions,
    projects,
    remarks,
    reviews,
    revisions,
    snapshots,
    tables,
    tasks,
    transfers,
    uploads,
    wire,
)
from services.annotation.settings import AnnotationSettings


class AnnotationServicer(AnnotationServiceServicer):  # type: ignore[misc]
    """Every method of the contract; the kit has checked permission and required fields before."""

    def __init__(self, settings: AnnotationSettings) -> None:
        self._settings = settings

    async def ListProjects(self, request: pb.ListProjectsRequest, call: Call) -> pb.ListProjectsResponse:
        page = paging.read(request)
        rows = await projects.list_page(call.tx, call.who, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.name,))
        return pb.ListProjectsResponse(projects=map(wire.project, rows), next_page_token=token)

    async def GetProject(self, request: pb.GetProjectRequest, call: Call) -> pb.Project:
        return wire.project(await projects.get(call.tx, call.who, request.project_id))

    async def CreateProject(self, request: pb.CreateProjectRequest, call: Call) -> pb.Project:
        project = await projects.create(
            call.tx,
            call.who,
            name=request.name,
            description=request.description,
            labels=wire.labels_in(request.labels),
            tools=wire.tools_in(request.tools),
            questions=wire.questions_in(request.questions),
            image_sets=list(request.image_sets),
        )
        return wire.project(project)

    async def UpdateProject(self, request: pb.UpdateProjectRequest, call: Call) -> pb.Project:
        project = await projects.change(
            call.tx,
            call.who,
            request.project_id,
            description=request.description,
            labels=wire.labels_in(request.labels),
            tools=wire.tools_in(request.tools),
            questions=wire.questions_in(request.questions),
        )
        return wire.project(project)

    async def AssignVersion(self, request: pb.AssignVersionRequest, call: Call) -> pb.AssignVersionResponse:
        async with call.transaction() as tx:
            project = await projects.get(tx, call.who, request.project_id)
        split = tasks.check_split(project, wire.split_in(request))
        version = await images.find_version(call.peers.storage, request.dataset_id, request.version)
        created = kept = 0
        async for page in images.pages(call.peers.storage, version):
            # A transaction for each page: a long one would hold back the events of everyone.
            async with call.transaction() as tx:
                fresh, known = await tasks.add_images(tx, call.who, project, page, split)
            created, kept = created + fresh, kept + known
        project = await projects.assign_version(
            call.tx, call.who, project.id, version=images.describe(version), created=created, kept=kept
        )
        return pb.AssignVersionResponse(project=wire.project(project), created_count=created, kept_count=kept)

    async def GetProgress(self, request: pb.GetProgressRequest, call: Call) -> pb.GetProgressResponse:
        project = await projects.get(call.tx, call.who, request.project_id)
        return wire.progress(await tasks.progress(call.tx, project), project.image_sets)

    async def ListTasks(self, request: pb.ListTasksRequest, call: Call) -> pb.ListTasksResponse:
        page = paging.read(request)
        project = await projects.get(call.tx, call.who, request.project_id)
        rows = await tasks.list_page(
            call.tx, project, wanted=wire.task_filter(request), label=request.label, after=page.after, limit=page.limit
        )
        rows, token = page.cut(rows, key=lambda row: (row.path, row.id))
        return pb.ListTasksResponse(tasks=map(wire.task, rows), next_page_token=token)

    async def AssignTasks(self, request: pb.AssignTasksRequest, call: Call) -> pb.AssignTasksResponse:
        project = await projects.get(call.tx, call.who, request.project_id)
        count = await tasks.assign(
            call.tx,
            call.who,
            project,
            member_id=request.member_id,
            task_ids=request.task_ids,
            count=max(request.count, 0),
        )
        return pb.AssignTasksResponse(assigned_count=count)

    async def TakeNextTask(self, request: pb.TakeNextTaskRequest, call: Call) -> pb.Task:
        project = await projects.get(call.tx, call.who, request.project_id)
        return wire.task(await tasks.take_next(call.tx, call.who, project))

    async def MoveTasks(self, request: pb.MoveTasksRequest, call: Call) -> pb.MoveTasksResponse:
        project = await projects.get(call.tx, call.who, request.project_id)
        count = await tasks.move(call.tx, call.who, project, task_ids=request.task_ids, image_set=request.image_set)
        return pb.MoveTasksResponse(moved_count=count)

    async def GetTask(self, request: pb.GetTaskRequest, call: Call) -> pb.GetTaskResponse:
        task = await tasks.get(call.tx, call.who, request.task_id)
        revision = await revisions.find(call.tx, task, task.revision)
        before, following = await tasks.neighbours(call.tx, task)
        return pb.GetTaskResponse(
            task=wire.task(task),
            revision=wire.revision(revision) if revision else None,
            reviews=map(wire.review, await reviews.of_task(call.tx, task, "REVIEW")),
            verifications=map(wire.review, await reviews.of_task(call.tx, task, "VERIFICATION")),
            remarks=map(wire.remark, await remarks.of_task(call.tx, task)),
            previous_task_id=before,
            next_task_id=following,
        )

    async def SaveAnnotations(self, request: pb.SaveAnnotationsRequest, call: Call) -> pb.Revision:
        revision = await revisions.save(
            call.tx,
            call.who,
            request.task_id,
            base_revision=request.base_revision,
            edits=wire.edits_in(request.operations),
        )
        return wire.revision(revision)

    async def ListRevisions(self, request: pb.ListRevisionsRequest, call: Call) -> pb.ListRevisionsResponse:
        page = paging.read(request, default=20, cap=100)
        task = await tasks.get(call.tx, call.who, request.task_id)
        before = page.after[0] if page.after else None
        rows = await revisions.list_page(call.tx, task, before=before, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.number,))
        return pb.ListRevisionsResponse(revisions=map(wire.revision, rows), next_page_token=token)

    async def SubmitTask(self, request: pb.SubmitTaskRequest, call: Call) -> pb.Task:
        return wire.task(await reviews.submit(call.tx, call.who, request.task_id, revision=request.revision))

    async def ReviewTask(self, request: pb.ReviewTaskRequest, call: Call) -> pb.Task:
        task = await reviews.review(
            call.tx,
            call.who,
            request.task_id,
            revision=request.revision,
            verdict=wire.verdict_in(request.verdict),
            comment=request.comment,
        )
        return wire.task(task)

    async def VerifyTask(self, request: pb.VerifyTaskRequest, call: Call) -> pb.Task:
        task = await reviews.verify(
            call.tx,
            call.who,
            request.task_id,
            revision=request.revision,
            verdict=wire.verdict_in(request.verdict),
            comment=request.comment,
        )
        return wire.task(task)

    async def CreateRemark(self, request: pb.CreateRemarkRequest, call: Call) -> pb.Remark:
        region = wire.region_in(request.region) if request.HasField("region") else None
        return wire.remark(await remarks.create(call.tx, call.who, request.task_id, text=request.text, region=region))

    async def ListRemarks(self, request: pb.ListRemarksRequest, call: Call) -> pb.ListRemarksResponse:
        page = paging.read(request)
        project = await projects.get(call.tx, call.who, request.project_id)
        state = pb.Remark.State.Name(request.state) if request.state else ""
        rows = await remarks.list_page(call.tx, project, state=state, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListRemarksResponse(remarks=map(wire.remark, rows), next_page_token=token)

    async def ResolveRemark(self, request: pb.ResolveRemarkRequest, call: Call) -> pb.Remark:
        return wire.remark(await remarks.resolve(call.tx, call.who, request.remark_id))

    async def CreateSnapshot(self, request: pb.CreateSnapshotRequest, call: Call) -> pb.Snapshot:
        project = await projects.get(call.tx, call.who, request.project_id)
        snapshot = await snapshots.create(
            call.tx,
            call.who,
            call.blobs,
            project,
            note=request.note,
            include_unreviewed=request.include_unreviewed,
        )
        return await self._snapshot(call, snapshot)

    async def ListSnapshots(self, request: pb.ListSnapshotsRequest, call: Call) -> pb.ListSnapshotsResponse:
        page = paging.read(request, default=20, cap=100)
        project = await projects.get(call.tx, call.who, request.project_id)
        rows = await snapshots.list_page(call.tx, project, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.number,))
        listed = [await self._snapshot(call, row) for row in rows]
        return pb.ListSnapshotsResponse(snapshots=listed, next_page_token=token)

    async def GetSnapshot(self, request: pb.GetSnapshotRequest, call: Call) -> pb.Snapshot:
        project = await projects.get(call.tx, call.who, request.project_id)
        return await self._snapshot(call, await snapshots.get(call.tx, project, request.number))

    async def _snapshot(self, call: Call, snapshot: tables.Snapshot) -> pb.Snapshot:
        return wire.snapshot(snapshot, await snapshots.verifications(call.tx, snapshot))

    async def ListSnapshotEntries(
        self, request: pb.ListSnapshotEntriesRequest, call: Call
    ) -> pb.ListSnapshotEntriesResponse:
        page = paging.read(request)
        project = await projects.get(call.tx, call.who, request.project_id)
        snapshot = await snapshots.get(call.tx, project, request.number)
        rows = await snapshots.entries(call.tx, snapshot, after=page.after, limit=page.limit)
        kept, token = page.cut(rows, key=lambda row: (row.entry.image_sha256,))
        return pb.ListSnapshotEntriesResponse(entries=map(wire.snapshot_entry, kept), next_page_token=token)

    async def CountVerifications(
        self, request: pb.CountVerificationsRequest, call: Call
    ) -> pb.CountVerificationsResponse:
        of = await census.side(call.tx, call.who, request.project_id, request.number, request.image_sets)
        found = await census.verified(call.tx, of, request.example_count)
        return wire.census(found)

    async def FindSharedImages(self, request: pb.FindSharedImagesRequest, call: Call) -> pb.FindSharedImagesResponse:
        left, right = [
            [await census.side(call.tx, call.who, one.project_id, one.number, one.image_sets) for one in sides]
            for sides in (request.left, request.right)
        ]
        return wire.shared(await census.shared(call.tx, left, right, request.example_count))

    async def ListFormats(self, request: pb.ListFormatsRequest, call: Call) -> pb.ListFormatsResponse:
        return pb.ListFormatsResponse(formats=catalogue.every())

    async def ExportSnapshot(self, request: pb.ExportSnapshotRequest, call: Call) -> pb.Transfer:
        project = await projects.get(call.tx, call.who, request.project_id)
        return wire.transfer(await exports.start(call.tx, call.who, project, request))

    async def PreviewExport(self, request: pb.PreviewExportRequest, call: Call) -> pb.Transfer:
        project = await projects.get(call.tx, call.who, request.project_id)
        return wire.transfer(await exports.start(call.tx, call.who, project, request))

    async def DownloadExport(self, request: pb.DownloadExportRequest, call: Call) -> pb.DownloadExportResponse:
        row = await transfers.get(call.tx, call.who, request.transfer_id)
        return await exports.link(call.tx, call.who, call.blobs, row, self._settings.export_url_life)

    async def PrepareImport(self, request: pb.PrepareImportRequest, call: Call) -> pb.ImportUpload:
        project = await projects.get(call.tx, call.who, request.project_id)
        life = self._settings.upload_life
        row = await uploads.prepare(call.tx, call.who, project, request.file_name, life)
        return wire.upload(row, uploads.put_url(call.blobs, row, life))

    async def ImportAnnotations(self, request: pb.ImportAnnotationsRequest, call: Call) -> pb.Transfer:
        project = await projects.get(call.tx, call.who, request.project_id)
        return wire.transfer(await imports.start(call.tx, call.who, call.blobs, project, request, self._settings))

    async def GetTransfer(self, request: pb.GetTransferRequest, call: Call) -> pb.Transfer:
        return wire.transfer(await transfers.get(call.tx, call.who, request.transfer_id))

    async def ListTransfers(self, request: pb.ListTransfersRequest, call: Call) -> pb.ListTransfersResponse:
        page = paging.read(request, default=20, cap=100)
        project = await projects.get(call.tx, call.who, request.project_id)
        rows = await transfers.list_page(call.tx, project, after=page.after, limit=page.limit)
        rows, token = page.cut(rows, key=lambda row: (row.id,))
        return pb.ListTransfersResponse(transfers=map(wire.transfer, rows), next_page_token=token)

    async def AddPredictions(self, request: pb.AddPredictionsRequest, call: Call) -> pb.AddPredictionsResponse:
        project = await projects.get(call.tx, call.who, request.project_id)
        count = await predictions.add(
            call.tx,
            call.who,
            project,
            run_id=request.run_id,
            model_version=request.model_version,
            images=wire.predicted_in(request.images),
        )
        return pb.AddPredictionsResponse(stored_count=count)

    async def ListPredictions(self, request: pb.ListPredictionsRequest, call: Call) -> pb.ListPredictionsResponse:
        task = await tasks.get(call.tx, call.who, request.task_id)
        rows = await predictions.of_task(call.tx, task)
        return pb.ListPredictionsResponse(predictions=map(wire.prediction, rows))
