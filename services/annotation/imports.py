"""Owns what an import says and does: annotations of files checked against a project, then merged image by image.

An import adds and updates; it removes nothing. Everything is checked before anything is written.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.blobs import ObjectStore
from kit.identity import Principal
from plumbapi.annotation import v1 as pb
from plumbline_formats.model import Image
from plumbline_formats.problems import Problem
from services.annotation import catalogue, geometry, matching, revisions, rules, tasks, transfers, uploads
from services.annotation.exchange import inward, outward
from services.annotation.matching import Match
from services.annotation.settings import AnnotationSettings
from services.annotation.tables import Project, Task, Transfer

_MOST_KEPT = 500
_LEFT_OUT = ("attributes", "foreign")
_OWN = {"tags": "tags", "source": "source", "subset": "image_set"}
_FOUND_BY = {
    "stem": "images were found by their path with another ending",
    "end": "images were found by the end of their path",
}


@dataclass(slots=True)
class Taken:
    """What one image of the files brings to one task: canonical annotations, and answers by key."""

    task_id: str
    path: str
    annotations: list[dict[str, Any]]
    answers: dict[str, str]


@dataclass(slots=True)
class Findings:
    """What the files of an import say, and what of it fits the project; beyond a limit, problems are only counted."""

    guess: str = ""
    image_count: int = 0
    annotation_count: int = 0
    answer_count: int = 0
    error_count: int = 0
    note_count: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    # what is told once for all images, with their number
    _told: Counter[str] = field(default_factory=Counter)

    def add(self, problem: Problem) -> None:
        self._keep(problem)
        if problem.severity == "error":
            self.error_count += 1
        else:
            self.note_count += 1

    def of_reader(self, problems: Iterable[Problem], errors: int, notes: int) -> None:
        """Problems of the files themselves, of which the reader has kept the first."""
        for problem in problems:
            self._keep(problem)
        self.error_count += errors
        self.note_count += notes

    def tell(self, sentence: str) -> None:
        """Count one more image for which a sentence is true."""
        self._told[sentence] += 1

    def document(self, changed: int = 0) -> dict[str, Any]:
        """The report as it is stored and told."""
        notes = [_document(Problem("", "", f"{count} {text}", "note")) for text, count in sorted(self._told.items())]
        counts = ("guess", "image_count", "annotation_count", "answer_count", "error_count")
        return {name: getattr(self, name) for name in counts} | {
            "note_count": self.note_count + len(notes),
            "problems": (self.errors + notes + self.notes)[:_MOST_KEPT],
            "changed_count": changed,
        }

    def _keep(self, problem: Problem) -> None:
        kept = self.errors if problem.severity == "error" else self.notes
        if len(kept) < _MOST_KEPT:
            kept.append(_document(problem))


def _document(problem: Problem) -> dict[str, str]:
    names = ("file", "place", "message")
    # what a file says comes to people and into the database, where some characters cannot go
    told = {name: getattr(problem, name).replace("\0", "\N{REPLACEMENT CHARACTER}")[:1000] for name in names}
    return told | {"severity": problem.severity.upper()}


async def start(
    tx: AsyncSession,
    who: Principal,
    blobs: ObjectStore,
    project: Project,
    request: pb.ImportAnnotationsRequest,
    settings: AnnotationSettings,
) -> Transfer:
    """An import of a file that was uploaded.

    Raises:
        UploadMissing, FormatUnsupported, OptionInvalid: nothing is started.
    """
    upload = await uploads.get(tx, project, request.upload_id)
    await uploads.check_arrived(blobs, upload.id, settings.annotation_import_bytes)
    options = dict(request.options)
    if request.format:
        catalogue.values(catalogue.find(request.format).read_options, options)
    return await transfers.start(
        tx,
        who,
        project,
        "IMPORT",
        format=request.format,
        options=options,
        upload_id=upload.id,
        file_name=upload.file_name,
        skip_invalid=request.skip_invalid,
        dry_run=request.dry_run,
    )


async def match(
    tx: AsyncSession, project: Project, images: Sequence[Image], format_name: str
) -> list[tuple[Image, Match]]:
    """Images with what they are in the project."""
    return list(zip(images, await matching.match(tx, project, images, format_name), strict=True))


def check(project: Project, matched: Iterable[tuple[Image, Match]], findings: Findings) -> list[Taken]:
    """What of some images fits the project; the rest becomes findings."""
    names = outward.question_texts(project.questions)
    taken = []
    for image, found in matched:
        if found.complaint or found.task is None:
            findings.add(Problem(image.path, "", found.complaint))
            continue
        # nobody has looked at it: that is no statement about it
        if not image.annotated and not image.annotations and not image.answers:
            continue
        _tell(image, found, findings)
        fits = Taken(found.task.id, image.path, _annotations(project, image, found.task, findings), {})
        fits.answers = _answers(project, image, inward.answers(image, names), findings)
        # one whose marks are all refused says nothing; one without marks says that the image holds nothing
        if fits.annotations or fits.answers or not (image.annotations or image.answers):
            findings.image_count += 1
            findings.annotation_count += len(fits.annotations)
            findings.answer_count += len(fits.answers)
            taken.append(fits)
    return taken


def _tell(image: Image, found: Match, findings: Findings) -> None:
    if found.by in _FOUND_BY:
        findings.tell(_FOUND_BY[found.by])
    for name in _LEFT_OUT:
        if set(getattr(image, name)) - {outward.OWN}:
            what = "attributes of their own" if name == "attributes" else "values that only their format knows"
            findings.tell(f"images have {what}, which a project does not keep")
    for name, column in _OWN.items():
        said = getattr(image, name)
        if said and said != getattr(found.task, column):
            findings.tell(f"images have another {name}; the project keeps its own")


def _annotations(project: Project, image: Image, task: Task, findings: Findings) -> list[dict[str, Any]]:
    labels = {label["name"] for label in project.labels}
    fits: dict[str, dict[str, Any]] = {}
    for ordinal, read in enumerate(image.annotations, start=1):
        try:
            document = inward.annotation(read, task.width, task.height)
            reason = revisions.annotation_problem(task, labels, project.tools, document)
        except geometry.Malformed as error:
            reason = str(error)
        if not reason and document["id"] in fits:
            reason = f"has the id {document['id']} of another object of this image"
        if reason:
            findings.add(Problem(image.path, f"object {ordinal} ({read.label})", reason))
        else:
            fits[document["id"]] = document
    return list(fits.values())


def _answers(project: Project, image: Image, answers: dict[str, str], findings: Findings) -> dict[str, str]:
    fits = {}
    for key, value in answers.items():
        reason = rules.answer_problem(project.questions, key, value)
        if reason:
            findings.add(Problem(image.path, "answers", reason))
        else:
            fits[key] = value
    return fits


async def merge(tx: AsyncSession, who: Principal, page: Sequence[Taken]) -> int:
    """Append a revision to every image that what is taken changes; returns how many those are."""
    by_task: dict[str, list[Taken]] = {}
    for taken in page:
        by_task.setdefault(taken.task_id, []).append(taken)
    # In the order of ids, so that two imports never wait for each other.
    return sum([await _merge_image(tx, who, task_id, by_task[task_id]) for task_id in sorted(by_task)])


async def _merge_image(tx: AsyncSession, who: Principal, task_id: str, brought: Sequence[Taken]) -> bool:
    task = await tasks.lock(tx, who, task_id)
    project, current = await revisions.ground(tx, task)
    annotations, answers = revisions.content(current)
    edits = [edit for taken in brought for edit in _edits(taken, annotations)]
    # Labels and tools may have changed since everything was checked; the whole page is refused then.
    revisions.check_names(project, edits)
    annotations, answers = rules.apply(annotations, answers, _last(edits))
    return await revisions.append(tx, who, task, current, annotations, answers) is not current


def _edits(taken: Taken, annotations: Sequence[dict[str, Any]]) -> list[rules.Edit]:
    """Updates of annotations that the image has, additions of the others."""
    known = {uuid.UUID(annotation["id"]): annotation["id"] for annotation in annotations}
    edits = []
    for annotation in taken.annotations:
        there = known.get(uuid.UUID(annotation["id"]))
        kind = "update" if there else "add"
        edits.append(rules.Edit(kind, annotation=annotation | ({"id": there} if there else {})))
    return edits + [rules.Edit("answer", question=key, value=value) for key, value in taken.answers.items()]


def _last(edits: Sequence[rules.Edit]) -> list[rules.Edit]:
    """Of several edits of one annotation or answer the last; two files may bring the same image."""
    latest = {(edit.annotation["id"] if edit.annotation else f"? {edit.question}"): edit for edit in edits}
    return list(latest.values())
