"""Owns the permission table: which role may call which method. Deny by default: no row, no call.

Rows are `<service>.<Method>` for calls, and `METHOD /path` for routes written by hand in the gateway. Anyone signed in
may read the table (`auth.ListPermissions`); `tests/contract/test_access_matrix.py` holds it against every method.
"""

from __future__ import annotations

from kit import access_mlflow
from kit.errors import Forbidden, Unauthenticated
from kit.identity import Principal

ROLES = ("OWNER", "MANAGER", "DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER")

# Not signed in. A row with this role is open to the world; each of them checks a secret of its own.
ANONYMOUS = "ANONYMOUS"
# Another service of the platform, acting on its own.
SERVICE = "SERVICE"
# A worker with the token of one job.
JOB = "JOB"

_ALL = frozenset(ROLES)
_MEMBERS = _ALL | {JOB, SERVICE}
_MANAGE = frozenset({"OWNER", "MANAGER"})
_BUILD = _MANAGE | {"DEVELOPER"}
_RUN = _BUILD | {JOB}
_MARK = _MANAGE | {"ANNOTATOR", "REVIEWER"}
_REVIEW = _MANAGE | {"REVIEWER"}
_VERIFY = frozenset({"CUSTOMER"})
_REMARK = _MARK | {"CUSTOMER", "DEVELOPER"}
_ANYONE = frozenset({ANONYMOUS})
_SERVICES = frozenset({SERVICE})

