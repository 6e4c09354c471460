"""Owns the filling of a workspace with one of everything, through the services; each text carries its mark."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from PIL import Image

from kit import clock, ids
from kit.db import Database
from plumbapi.annotation import v1 as annotation
from plumbapi.auth import v1 as auth
from plumbapi.experiments import v1 as experiments
from plumbapi.storage import v1 as storage
from services.auth.tables import Workspace
from services.trainer.tables import Job
from tests.conftest import CallAs


@dataclass
class Tenant:
    """A workspace, the mark in all of its texts, and the id of one thing of each kind by field name."""

    name: str
    mark: str
    ids: dict[str, str] = field(default_factory=dict)


async def fill(call_as: CallAs, database: Callable[[str], Database]) -> Tenant:
    """A new workspace with members, a published dataset, an annotated project, a run and a model in production."""
    name = uuid.uuid4().hex[:12]
    tenant = Tenant(name, f"canary-{uuid.uuid4().hex}")
    await _members(tenant, call_as, database("auth"))
    await _dataset(tenant, call_as)
    await _project(tenant, call_as)
    await _run(tenant, call_as)
    await _job(tenant, database("trainer"))
    return tenant


async def _members(tenant: Tenant, call_as: CallAs, db: Database) -> None:
    async with db.transaction() as tx:
        tx.add(Workspace(id=f"ws_{tenant.name}", name=tenant.mark, create_time=clock.now()))
    owner = call_as("OWNER", tenant.name).auth
    email = f"{tenant.mark}@example.org"
    invited = await owner.InviteMember(auth.InviteMemberRequest(email=email, role="VIEWER", name=tenant.mark))
    machine = await owner.CreateToken(auth.CreateTokenRequest(name=tenant.mark, kind="MACHINE", role="VIEWER"))
    tenant.ids |= {"member_id": invited.member.id, "assignee_id": invited.member.id, "token_id": machine.token.id}


async def _dataset(tenant: Tenant, call_as: CallAs) -> None:
    service = call_as("DEVELOPER", tenant.name).storage
    dataset = await service.CreateDataset(storage.CreateDatasetRequest(name=tenant.mark, description=tenant.mark))
    batch = await service.CreateBatch(
        storage.CreateBatchRequest(dataset_id=dataset.id, source=tenant.mark, note=tenant.mark)
    )
    content = _image()
    item = storage.UploadItem(
        path=f"{tenant.mark}.png",
        sha256=hashlib.sha256(content).hexdigest(),
        md5=hashlib.md5(content).hexdigest(),
        size=len(content),
        tags=[tenant.mark],
    )
    prepared = await service.PrepareUploads(storage.PrepareUploadsRequest(batch_id=batch.id, items=[item]))
    upload = prepared.uploads[0]
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.put(upload.put_url, content=content)).raise_for_status()
    completed = await service.CompleteUploads(storage.CompleteUploadsRequest(batch_id=batch.id, upload_ids=[upload.id]))
    assert completed.uploads[0].state == storage.Upload.COMPLETED, completed
    await service.PublishDataset(storage.PublishDatasetRequest(dataset_id=dataset.id, note=tenant.mark))
    tenant.ids |= {"dataset_id": dataset.id, "batch_id": batch.id, "upload_ids": upload.id, "sha256": item.sha256}


async def _project(tenant: Tenant, call_as: CallAs) -> None:
    manager = call_as("MANAGER", tenant.name).annotation
    label = annotation.Label(name=tenant.mark, color="#ff0000")
    project = await manager.CreateProject(
        annotation.CreateProjectRequest(name=tenant.mark, labels=[label], tools=["BOX"])
    )
    assigned = annotation.AssignVersionRequest(project_id=project.id, dataset_id=tenant.ids["dataset_id"])
    await manager.AssignVersion(assigned)
    task = (await manager.ListTasks(annotation.ListTasksRequest(project_id=project.id))).tasks[0]
    box = annotation.Geometry(box=annotation.Box(x=1, y=1, width=5, height=5))
    drawn = annotation.Annotation(id=str(uuid.uuid4()), label=tenant.mark, geometry=box)
    await manager.SaveAnnotations(
        annotation.SaveAnnotationsRequest(task_id=task.id, operations=[annotation.Operation(add=drawn)])
    )
    remark = await manager.CreateRemark(annotation.CreateRemarkRequest(task_id=task.id, text=tenant.mark))
    await manager.CreateSnapshot(annotation.CreateSnapshotRequest(project_id=project.id, include_unreviewed=True))
    export = await manager.ExportSnapshot(annotation.ExportSnapshotRequest(project_id=project.id, format="native"))
    upload = annotation.PrepareImportRequest(project_id=project.id, file_name=tenant.mark)
    tenant.ids |= {"project_id": project.id, "task_id": task.id, "task_ids": task.id, "remark_id": remark.id}
    tenant.ids |= {"transfer_id": export.id, "upload_id": (await manager.PrepareImport(upload)).id}


async def _run(tenant: Tenant, call_as: CallAs) -> None:
    service = call_as("DEVELOPER", tenant.name).experiments
    run = await service.CreateRun(experiments.CreateRunRequest(experiment=tenant.mark, name=tenant.mark))
    content = tenant.mark.encode()
    digest = hashlib.sha256(content).hexdigest()
    prepared = await service.PrepareArtifact(
        experiments.PrepareArtifactRequest(run_id=run.id, path="model.onnx", sha256=digest, size=len(content))
    )
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.put(prepared.put_url, content=content)).raise_for_status()
    await service.CompleteArtifact(experiments.CompleteArtifactRequest(run_id=run.id, upload_id=prepared.upload_id))
    model = await service.CreateModel(experiments.CreateModelRequest(name=tenant.mark))
    await service.CreateModelVersion(
        experiments.CreateModelVersionRequest(model_id=model.id, run_id=run.id, artifact_path="model.onnx")
    )
    await service.SetAlias(experiments.SetAliasRequest(model_id=model.id, alias="production", version=1))
    logged = await service.CreateLoggedModel(
        experiments.CreateLoggedModelRequest(experiment_id=run.experiment_id, name=tenant.mark)
    )
    tenant.ids |= {
        "run_id": run.id,
        "source_run_id": run.id,
        "foreign_run_id": f"elsewhere-{run.id}",
        "logged_model_id": logged.id,
        "parent_run_id": run.id,
        "model_id": model.id,
        "upload_id": prepared.upload_id,
        "forked_from_run_id": run.id,
        "run_ids": run.id,
        "experiment_ids": run.experiment_id,
        "experiment_id": run.experiment_id,
        "resource_id": tenant.ids["dataset_id"],
    }


async def _job(tenant: Tenant, db: Database) -> None:
    """A job that has ended: a waiting one would start a worker."""
    job = Job(
        id=ids.new("job"),
        workspace_id=f"ws_{tenant.name}",
        spec={"experiment": tenant.mark},
        state="FINISHED",
        run_id=tenant.ids["run_id"],
        repeat_of_run_id="",
        creator={"name": tenant.mark},
    )
    async with db.transaction() as tx:
        tx.add(job)
    tenant.ids["job_id"] = job.id


def _image() -> bytes:
    body = io.BytesIO()
    Image.effect_noise((64, 48), 50).save(body, "PNG")
    return body.getvalue()
