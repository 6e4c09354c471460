"""Owns the story: each chapter is what one of the people does, through the same API as everybody."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from demo import promotion
from demo.narrator import Narrator
from demo.people import Person
from demo.photographs import DEFECTS, Photograph, sites
from plumbline import Client

DATASET, PROJECT, MODEL, EXPERIMENT = "tiles", "tile-defects", "tile-defects", "tile-defects"
LAB_TAG = "lab"
_SEED = 7
_PARALLEL = 4


@dataclass
class Story:
    """What has happened so far."""

    url: str
    people: dict[str, Person]
    photographs: list[Photograph]
    narrator: Narrator
    config: dict[str, Any]
    lab: list[Photograph] = field(default_factory=list)
    late: list[Photograph] = field(default_factory=list)
    snapshot: int = 0
    training_run: str = ""

    def as_(self, role: str) -> Client:
        return self.people[role].client(self.url)


def tell(story: Story) -> None:
    """The whole story, in order."""
    for chapter in (
        collect_site_a,
        collect_site_b_and_lab,
        annotate,
        review,
        freeze,
        verify,
        train,
        promote,
        put_to_work,
        repeat,
        late_images,
    ):
        chapter(story)


def collect_site_a(story: Story) -> None:
    """The owner uploads site A and publishes version 1."""
    with story.narrator.chapter("Site A: upload, measure, publish tiles@v1"), story.as_("OWNER") as client:
        client.datasets.create(DATASET, "Inspection photographs of magnetic tiles")
        _push(story, client, sites(_first(story), "site A"), "site A")
        client.datasets.publish(DATASET, "site A only")


def collect_site_b_and_lab(story: Story) -> None:
    """A second contributor adds site B and the lab's cases; version 2 has all."""
    with (
        story.narrator.chapter("Site B and the lab, by a second contributor: tiles@v2"),
        story.as_("DEVELOPER") as client,
    ):
        _push(story, client, sites(_first(story), "site B"), "site B")
        _push(story, client, story.lab, "lab", tags=[LAB_TAG])
        client.datasets.publish(DATASET, "with site B and the lab's extra cases")


def annotate(story: Story) -> None:
    """The lead opens a project; masks come in as annotations; the annotator submits every image."""
    with story.narrator.chapter("Project, masks as annotations, submitted for review"), story.as_("OWNER") as owner:
        owner.projects.create(PROJECT, labels=DEFECTS, tools=["BRUSH", "POLYGON", "BOX", "TAG"])
        split = {"train": 0.7, "validation": 0.15, "test": 0.15}
        owner.projects.assign_version(PROJECT, DATASET, split=split, tag_sets={LAB_TAG: "test"}, seed=_SEED)
        masks = [
            (_path(photograph), photograph.mask, photograph.label)
            for photograph in story.photographs
            if photograph.mask is not None and photograph not in story.late
        ]
        done = owner.annotations.import_masks(PROJECT, masks, progress=story.narrator.progress)["report"]
        story.narrator.say(f"{done['annotation_count']} masks on {done['image_count']} images")
        owner.projects.assign_tasks(PROJECT, story.people["ANNOTATOR"].member_id, len(story.photographs))
    with story.as_("ANNOTATOR") as annotator:
        tasks = list(annotator.projects.tasks(PROJECT))
        _each(story, "submit", tasks, lambda task: annotator.projects.submit(task["id"], task["revision"]))


def review(story: Story) -> None:
    """The reviewer accepts; two images go back, are corrected and accepted at the second try."""
    with story.narrator.chapter("Review: two images go back once"), story.as_("REVIEWER") as reviewer:
        tasks = list(reviewer.projects.tasks(PROJECT, state="IN_REVIEW"))
        marked = [task for task in tasks if task["annotation_count"]]
        for task in marked[:2]:
            reviewer.projects.review(task["id"], task["revision"], "REJECT", "The outline is too generous at the edge.")
        _correct(story, [task["id"] for task in marked[:2]])
        waiting = list(reviewer.projects.tasks(PROJECT, state="IN_REVIEW"))
        _each(story, "review", waiting, lambda task: reviewer.projects.review(task["id"], task["revision"], "ACCEPT"))


def freeze(story: Story) -> None:
    """The developer freezes the accepted annotations."""
    with story.narrator.chapter("Snapshot of the accepted annotations"), story.as_("DEVELOPER") as client:
        snapshot = client.projects.create_snapshot(PROJECT, "first training")
        story.snapshot = snapshot["number"]
        story.narrator.say(
            f"{PROJECT}@s{snapshot['number']}: {snapshot['image_count']} images, {snapshot['digest'][:19]}..."
        )


