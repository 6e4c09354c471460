"""Owns the seven questions: one route that answers them with evidence, from facts of the services.

A verdict is a word a program can test, the summary a sentence for people, the table and the images are the evidence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Literal

from fastapi import APIRouter, Request
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel, Field

from kit.app import App
from kit.errors import Forbidden
from kit.peers import Peers
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as experiments
from plumbapi.storage import v1 as storage
from services.gateway import report
from services.gateway.caller import Callers
from services.gateway.facts import Facts, Subject, gather

_MOST_IMAGES = 60
_MOST_ACCESSES = 500

Verdict = Literal["YES", "NO", "PARTLY", "UNKNOWN"]


class Evidence(BaseModel):
    """An image that supports an answer."""

    image_sha256: str
    path: str
    caption: str


class Finding(BaseModel):
    """The answer to one question."""

    id: str
    question: str
    verdict: Verdict
    summary: str
    columns: list[str] = Field(default_factory=list)
    rows: list[list[str]] = Field(default_factory=list)
    images: list[Evidence] = Field(default_factory=list)
    # ids and digests that open or prove the evidence, by what they are
    links: dict[str, str] = Field(default_factory=dict)


class Answers(BaseModel):
    """All seven, in order."""

    answers: list[Finding]


def router(app: App, callers: Callers) -> APIRouter:
    """The route of the answers."""
    routes = APIRouter(tags=["answers"])

    @routes.get("/api/v1/answers")
    async def get_answers(
        request: Request,
        dataset: str = "",
        project: str = "",
        model: str = "",
        alias: str = "production",
        tag: str = "lab",
        source: str = "",
    ) -> Answers:
        """The seven questions about a model in production, its data and the people behind it.

        `dataset` and `project` default to what the model was trained on; `tag` names the extra cases of question 4,
        `source` the site of question 3.
        """
        envelope, _ = await callers.require(request, "GET /api/v1/answers")
        peers = app.peers(envelope)
        facts = await gather(peers, Subject(dataset, project, model, alias, tag, source))
        return Answers(
            answers=[
                where_is_the_newest(facts),
                whose_images(facts),
                trained_only_on(facts),
                extra_cases(facts),
                await verified_by_customer(peers, facts),
                await repeatable(peers, facts),
                await who_accessed(peers, facts),
            ]
        )

    return routes


def where_is_the_newest(facts: Facts) -> Finding:
    """Q1: the newest version and what is not in it yet, per source."""
    answer = Finding(
        id="Q1",
        question="Where is the newest dataset? What is uploaded but not yet in it?",
        verdict="UNKNOWN",
        summary="No dataset is named, and no model leads to one.",
    )
    if facts.newest is None:
        return answer
    version, gap = facts.newest.newest, facts.newest.sources
    waiting = sum(source.pending_count + source.unpublished_count for source in gap)
    answer.verdict = "PARTLY" if waiting else "YES"
    if version.number:
        answer.summary = (
            f"{_version_name(version)} with {version.image_count} images, published by {version.publisher.name} "
            f"on {_day(version.create_time)}. "
            + (f"Uploaded but not in it: {waiting}." if waiting else "Nothing is waiting outside it.")
        )
        answer.links = {"dataset_id": version.dataset_id, "digest": version.digest}
    else:
        answer.summary = f"Nothing is published yet; {waiting} images wait in the draft."
    used = {share.value: share.image_count for share in _sources(facts)}
    answer.columns = [
        "source",
        "not accepted yet",
        "in draft",
        "not published",
        "published",
        "in production model's version",
    ]
    answer.rows = [
        [
            source.source,
            *(str(count) for count in (source.pending_count, source.draft_count)),
            *(str(count) for count in (source.unpublished_count, source.published_count, used.get(source.source, 0))),
        ]
        for source in gap
    ]
    return answer


def whose_images(facts: Facts) -> Finding:
    """Q2: the composition of the newest version."""
    answer = Finding(id="Q2", question="Whose images are in it?", verdict="UNKNOWN", summary="No version is published.")
    if facts.newest is None or not facts.newest.newest.number:
        return answer
    version = facts.newest.newest
    parts = version.composition
    answer.verdict = "YES"
    answer.summary = (
        f"{_version_name(version)} holds images of {_list(share.value for share in parts.sources)}, "
        f"contributed by {_list(share.value for share in parts.contributors)}."
    )
    answer.columns = ["part", "value", "images"]
    for name, shares in (
        ("source", parts.sources),
        ("contributor", parts.contributors),
        ("batch", parts.batches),
        ("tag", parts.tags),
    ):
        answer.rows += [[name, share.value, str(share.image_count)] for share in shares]
    answer.links = {"dataset_id": version.dataset_id, "digest": version.digest}
    return answer


def trained_only_on(facts: Facts) -> Finding:
    """Q3: the sources of the images the production model was trained on."""
    wanted = facts.subject.source
    answer = Finding(
        id="Q3",
        question=f"Was the model in production trained only with images of {wanted or 'one site'}?",
        verdict="UNKNOWN",
        summary=_no_model(facts),
    )
    if facts.lineage is None or facts.trained_version is None or facts.snapshot is None:
        return answer
    sources = facts.trained_on("source")
    if not sources:
        answer.summary = f"The snapshot that {facts.model_name} was trained on does not say where its images came from."
        return answer
    only = set(sources) == ({wanted} if wanted else set(list(sources)[:1]))
    answer.verdict = "YES" if only else "NO"
    answer.summary = (
        f"{'Yes' if only else 'No'}: {facts.model_name} was trained on {sum(sources.values())} images of "
        f"{_list(f'{name} ({count})' for name, count in sources.items())}, from {_version_name(facts.trained_version)}."
    )
    answer.columns = ["source", "images trained on"]
    answer.rows = [[name, str(count)] for name, count in sources.items()]
    answer.links = {
        "run_id": facts.lineage.training.id,
        "dataset_digest": facts.trained_version.digest,
        "snapshot_digest": facts.snapshot.digest,
    }
    return answer


def extra_cases(facts: Facts) -> Finding:
    """Q4: whether the tagged cases were in, and what the model still gets wrong on them."""
    tag = facts.subject.tag
    answer = Finding(
        id="Q4",
        question=f"Were the extra cases ({tag}) in, and does the model still fail on them?",
        verdict="UNKNOWN",
        summary=_no_model(facts),
    )
    if facts.lineage is None or facts.trained_version is None or facts.snapshot is None:
        return answer
    tagged = [share for share in facts.snapshot.shares if share.dimension == "tag" and share.value == tag]
    trained = facts.trained_on("tag").get(tag, 0)
    failures = [item for item in facts.evaluation.failures if tag in item.tags] if facts.evaluation else []
    slices = (
        [item for item in facts.evaluation.slices if (item.dimension, item.value) == ("tag", tag)]
        if facts.evaluation
        else []
    )
    in_version = sum(share.image_count for share in facts.trained_version.composition.tags if share.value == tag)
    answer.verdict = "NO" if not in_version else "PARTLY" if failures else "YES"
    answer.summary = (
        f"{in_version} images tagged {tag} are in {_version_name(facts.trained_version)}, "
        f"{trained} of them were trained on. "
        + (_slice_summary(slices, len(failures), facts.model_name) if slices else "They have not been evaluated.")
    )
    answer.columns = ["what", "value"]
    answer.rows = [[f"in image set {share.image_set}", str(share.image_count)] for share in tagged]
    for item in slices:
        answer.rows += [[metric.key, f"{metric.value:.3f}"] for metric in item.metrics]
    answer.images = [
        Evidence(image_sha256=item.image_sha256, path=item.path, caption=_failure(item))
        for item in failures[:_MOST_IMAGES]
    ]
    if facts.lineage.evaluations:
        answer.links = {"run_id": facts.lineage.evaluations[0].id}
    return answer


async def verified_by_customer(peers: Peers, facts: Facts) -> Finding:
    """Q5: verification of exactly the revisions that were trained on, and open remarks."""
    answer = Finding(
        id="Q5",
        question="Has the customer verified the defect annotations? What did they remark?",
        verdict="UNKNOWN",
        summary="There is no snapshot of annotations yet.",
    )
    if facts.snapshot is None:
        return answer
    counts = facts.snapshot.verifications
    total = facts.snapshot.image_count
    verified = counts.verified_count
    answer.verdict = "UNKNOWN" if not total else "YES" if verified == total else "PARTLY" if verified else "NO"
    remarks = await peers.annotation.ListRemarks(
        annotation.ListRemarksRequest(
            project_id=facts.snapshot.project_id, state=annotation.Remark.State.UNRESOLVED, page_size=100
        )
    )
    current = await peers.annotation.GetProgress(annotation.GetProgressRequest(project_id=facts.snapshot.project_id))
    open_count = f"more than {len(remarks.remarks)}" if remarks.next_page_token else len(remarks.remarks)
    answer.summary = (
        f"{verified} of {total} images of {facts.snapshot.project_name}@s{facts.snapshot.number} are verified, "
        f"{counts.rejected_count} refused. Edited after their verification: {current.verifications.stale_count}. "
        f"Open remarks: {open_count}."
    )
    answer.columns = ["who", "image", "remark"]
    answer.rows = [[remark.author.name, remark.path, remark.text] for remark in remarks.remarks]
    answer.images = [
        Evidence(image_sha256=remark.image_sha256, path=remark.path, caption=remark.text) for remark in remarks.remarks
    ]
    answer.links = {"project_id": facts.snapshot.project_id, "snapshot_digest": facts.snapshot.digest}
    return answer


async def repeatable(peers: Peers, facts: Facts) -> Finding:
    """Q6: what pins the training, and what repeating it gave."""
    answer = Finding(id="Q6", question="Can we repeat that result?", verdict="UNKNOWN", summary=_no_model(facts))
    if facts.lineage is None:
        return answer
    run = facts.lineage.training
    children = await peers.experiments.ListRuns(
        experiments.ListRunsRequest(parent_run_id=run.id, kind=experiments.Run.Kind.TRAINING, page_size=50)
    )
    verdicts = {child.id: {tag.key: tag.value for tag in child.tags} for child in children.runs}
    identical = [tags for tags in verdicts.values() if tags.get("repeat.identical") == "true"]
    answer.verdict = "YES" if identical else "PARTLY" if run.record_digest else "NO"
    answer.summary = (
        f"Data, annotations, configuration, code and environment of run {run.name or run.id} are pinned by digest. "
        + (
            f"Repetitions: {len(verdicts)}, of which bit for bit identical: {len(identical)}."
            if verdicts
            else f"Nobody has repeated it yet: plumb runs repeat {run.id}."
        )
    )
    answer.columns = ["what", "digest or result"]
    answer.rows = [[item.name, item.digest] for item in run.inputs] + [["record", run.record_digest]]
    answer.rows += [[f"repeat {run_id}", _repetition(tags)] for run_id, tags in verdicts.items()]
    answer.links = {"run_id": run.id}
    return answer


async def who_accessed(peers: Peers, facts: Facts) -> Finding:
    """Q7: who has seen or downloaded images, newest first."""
    answer = Finding(
        id="Q7",
        question="Who has accessed our confidential images?",
        verdict="UNKNOWN",
        summary="Your role may not read the access report; owners, managers and customers may.",
    )
    try:
        entries = await report.entries(peers, kind="ACCESS", limit=_MOST_ACCESSES)
    except Forbidden:
        return answer
    by_actor: dict[tuple[str, str], list[report.AccessEntry]] = {}
    for entry in entries:
        # models and exports of annotations are in the access report too, but are no images
        if entry.action.startswith("storage."):
            by_actor.setdefault((entry.actor, entry.action), []).append(entry)
    answer.verdict = "YES"
    names = dict.fromkeys(actor for actor, _ in by_actor)
    answer.summary = f"{len(names)} have: {_list(names)}." if names else "Nobody has opened an image yet."
    if len(entries) == _MOST_ACCESSES:
        answer.summary += f" These are the newest {_MOST_ACCESSES} accesses; there are older ones."
    answer.columns = ["who", "what", "images", "last"]
    answer.rows = [
        [actor, action, str(sum(item.count for item in group)), group[0].time.isoformat(timespec="seconds")]
        for (actor, action), group in by_actor.items()
    ]
    return answer


def _repetition(tags: dict[str, str]) -> str:
    if "repeat.identical" not in tags:
        return "not finished"
    if tags["repeat.identical"] == "true":
        return "bit for bit identical"
    fields = [item["field"] for item in json.loads(tags.get("repeat.differences") or "[]")]
    return f"differs in {_list(fields) if fields else 'its weights'}"


def _sources(facts: Facts) -> Sequence[storage.Share]:
    return facts.trained_version.composition.sources if facts.trained_version else []


def _no_model(facts: Facts) -> str:
    if not facts.subject.model:
        return "No model is named."
    return f"No version of {facts.subject.model} carries the alias {facts.subject.alias} with a known training."


def _slice_summary(slices: list[experiments.Slice], failure_count: int, model: str) -> str:
    evaluated = sum(item.image_count for item in slices)
    if not failure_count:
        return f"{model} gets all {evaluated} of the evaluated ones right."
    return f"{model} still fails on {failure_count} of the {evaluated} evaluated ones."


def _failure(item: experiments.Failure) -> str:
    kind = experiments.Failure.Kind.Name(item.kind).replace("_", " ").lower()
    return f"{kind}: expected {item.expected or 'nothing'}, found {item.predicted or 'nothing'}"


def _version_name(version: storage.Version) -> str:
    return f"{version.dataset_name}@v{version.number}"


def _day(time: Timestamp) -> str:
    return time.ToDatetime(UTC).strftime("%-d %B %Y, %H:%M UTC")


def _list(values: Iterable[str]) -> str:
    words = list(values)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words) or "nobody"
