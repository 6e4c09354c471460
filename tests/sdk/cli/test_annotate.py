"""`plumb annotate` on the real platform: masks in, COCO out and in again; nothing is lost or half imported silently."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from tests.live import Live
from tests.sdk.cli.conftest import COUNT
from tests.sdk.conftest import Plumb


def test_masks_go_out_as_coco_and_come_back_as_they_were(
    plumb_as: Plumb, project: str, live_platform: Live, tmp_path: Path
) -> None:
    file = tmp_path / "marks.json"
    options = ("--format", "coco", "--allow-loss")
    outcome = plumb_as("DEVELOPER", "annotate", "export", f"{project}@s1", file, *options, "-o", "json")
    assert outcome.status == 0, outcome.said
    assert len(json.loads(file.read_text())["annotations"]) == COUNT
    again = plumb_as("DEVELOPER", "annotate", "import", project, file, "-o", "json")
    report = again.json["report"]
    assert again.json["format"] == "coco"
    assert (report["annotation_count"], report["error_count"], report["changed_count"]) == (COUNT, 0, 0)
    with live_platform.as_("DEVELOPER") as client:
        second = client.projects.create_snapshot(project, include_unreviewed=True)
        assert second["digest"] == client.projects.snapshot(project, 1)["digest"]


def test_an_exported_snapshot_evaluated_against_itself_is_perfect(
    plumb_as: Plumb, project: str, tmp_path: Path
) -> None:
    file = tmp_path / "marks.json"
    assert plumb_as("CUSTOMER", "annotate", "export", project, file, "--format", "coco", "--allow-loss").status == 0
    truth = COCO(str(file))
    found = truth.loadRes([annotation | {"score": 1.0} for annotation in truth.dataset["annotations"]])
    evaluation = COCOeval(truth, found, "segm")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    assert evaluation.stats[0] == 1.0


def test_the_same_export_is_the_same_file(plumb_as: Plumb, project: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first.zip", "second.zip")]
    for file in files:
        options = ("--format", "yolo", "--with-images", "--allow-loss")
        outcome = plumb_as("DEVELOPER", "annotate", "export", project, file, *options)
        assert outcome.status == 0, outcome.said
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_loss_that_nobody_allowed_is_refused_and_told(plumb_as: Plumb, project: str, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    outcome = plumb_as("DEVELOPER", "annotate", "export", project, file, "--format", "coco")
    assert outcome.status == 1
    assert not list(tmp_path.glob("*marks.json*"))
    previewed = plumb_as("DEVELOPER", "annotate", "losses", project, "--format", "coco", "-o", "id").data.splitlines()
    assert previewed
    for sentence in previewed:
        assert f": {sentence}" in outcome.said
    assert "--allow-loss" in outcome.said
    whole = plumb_as("DEVELOPER", "annotate", "export", project, tmp_path / "marks.jsonl", "--format", "native")
    assert whole.status == 0
    assert "Nothing was lost." in whole.said


@pytest.fixture
def stray(tmp_path: Path) -> Path:
    """A folder with a mask of an image that there is, and one of an image that there is not."""
    folder = tmp_path / "stray"
    for name in ("line0/0.png", "unknown.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((24, 32), 255, np.uint8)).save(folder / name)
    (folder / ".hidden.png").write_bytes(b"not sent")
    return folder


_MASKS = ("--format", "mask_png", "--option", "variant=binary", "--option", "label=crack")


def test_what_does_not_fit_is_named_and_nothing_is_imported(plumb_as: Plumb, project: str, stray: Path) -> None:
    for extra in ((), ("--dry-run",)):
        outcome = plumb_as("DEVELOPER", "annotate", "import", project, stray, *_MASKS, *extra)
        assert outcome.status == 1
        assert "unknown.png" in outcome.data
        assert "hidden" not in outcome.data
    shown = plumb_as("DEVELOPER", "projects", "show", project, "-o", "json").json
    assert shown["progress"]["annotation_count"] == COUNT


def test_what_fits_is_imported_when_the_rest_may_be_skipped(plumb_as: Plumb, project: str, stray: Path) -> None:
    outcome = plumb_as("DEVELOPER", "annotate", "import", project, stray, *_MASKS, "--skip-invalid", "-o", "json")
    assert (outcome.json["state"], outcome.json["report"]["annotation_count"]) == ("SUCCEEDED", 1)
    assert outcome.status == 1


def test_formats_are_listed_with_their_options(plumb_as: Plumb) -> None:
    found = {row["name"]: row for row in plumb_as("CUSTOMER", "annotate", "formats", "-o", "csv").rows}
    assert {"native", "coco", "yolo", "mask_png"} <= set(found)
    assert "sidecar=true" in found["coco"]["options"]


def test_wrong_options_and_formats_are_told(plumb_as: Plumb, project: str, tmp_path: Path) -> None:
    for options, said in (
        (("--format", "tiff"), "no format 'tiff'"),
        (("--format", "coco", "--option", "colour=red"), "no option 'colour'"),
    ):
        outcome = plumb_as("DEVELOPER", "annotate", "export", project, tmp_path / "x", *options)
        assert outcome.status == 1
        assert said in outcome.said