def verify(story: Story) -> None:
    """The customer verifies a part, refuses one image and pins a remark; a later edit makes one verification stale."""
    with story.narrator.chapter("The customer verifies a part and remarks"), story.as_("CUSTOMER") as customer:
        tasks = [task for task in customer.projects.tasks(PROJECT, state="ACCEPTED") if task["annotation_count"]]
        part = tasks[: max(3, len(tasks) * 6 // 10)]
        refused, kept = part[0], part[1:]
        shown = [task["image_sha256"] for task in part]
        customer.post("/v1/images:signDownloads", {"sha256s": shown, "rendition": "PREVIEW", "purpose": "verification"})
        customer.projects.verify(refused["id"], refused["revision"], "REJECT", "This is dirt, not a defect.")
        customer.projects.remark(refused["id"], "Please look again: dirt?", _region(customer, refused["id"]))
        _each(story, "verify", kept, lambda task: customer.projects.verify(task["id"], task["revision"], "ACCEPT"))
    _correct(story, [kept[-1]["id"]], submit=False)


def train(story: Story) -> None:
    """The developer trains on the snapshot and evaluates on the test images."""
    with story.narrator.chapter("Training"), story.as_("DEVELOPER") as client:
        job = client.runs.submit(
            **_spec(story, "TRAIN", "first model"), recipe="segmentation", config=story.config, register_as=MODEL
        )
        story.training_run = _watch(story, client, job)["run_id"]
    with story.narrator.chapter("Evaluation on the test images, per site and tag"), story.as_("DEVELOPER") as client:
        spec = _spec(story, "EVALUATE", "test images")
        _watch(story, client, client.runs.submit(**spec, model_id=MODEL, model_version="1", image_sets=["test"]))


def promote(story: Story) -> None:
    """The gate refuses production to a model that is not verified; the customer approves a trial, and it opens."""
    with story.as_("OWNER") as owner, story.as_("CUSTOMER") as customer:
        with story.narrator.chapter("Production is refused: the gate says what is missing"):
            promotion.try_unverified(story.narrator, owner, MODEL)
        with story.narrator.chapter("The customer approves a trial, and the gate opens"):
            promotion.agree_on_a_trial(owner, customer, MODEL)
            promotion.promote(story.narrator, owner, MODEL)


def put_to_work(story: Story) -> None:
    """An inference run with the model in production writes pre-labels."""
    with story.narrator.chapter("An inference run with the model in production"), story.as_("OWNER") as owner:
        spec = {**_spec(story, "PREDICT", "pre-labels"), "snapshot": 0}
        _watch(story, owner, owner.runs.submit(**spec, model_id=MODEL, model_version="production"))


def repeat(story: Story) -> None:
    """The developer computes the training once more and compares: the same bits, or what differs."""
    with story.narrator.chapter("The training once more, to see that it repeats"), story.as_("DEVELOPER") as client:
        job = _watch(story, client, client.runs.repeat(story.training_run))
        tags = {tag["key"]: tag["value"] for tag in client.runs.get(job["run_id"])["tags"]}
        same = tags["repeat.identical"] == "true"
        story.narrator.say("bit for bit the same weights" if same else f"it differs: {tags['repeat.differences']}")


def late_images(story: Story) -> None:
    """New images arrive at site B after the release: uploaded, not published."""
    with story.narrator.chapter("New images from site B, not published yet"), story.as_("DEVELOPER") as client:
        _push(story, client, story.late, "site B")


def _first(story: Story) -> list[Photograph]:
    """The photographs of the first two versions; the lab's and the late ones are chosen here, once."""
    if not story.lab:
        defective = [photograph for photograph in sites(story.photographs, "site B") if photograph.mask]
        story.lab, story.late = defective[::6][:12], defective[1::6][:8]
    apart = {photograph.file for photograph in (*story.lab, *story.late)}
    return [photograph for photograph in story.photographs if photograph.file not in apart]


def _push(
    story: Story, client: Client, photographs: Sequence[Photograph], source: str, tags: Sequence[str] = ()
) -> None:
    root = photographs[0].file.parents[1]
    report = client.datasets.push(
        DATASET,
        root,
        source=source,
        files=[one.file for one in photographs],
        tags=tags,
        progress=story.narrator.progress,
    )
    story.narrator.say(f"{source}: {report.sent} sent, {report.known} known, {len(report.rejected)} refused")


def _path(photograph: Photograph) -> str:
    return photograph.file.relative_to(photograph.file.parents[1]).as_posix()


def _correct(story: Story, task_ids: Sequence[str], submit: bool = True) -> None:
    """The annotator edits an annotation: the note says why, and the revision is a new one."""
    with story.as_("ANNOTATOR") as annotator:
        for task_id in task_ids:
            revision = annotator.projects.task(task_id)["revision"]
            first = {**revision["annotations"][0], "attributes": {"note": "outline checked"}}
            saved = annotator.projects.save(task_id, revision["number"], [{"update": first}])
            if submit:
                annotator.projects.submit(task_id, saved["number"])


def _region(client: Client, task_id: str) -> dict[str, float]:
    task = client.projects.task(task_id)["task"]
    return {"x": task["width"] / 4, "y": task["height"] / 4, "width": task["width"] / 2, "height": task["height"] / 2}


def _spec(story: Story, kind: str, name: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "experiment": EXPERIMENT,
        "run_name": name,
        "dataset_id": DATASET,
        "version": 2,
        "project_id": PROJECT,
        "snapshot": story.snapshot,
    }


def _watch(story: Story, client: Client, job: dict[str, Any]) -> dict[str, Any]:
    for state in client.runs.watch(job["id"]):
        job = state
        if progress := job.get("progress"):
            story.narrator.progress(progress["stage"], progress["done"], progress["total"])
    if job["state"] != "FINISHED":
        raise SystemExit(f"The job ended {job['state'].lower()}: {job['error']}")
    return job


def _each(story: Story, verb: str, tasks: Sequence[dict[str, Any]], act: Any) -> None:
    with ThreadPoolExecutor(_PARALLEL) as pool:
        for done, _ in enumerate(pool.map(act, tasks), start=1):
            story.narrator.progress(verb, done, len(tasks))