TABLE: dict[str, frozenset[str]] = {
    "common.ListAuditEntries": _MANAGE | {"CUSTOMER"},
    # auth
    "auth.GetMe": _MEMBERS,
    "auth.CreateWorkspace": frozenset({"OWNER"}),
    "auth.ListMembers": _ALL,
    "auth.InviteMember": _MANAGE,
    "auth.UpdateMember": _MANAGE,
    "auth.RemoveMember": _MANAGE,
    "auth.ListPermissions": _ALL,
    "auth.ListTokens": _ALL,
    "auth.CreateToken": _ALL,
    "auth.RevokeToken": _ALL | {SERVICE},
    "auth.CreateSession": _ANYONE,
    "auth.AcceptInvitation": _ANYONE,
    "auth.RefreshSession": _ANYONE,
    "auth.DeleteSession": _ANYONE,
    "auth.Authenticate": _ANYONE,
    "auth.CreateJobToken": _SERVICES,
    # storage
    "storage.ListDatasets": _MEMBERS,
    "storage.GetDataset": _MEMBERS,
    "storage.CreateDataset": _BUILD,
    "storage.UpdateDataset": _BUILD,
    "storage.PublishDataset": _BUILD,
    "storage.GetGap": _MEMBERS,
    "storage.ListVersions": _MEMBERS,
    "storage.GetVersion": _MEMBERS,
    "storage.DiffVersions": _MEMBERS,
    "storage.ExportVersion": _BUILD | {"CUSTOMER"},
    "storage.CreateBatch": _BUILD | {"CUSTOMER"},
    "storage.ListBatches": _MEMBERS,
    "storage.PrepareUploads": _BUILD | {"CUSTOMER"},
    "storage.CompleteUploads": _BUILD | {"CUSTOMER"},
    "storage.ListImages": _MEMBERS,
    "storage.TagImages": _BUILD,
    "storage.RemoveImages": _BUILD,
    "storage.GetImage": _MEMBERS,
    "storage.SignDownloads": _MEMBERS,
    "storage.LocateImages": _SERVICES,
    "storage.GetThumbnail": _MEMBERS,
    # annotation
    "annotation.ListProjects": _MEMBERS,
    "annotation.GetProject": _MEMBERS,
    "annotation.CreateProject": _BUILD,
    "annotation.UpdateProject": _BUILD,
    "annotation.AssignVersion": _BUILD,
    "annotation.GetProgress": _MEMBERS,
    "annotation.ListTasks": _MEMBERS,
    "annotation.AssignTasks": _REVIEW,
    "annotation.TakeNextTask": _MARK,
    "annotation.MoveTasks": _BUILD,
    "annotation.GetTask": _MEMBERS,
    "annotation.SaveAnnotations": _MARK | {"DEVELOPER"},
    "annotation.ListRevisions": _MEMBERS,
    "annotation.SubmitTask": _MARK | {"DEVELOPER"},
    "annotation.ReviewTask": _REVIEW,
    "annotation.VerifyTask": _VERIFY,
    "annotation.CreateRemark": _REMARK,
    "annotation.ListRemarks": _MEMBERS,
    "annotation.ResolveRemark": _REMARK,
    "annotation.CreateSnapshot": _BUILD,
    "annotation.ListSnapshots": _MEMBERS,
    "annotation.GetSnapshot": _MEMBERS,
    "annotation.ListSnapshotEntries": _MEMBERS,
    "annotation.CountVerifications": _MEMBERS,
    "annotation.FindSharedImages": _MEMBERS,
    "annotation.ExportSnapshot": _BUILD | {"CUSTOMER"},
    "annotation.ListFormats": _MEMBERS,
    "annotation.PreviewExport": _BUILD | {"CUSTOMER"},
    "annotation.DownloadExport": _BUILD | {"CUSTOMER"},
    "annotation.PrepareImport": _BUILD,
    "annotation.ImportAnnotations": _BUILD,
    "annotation.GetTransfer": _BUILD | {"CUSTOMER"},
    "annotation.ListTransfers": _BUILD | {"CUSTOMER"},
    "annotation.AddPredictions": _RUN,
    "annotation.ListPredictions": _MEMBERS,
    # experiments
    "experiments.ListExperiments": _MEMBERS,
    "experiments.CreateExperiment": _BUILD,
    "experiments.GetExperiment": _MEMBERS,
    "experiments.UpdateExperiment": _BUILD,
    "experiments.DeleteExperiment": _BUILD,
    "experiments.RestoreExperiment": _BUILD,
    "experiments.CreateRun": _RUN | {SERVICE},
    "experiments.ListRuns": _MEMBERS,
    "experiments.GetRun": _MEMBERS,
    "experiments.CompareRuns": _MEMBERS,
    "experiments.GroupRuns": _MEMBERS,
    "experiments.UpdateRun": _RUN,
    "experiments.DeleteRun": _BUILD,
    "experiments.RestoreRun": _BUILD,
    "experiments.AddDatasets": _RUN,
    "experiments.AddModelLinks": _RUN,
    "experiments.AddInputs": _RUN | {SERVICE},
    "experiments.SetRecord": _RUN,
    "experiments.FinishRun": _RUN | {SERVICE},
    "experiments.FenceRun": _SERVICES,
    "experiments.Log": _RUN,
    "experiments.GetMetricHistory": _MEMBERS,
    "experiments.CompareMetrics": _MEMBERS,
    "experiments.ListMetricPoints": _MEMBERS,
    "experiments.LogEvaluation": _RUN,
    "experiments.GetEvaluation": _MEMBERS,
    "experiments.PrepareArtifact": _RUN,
    "experiments.CompleteArtifact": _RUN,
    "experiments.AbortArtifact": _RUN,
    "experiments.DeleteArtifacts": _RUN,
    "experiments.ListArtifacts": _MEMBERS,
    "experiments.SignArtifact": _RUN,
    "experiments.ListModels": _MEMBERS,
    "experiments.GetModel": _MEMBERS,
    "experiments.CreateModel": _BUILD | {SERVICE},
    "experiments.CreateModelVersion": _BUILD | {SERVICE},
    "experiments.ListModelVersions": _MEMBERS,
    "experiments.GetModelVersion": _MEMBERS,
    "experiments.SetAlias": _BUILD,
    "experiments.DeleteAlias": _BUILD,
    "experiments.ListAliasChanges": _MEMBERS,
    "experiments.UpdateModel": _BUILD,
    "experiments.DeleteModel": _BUILD,
    "experiments.UpdateModelVersion": _BUILD,
    "experiments.DeleteModelVersion": _BUILD,
    "experiments.SearchModelVersions": _MEMBERS,
    "experiments.SetGate": _MANAGE,
    "experiments.GetGate": _MEMBERS,
    "experiments.ListGates": _MEMBERS,
    "experiments.CheckGate": _MEMBERS,
    "experiments.ApproveModelVersion": _BUILD | {"REVIEWER", "CUSTOMER"},
    "experiments.ListApprovals": _MEMBERS,
    "experiments.CreateLoggedModel": _RUN,
    "experiments.GetLoggedModel": _MEMBERS,
    "experiments.ListLoggedModels": _MEMBERS,
    "experiments.UpdateLoggedModel": _RUN,
    "experiments.DeleteLoggedModel": _BUILD,
    "experiments.LogModelMetrics": _RUN,
    "experiments.GetLineage": _MEMBERS,
    "experiments.ListUses": _MEMBERS,
    # trainer
    "trainer.ListRecipes": _MEMBERS,
    "trainer.SubmitJob": _BUILD,
    "trainer.ListJobs": _MEMBERS,
    "trainer.GetJob": _MEMBERS,
    "trainer.CancelJob": _BUILD,
    "trainer.RepeatRun": _BUILD,
    "trainer.LeaseJob": frozenset({JOB}),
    "trainer.RenewLease": frozenset({JOB}),
    "trainer.SaveCheckpoint": frozenset({JOB}),
    "trainer.FinishJob": frozenset({JOB}),
    # routes written by hand in the gateway
    "POST /api/v1/sessions": _ANYONE,
    "POST /api/v1/sessions:accept": _ANYONE,
    "POST /api/v1/sessions:refresh": _ANYONE,
    "DELETE /api/v1/sessions": _ANYONE,
    "GET /api/v1/images/{sha256}/thumbnail": _ALL,
    "GET /api/v1/images/{sha256}/content": _ALL,
    "GET /api/v1/events": _ALL,
    "GET /api/v1/events:stream": _ALL,
    "GET /api/v1/accessReport": _MANAGE | {"CUSTOMER"},
    "GET /api/v1/answers": _ALL,
    "POST /api/v1/webhooks": _MANAGE,
    "GET /api/v1/webhooks": _MANAGE,
    "GET /api/v1/webhooks/{webhook_id}": _MANAGE,
    "PATCH /api/v1/webhooks/{webhook_id}": _MANAGE,
    "DELETE /api/v1/webhooks/{webhook_id}": _MANAGE,
    "POST /api/v1/webhooks/{webhook_id}:rotateSecret": _MANAGE,
    "POST /api/v1/webhooks/{webhook_id}:test": _MANAGE,
    "GET /api/v1/webhooks/{webhook_id}/deliveries": _MANAGE,
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}:redeliver": _MANAGE,
    "GET /api/openapi.json": _ANYONE,
    "GET /healthz": _ANYONE,
    "GET /readyz": _ANYONE,
    **access_mlflow.TABLE,
}


def allowed(row: str, role: str) -> bool:
    """Whether a role may use a row; an absent row allows nobody."""
    roles = TABLE.get(row, frozenset())
    return role in roles or ANONYMOUS in roles


def require(row: str, who: Principal) -> None:
    """Let the call pass or raise.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: the role of the caller has no part in this row.
    """
    if allowed(row, who.role):
        return
    if who.role == ANONYMOUS:
        raise Unauthenticated("Sign in first, or send a token in the Authorization header.")
    raise Forbidden(
        f"Your role ({who.role.lower()}) does not allow this. Ask an owner or manager of the workspace.",
        required=", ".join(sorted(TABLE.get(row, frozenset()) - {SERVICE, JOB})).lower(),
    )
