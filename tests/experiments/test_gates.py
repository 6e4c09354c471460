"""Gates on the running platform: a version becomes production when all that its gate asks for is there, not before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import select

from kit.errors import FailedPrecondition, Forbidden, Invalid, NotFound
from kit.journal_tables import audit, outbox
from kit.peers import Peers
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as pb
from tests.annotation.builders import Bench, add, make_bench
from tests.conftest import CallAs, principal

VERIFIED = pb.GateCondition(kind="ALL_TRAINING_IMAGES_VERIFIED")
NO_TEST_IMAGE = pb.GateCondition(kind="NO_TEST_IMAGE_IN_TRAINING")
ALL_SETS = ("train", "validation")


@dataclass
class Case:
    """A project of four accepted images, three to train on and one to test with, and a model trained on them."""

    bench: Bench
    call_as: CallAs

    def by(self, role: str, name: str = "") -> Peers:
        return self.call_as(role, self.bench.workspace, name)

    async def register(self, *inputs: pb.Input) -> pb.ModelVersion:
        """One more version, from a run with these inputs."""
        developer = self.by("DEVELOPER").experiments
        run = await developer.CreateRun(pb.CreateRunRequest(experiment="e", name="first training", inputs=inputs))
        content = f"model of {run.id}".encode()
        upload = await developer.PrepareArtifact(
            pb.PrepareArtifactRequest(
                run_id=run.id, path="model.onnx", sha256=hashlib.sha256(content).hexdigest(), size=len(content)
            )
        )
        async with httpx.AsyncClient() as store:
            (await store.put(upload.put_url, content=content)).raise_for_status()
        await developer.CompleteArtifact(pb.CompleteArtifactRequest(run_id=run.id, upload_id=upload.upload_id))
        request = pb.CreateModelVersionRequest(model_id="tiles", run_id=run.id, artifact_path="model.onnx")
        return await developer.CreateModelVersion(request)

    async def evaluate(self, version: int, key: str, value: float) -> pb.Run:
        developer = self.by("DEVELOPER").experiments
        made = pb.Input(kind="MODEL_VERSION", resource_id="tiles", number=version)
        run = await developer.CreateRun(
            pb.CreateRunRequest(experiment="e", kind="EVALUATION", name="test images", inputs=[made])
        )
        part = pb.Slice(dimension="tag", value="lab", image_count=12, metrics=[pb.SliceMetric(key=key, value=value)])
        await developer.LogEvaluation(pb.LogEvaluationRequest(run_id=run.id, slices=[part]))
        return run

    async def guard(self, *conditions: pb.GateCondition, approvals: int = 0, roles: tuple[str, ...] = ()) -> pb.Gate:
        request = pb.SetGateRequest(
            model_id="tiles",
            alias="production",
            conditions=conditions,
            approval_count=approvals,
            approver_roles=roles,
        )
        return await self.by("MANAGER").experiments.SetGate(request)

    async def check(self, version: int = 1, role: str = "VIEWER") -> pb.CheckGateResponse:
        request = pb.CheckGateRequest(model_id="tiles", version=str(version), alias="production")
        return await self.by(role).experiments.CheckGate(request)

    async def promote(self, version: int = 1) -> pb.Model:
        request = pb.SetAliasRequest(model_id="tiles", alias="production", version=version, reason="test")
        return await self.by("DEVELOPER").experiments.SetAlias(request)

    async def say(self, role: str, verdict: str, comment: str = "", name: str = "") -> pb.Approval:
        request = pb.ApproveModelVersionRequest(
            model_id="tiles", version="1", alias="production", verdict=verdict, comment=comment
        )
        return await self.by(role, name).experiments.ApproveModelVersion(request)

    async def verify(self, *tasks: annotation.Task) -> None:
        for task in tasks:
            await self.bench.verify(task, 1)

    async def move(self, task: annotation.Task, image_set: str) -> None:
        request = annotation.MoveTasksRequest(project_id=self.bench.project.id, task_ids=[task.id], image_set=image_set)
        await self.by("MANAGER").annotation.MoveTasks(request)

    def snapshot(self, number: int = 1, sets: tuple[str, ...] = ALL_SETS) -> pb.Input:
        return pb.Input(kind="SNAPSHOT", resource_id=self.bench.project.id, number=number, image_sets=sets)


@pytest.fixture
async def case(call_as: CallAs, database) -> Case:
    bench = await make_bench(call_as, database, images=4)
    for task in bench.tasks:
        await bench.accept(task)
    made = Case(bench, call_as)
    await made.move(bench.tasks[3], "test")
    await bench.snapshot()
    await made.by("DEVELOPER").experiments.CreateModel(pb.CreateModelRequest(name="tiles"))
    return made


async def test_an_unverified_model_is_refused_in_plain_words_and_passes_once_verified(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(VERIFIED)
    await case.verify(case.bench.tasks[0])
    with pytest.raises(FailedPrecondition) as raised:
        await case.promote()
    assert raised.value.reason == "GATE_CLOSED"
    assert "tiles@1 may not become production yet" in raised.value.message
    assert "1 of 3 images of tiles@s1 (train, validation) are verified; 2 not looked at" in raised.value.message
    assert not (await case.by("VIEWER").experiments.GetModel(pb.GetModelRequest(model_id="tiles"))).aliases
    await case.verify(*case.bench.tasks[1:3])
    assert [alias.version for alias in (await case.promote()).aliases] == [1]


async def test_a_check_names_the_images_that_are_in_the_way(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(VERIFIED)
    await case.verify(case.bench.tasks[0])
    await case.by("CUSTOMER").annotation.VerifyTask(
        annotation.VerifyTaskRequest(task_id=case.bench.tasks[1].id, revision=1, verdict="REJECT", comment="dirt")
    )
    found = await case.check()
    (check,) = found.checks
    assert (found.open, check.verdict, check.done, check.total) == (False, pb.GateCheck.Verdict.UNMET, 1, 3)
    assert [(image.task_id, image.caption) for image in check.images] == [
        (case.bench.tasks[1].id, "refused by the customer"),
        (case.bench.tasks[2].id, "not verified"),
    ]
    assert check.links[0].path == f"/projects/{case.bench.project.id}/verify"


async def test_a_verification_of_an_older_revision_does_not_count(case: Case) -> None:
    await case.verify(*case.bench.tasks[:3])
    await case.bench.save(case.bench.tasks[0], add(), base=1)
    await case.bench.snapshot(include_unreviewed=True)
    await case.register(case.snapshot(number=2))
    await case.guard(VERIFIED)
    (check,) = (await case.check()).checks
    assert check.verdict == pb.GateCheck.Verdict.UNMET
    assert "1 edited after their verification" in check.explanation


async def test_a_test_image_that_was_trained_on_closes_the_gate(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(NO_TEST_IMAGE)
    assert (await case.check()).open
    await case.move(case.bench.tasks[0], "test")
    await case.bench.snapshot()
    found = await case.check()
    assert not found.open
    assert "1 of the 2 images of test is among the 3 it was trained on" in found.message
    assert [image.task_id for image in found.checks[0].images] == [case.bench.tasks[0].id]


async def test_a_metric_counts_from_the_newest_evaluation_that_has_its_slice(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(pb.GateCondition(kind="METRIC_AT_LEAST", dimension="tag", value="lab", key="f1", threshold=0.9))
    unmeasured = await case.check()
    assert unmeasured.checks[0].verdict == pb.GateCheck.Verdict.UNKNOWN
    assert "has not been evaluated" in unmeasured.message
    await case.evaluate(1, "f1", 0.95)
    assert (await case.check()).open
    newer = await case.evaluate(1, "f1", 0.85)
    await case.evaluate(1, "recall", 1.0)
    worse = await case.check()
    assert not worse.open
    assert "f1 on tag lab is at least 0.9: It is 0.85 on 12 images, measured by test images" in worse.message
    assert worse.checks[0].links[0].path == f"/runs/{newer.id}"


async def test_approvals_count_once_for_each_member_by_the_newest_word(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(approvals=2, roles=("CUSTOMER", "MANAGER"))
    await case.say("CUSTOMER", "APPROVE", name="Carla")
    await case.say("CUSTOMER", "APPROVE", name="Carla")
    await case.say("DEVELOPER", "APPROVE", name="Dana")
    found = await case.check()
    assert (found.open, found.checks[0].done, found.checks[0].total) == (False, 1, 2)
    assert "1 of 2 given, by Carla" in found.message
    await case.say("MANAGER", "REJECT", "not on a Friday", name="Mo")
    assert "Mo (manager) rejects it" in (await case.check()).message
    await case.say("MANAGER", "APPROVE", name="Mo")
    assert (await case.check()).open
    said = await case.by("VIEWER").experiments.ListApprovals(pb.ListApprovalsRequest(model_id="tiles", version="1"))
    assert [(one.role, pb.Approval.Verdict.Name(one.verdict)) for one in said.approvals] == [
        ("MANAGER", "APPROVE"),
        ("MANAGER", "REJECT"),
        ("DEVELOPER", "APPROVE"),
        ("CUSTOMER", "APPROVE"),
        ("CUSTOMER", "APPROVE"),
    ]


async def test_what_a_training_began_with_belongs_to_what_it_was_trained_on(case: Case) -> None:
    await case.register(case.snapshot(sets=("train",)))
    await case.move(case.bench.tasks[0], "validation")
    await case.bench.snapshot()
    await case.register(
        case.snapshot(number=2, sets=("validation",)), pb.Input(kind="MODEL_VERSION", resource_id="tiles", number=1)
    )
    await case.guard(VERIFIED)
    await case.verify(case.bench.tasks[0])
    (check,) = (await case.check(version=2)).checks
    assert (check.done, check.total) == (2, 4)


async def test_without_a_snapshot_nobody_can_tell_and_the_gate_stays_closed(case: Case) -> None:
    await case.register()
    await case.guard(VERIFIED, NO_TEST_IMAGE)
    found = await case.check()
    assert {check.verdict for check in found.checks} == {pb.GateCheck.Verdict.UNKNOWN}
    assert "first training names no snapshot" in found.message


async def test_a_stage_is_guarded_like_the_alias_of_its_name(case: Case) -> None:
    await case.register(case.snapshot())
    await case.guard(VERIFIED)
    request = pb.UpdateModelVersionRequest(model_id="tiles", version="1", stage="PRODUCTION")
    with pytest.raises(FailedPrecondition, match="may not become production"):
        await case.by("DEVELOPER").experiments.UpdateModelVersion(request)
    request.stage = pb.ModelVersion.Stage.STAGING
    assert (await case.by("DEVELOPER").experiments.UpdateModelVersion(request)).stage == pb.ModelVersion.Stage.STAGING


async def test_gate_approval_and_refusal_are_in_the_journal(case: Case, database) -> None:
    await case.register(case.snapshot())
    await case.guard(VERIFIED, approvals=1)
    await case.say("CUSTOMER", "APPROVE", "looks right")
    with pytest.raises(FailedPrecondition):
        await case.promote()
    async with database("experiments").transaction() as tx:
        workspace = principal("OWNER", case.bench.workspace).workspace_id
        actions = (await tx.scalars(select(audit.c.action).where(audit.c.workspace_id == workspace))).all()
        events = (await tx.scalars(select(outbox.c.type).where(outbox.c.workspace_id == workspace))).all()
    expected = {"experiments.gate.set", "experiments.approval.given", "experiments.gate.refused"}
    assert expected <= set(actions)
    assert {f"plumb.{name}.v1" for name in expected} <= set(events)


async def test_only_owners_and_managers_set_gates_and_the_customer_may_approve(case: Case) -> None:
    await case.register(case.snapshot())
    request = pb.SetGateRequest(model_id="tiles", alias="production")
    for role in ("DEVELOPER", "CUSTOMER"):
        with pytest.raises(Forbidden):
            await case.by(role).experiments.SetGate(request)
    with pytest.raises(Forbidden):
        await case.say("ANNOTATOR", "APPROVE")
    assert (await case.say("CUSTOMER", "APPROVE")).role == "CUSTOMER"
    with pytest.raises(Invalid, match="why"):
        await case.say("CUSTOMER", "REJECT")


async def test_a_gate_is_replaced_found_and_may_stand_open(case: Case) -> None:
    await case.register(case.snapshot())
    viewer = case.by("VIEWER").experiments
    with pytest.raises(NotFound):
        await viewer.GetGate(pb.GetGateRequest(model_id="tiles", alias="production"))
    assert (await case.check()).message == "tiles@1 may become production: no gate asks for anything."
    await case.guard(VERIFIED, NO_TEST_IMAGE, approvals=1)
    await case.guard()
    gate = await viewer.GetGate(pb.GetGateRequest(model_id="tiles", alias="production"))
    assert (len(gate.conditions), list(gate.approver_roles)) == (0, ["OWNER", "MANAGER", "CUSTOMER"])
    assert len((await viewer.ListGates(pb.ListGatesRequest(model_id="tiles"))).gates) == 1
    assert (await case.check()).open


@pytest.mark.parametrize(
    "condition",
    [
        pb.GateCondition(kind="METRIC_AT_LEAST", dimension="tag", value="lab", threshold=0.9),
        pb.GateCondition(kind="METRIC_AT_LEAST", dimension="colour", value="red", key="f1"),
        pb.GateCondition(kind="METRIC_AT_LEAST", dimension="tag", key="f1"),
        pb.GateCondition(kind="METRIC_AT_LEAST", key="f1", threshold=float("nan")),
    ],
)
async def test_a_condition_that_could_never_be_judged_is_refused(case: Case, condition: pb.GateCondition) -> None:
    with pytest.raises(Invalid):
        await case.guard(condition)
