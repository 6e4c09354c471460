"""The seven questions that the platform exists to answer, on all of it running, in both shapes."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import plumbline
from demo import promotion
from demo.narrator import Narrator
from demo.story import DATASET, LAB_TAG, MODEL, PROJECT
from tests.live import running
from tests.system.proofs import revision_digests, snapshot_digest
from tests.system.story import MODEL_OF_SITE_A, Told, path_of, tell

_TRAINED_SETS = ("train", "validation")


@pytest.fixture(scope="module", params=[False, True], ids=["one process", "a process per service"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("questions")
    with running(folder / "home", distributed=request.param, environment={"PLUMB_TRAINER_WORKERS": "3"}) as live:
        yield tell(live, folder / "photographs")


def test_q1_newest_dataset_and_what_is_not_in_it(told: Told, tmp_path: Path) -> None:
    answer, counts, late = told.answers["Q1"], told.sources(), len(told.late)
    assert late
    assert answer["verdict"] == "PARTLY"
    assert f"{DATASET}@v2 with {len(told.published)} images, published by Ben Okafor" in answer["summary"]
    assert f"Uploaded but not in it: {late}." in answer["summary"]
    # source, not accepted yet, in draft, not published, published, in the production model's version
    assert answer["rows"] == [
        ["lab", "0", *_texts(counts["lab"], 0, counts["lab"], counts["lab"])],
        ["site A", "0", *_texts(counts["site A"], 0, counts["site A"], counts["site A"])],
        ["site B", "0", *_texts(counts["site B"] + late, late, counts["site B"], counts["site B"])],
    ]
    with told.live.as_("DEVELOPER") as client:
        version = client.datasets.export(DATASET, 2, tmp_path, images=True)
    report = plumbline.verify_export(tmp_path, answer["links"]["digest"])
    assert report.problems == []
    assert report.entry_count == report.image_count == version["image_count"] == len(told.published)


def test_q2_whose_images_are_in_it(told: Told) -> None:
    answer, counts = told.answers["Q2"], told.sources()
    assert answer["verdict"] == "YES"
    rows = [tuple(row) for row in answer["rows"] if row[0] != "batch"]
    ada, ben = counts["site A"], counts["site B"] + counts["lab"]
    assert sorted(rows) == [
        *(("contributor", "Ada Novak", str(ada)), ("contributor", "Ben Okafor", str(ben))),
        *(("source", source, str(counts[source])) for source in ("lab", "site A", "site B")),
        ("tag", LAB_TAG, str(counts["lab"])),
    ]
    batches = [row for row in answer["rows"] if row[0] == "batch"]
    assert sorted(int(row[2]) for row in batches) == sorted(counts.values())
    with told.live.as_("CUSTOMER") as client:
        diff = client.datasets.diff(DATASET, 2)
    added = [one for one in told.published if one.source == "site B"]
    assert {(item["kind"], item["path"]) for item in diff["differences"]} == {("ADDED", path_of(one)) for one in added}
    assert (diff["added_count"], diff["removed_count"], diff["changed_count"]) == (ben, 0, 0)


def test_q3_trained_only_on_one_site(told: Told) -> None:
    answer, used = told.answers["Q3"], _trained_images(told)
    assert answer["verdict"] == "NO"
    assert {row[0]: int(row[1]) for row in answer["rows"]} == Counter(task["source"] for task in used)
    assert answer["links"]["run_id"] == told.jobs["training"]["run_id"]
    with told.live.as_("CUSTOMER") as client:
        assert answer["links"]["dataset_digest"] == client.datasets.version(DATASET, 2)["digest"]

    other = told.ask(model=MODEL_OF_SITE_A)["Q3"]
    of_site_a = [task for task in used if task["source"] == "site A"]
    assert (other["verdict"], other["rows"]) == ("YES", [["site A", str(len(of_site_a))]])
    assert told.ask(model=MODEL_OF_SITE_A, source="site B")["Q3"]["verdict"] == "NO"


def test_q4_the_labs_cases_and_the_failures_on_them(told: Told) -> None:
    answer, lab = told.answers["Q4"], {path_of(one) for one in told.lab}
    assert answer["verdict"] == "PARTLY"
    assert f"{len(lab)} images tagged {LAB_TAG} are in {DATASET}@v2, 0 of them were trained on" in answer["summary"]
    assert ["in image set test", str(len(lab))] in answer["rows"]
    assert dict(answer["rows"])["false_negatives"] == f"{len(lab):.3f}"
    assert {image["path"] for image in answer["images"]} == lab
    with told.live.http("CUSTOMER") as http:
        for image in answer["images"]:
            thumbnail = http.get(f"/v1/images/{image['image_sha256']}/thumbnail")
            assert (thumbnail.status_code, thumbnail.headers["content-type"]) == (200, "image/webp")
            assert thumbnail.content[8:12] == b"WEBP"
    assert answer["links"]["run_id"] == told.jobs["evaluation"]["run_id"]
    assert told.ask(tag="never-used")["Q4"]["verdict"] == "NO"


def test_q5_the_customers_verification_and_remarks(told: Told) -> None:
    answer = told.answers["Q5"]
    with told.live.as_("REVIEWER") as client:
        tasks = list(client.projects.tasks(PROJECT))
        remark = next(client.projects.remarks(PROJECT, state="UNRESOLVED"))
        snapshot = client.projects.snapshot(PROJECT, 1)
        progress = client.projects.progress(PROJECT)["verifications"]
    states = Counter(task["verification"] for task in tasks)
    # one verified image was edited afterwards: its verification counts for the snapshot only
    assert (states["STALE"], states["REFUSED"], progress["stale_count"]) == (1, 1, 1)
    verified = states["VERIFIED"] + states["STALE"]
    assert answer["verdict"] == "PARTLY"
    of_all = f"{verified} of {len(told.published)} images of {PROJECT}@s1"
    assert f"{of_all} are verified, 1 refused. Edited after their verification: 1." in answer["summary"]
    assert answer["rows"] == [["Kim Sato", remark["path"], "Please look again: dirt?"]]
    assert remark["region"]["width"] > 0
    assert [image["path"] for image in answer["images"]] == [remark["path"]]
    assert answer["links"]["snapshot_digest"] == snapshot["digest"]


def test_q5_the_digest_of_what_was_verified_is_recomputed_offline(told: Told, tmp_path: Path) -> None:
    with told.live.as_("CUSTOMER") as client:
        assert client.annotations.export(PROJECT, "native", tmp_path / "tiles.jsonl", number=1)["losses"] == []
    _header, *lines = map(json.loads, (tmp_path / "tiles.jsonl").read_text().splitlines())
    assert revision_digests(lines) == [line["foreign"]["plumbline"]["revision_digest"] for line in lines]
    assert snapshot_digest(lines) == told.answers["Q5"]["links"]["snapshot_digest"]


def test_q6_training_and_inference_repeat_bit_for_bit(told: Told) -> None:
    answer, jobs = told.answers["Q6"], told.jobs
    assert answer["verdict"] == "YES"
    assert "Repetitions: 1, of which bit for bit identical: 1." in answer["summary"]
    with told.live.as_("DEVELOPER") as client:
        again = client.runs.get(jobs["training_again"]["run_id"])
        for name, artifact in (("training", "model.onnx"), ("inference", "predictions.jsonl")):
            first, second = jobs[name]["run_id"], jobs[f"{name}_again"]["run_id"]
            assert first != second
            assert client.runs.artifact(first, artifact) == client.runs.artifact(second, artifact)
        assert _inputs(client.runs.get(jobs["training"]["run_id"])) == _inputs(again)
    tags = {tag["key"]: tag["value"] for tag in again["tags"]}
    assert tags["repeat.identical"] == "true"
    differences = json.loads(tags["repeat.differences"])
    # a working tree that is edited while this test runs is reported as a difference, and rightly so
    assert [item for item in differences if not item["field"].startswith("code.")] == []
    pinned = {row[1] for row in answer["rows"]}
    assert {item["digest"] for item in again["inputs"]} <= pinned


def test_q7_who_has_accessed_the_images(told: Told) -> None:
    answer = told.answers["Q7"]
    assert answer["verdict"] == "YES"
    downloads = {row[0]: int(row[2]) for row in answer["rows"] if row[1] == "storage.image.downloaded"}
    with told.live.as_("CUSTOMER") as client:
        tasks = list(client.projects.tasks(PROJECT))
        report = client.workspace.access_report(kind="ACCESS")
    # the customer looked at what she judged; a job's read counts also when the bytes came from the worker's cache
    assert downloads == {
        "Kim Sato": sum(task["verification"] != "UNVERIFIED" for task in tasks),
        "training of Ben Okafor": 2 * len(told.published),
        "evaluation of Ben Okafor": sum(task["image_set"] == "test" for task in tasks),
        "inference of Ben Okafor": 2 * len(told.published),
    }
    by_job = [entry for entry in report if entry["actor"] == "training of Ben Okafor" and entry["service"] == "storage"]
    assert {(entry["actor_kind"], entry["detail"]["purpose"]) for entry in by_job} == {("JOB", "train tile-defects")}

    with told.live.as_("REVIEWER") as client:
        seen = list(client.datasets.images(DATASET, 2))[:3]
        body = {"sha256s": [image["sha256"] for image in seen], "rendition": "ORIGINAL", "purpose": "a look"}
        client.post("/v1/images:signDownloads", body)
    with told.live.as_("CUSTOMER") as client:
        newest = client.workspace.access_report(kind="ACCESS")[0]
    assert (newest["actor"], newest["count"], newest["detail"]["purpose"]) == ("Dana Petrova", 3, "a look")
    assert "Dana Petrova" in told.ask()["Q7"]["summary"]
    assert told.ask("ANNOTATOR")["Q7"]["verdict"] == "UNKNOWN"


def test_answers_do_not_change_when_services_restart(told: Told) -> None:
    """Invariant 10."""
    before, before_of_site_a = told.ask(), told.ask(model=MODEL_OF_SITE_A)
    told.live.restart_services()
    assert told.ask() == before
    assert told.ask(model=MODEL_OF_SITE_A) == before_of_site_a


def _texts(*numbers: int) -> list[str]:
    return [str(number) for number in numbers]


def _inputs(run: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["name"], item["digest"]) for item in run["inputs"]]


def _trained_images(told: Told) -> list[dict[str, Any]]:
    """The tasks of the image sets that a training uses."""
    with told.live.as_("DEVELOPER") as client:
        return [task for task in client.projects.tasks(PROJECT) if task["image_set"] in _TRAINED_SETS]


def test_the_gate_blocks_the_model_that_is_not_fully_verified(told: Told) -> None:
    """Whatever Q5 counts keeps production closed, in words, until the team agrees on what a trial needs."""
    narrator = Narrator(Console(file=io.StringIO()))
    with told.live.as_("OWNER") as owner, told.live.as_("CUSTOMER") as customer:
        owner.models.remove_alias(MODEL, "production")
        check = promotion.try_unverified(narrator, owner, MODEL)
        verified, no_test_image, approval = check["checks"]
        assert [one["verdict"] for one in check["checks"]] == ["UNMET", "MET", "UNMET"]
        counts = Counter(
            entry["verification"]
            for entry in owner.projects.snapshot_entries(PROJECT, 1)
            if entry["image_set"] in _TRAINED_SETS
        )
        assert (verified["done"], verified["total"]) == (counts["VERIFIED"], counts.total())
        assert f"{counts['VERIFIED']} of {counts.total()} images of {PROJECT}@s1" in check["message"]
        assert no_test_image["total"] > 0
        assert approval["explanation"] == "0 of 1 given."
        promotion.agree_on_a_trial(owner, customer, MODEL)
        promotion.promote(narrator, owner, MODEL)
        moves = [(move["old_version"], move["new_version"]) for move in owner.models.alias_changes(MODEL, "production")]
    assert moves == [(0, 1), (1, 0), (0, 1)]
