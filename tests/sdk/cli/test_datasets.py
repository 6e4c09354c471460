"""`plumb datasets` on the real platform: from a folder to a version that anyone can prove."""

from __future__ import annotations

import filecmp
from pathlib import Path

from tests.sdk.cli.conftest import COUNT, photograph
from tests.sdk.conftest import Plumb


def test_a_folder_becomes_a_version_and_comes_back_as_it_was(
    plumb_as: Plumb, dataset: str, photographs: Path, tmp_path: Path
) -> None:
    pulled = plumb_as("DEVELOPER", "datasets", "pull", f"{dataset}@v1", tmp_path / "pulled", "-o", "json")
    assert pulled.json["image_count"] == COUNT
    paths = [file.relative_to(photographs).as_posix() for file in photographs.rglob("*.png")]
    equal, _, _ = filecmp.cmpfiles(photographs, tmp_path / "pulled", paths, shallow=False)
    assert sorted(equal) == sorted(paths)


def test_pushing_again_sends_nothing(plumb_as: Plumb, dataset: str, photographs: Path) -> None:
    outcome = plumb_as(
        "DEVELOPER", "datasets", "push", photographs, "--dataset", dataset, "--source", "site A", "-o", "json"
    )
    assert (outcome.json["sent"], outcome.json["present"]) == (0, COUNT)


def test_what_is_no_image_is_named_and_the_rest_is_in(plumb_as: Plumb, name: str, photographs: Path) -> None:
    (photographs / "broken.png").write_bytes(b"no image")
    plumb_as("DEVELOPER", "datasets", "create", name)
    outcome = plumb_as("DEVELOPER", "datasets", "push", photographs, "--dataset", name, "--source", "lab")
    assert outcome.status == 1
    assert "broken.png" in outcome.data
    assert "correct them" in outcome.said
    shown = plumb_as("DEVELOPER", "datasets", "show", name, "-o", "json").json
    assert shown["draft_image_count"] == COUNT


def test_the_gap_counts_what_no_version_has(plumb_as: Plumb, dataset: str, photographs: Path) -> None:
    photograph(photographs / "new.png", 77)
    plumb_as("DEVELOPER", "datasets", "push", photographs, "--dataset", dataset, "--source", "site B")
    rows = {row["source"]: row for row in plumb_as("DEVELOPER", "datasets", "gap", dataset, "-o", "csv").rows}
    assert rows["site B"]["not published"] == "1"
    assert rows["site A"]["published"] == str(COUNT)


def test_a_version_shows_whose_images_it_holds(plumb_as: Plumb, dataset: str) -> None:
    outcome = plumb_as("CUSTOMER", "datasets", "show", dataset)
    assert outcome.status == 0
    assert "site A" in outcome.data
    assert "Ben Okafor" in outcome.data


def test_versions_differ_by_what_was_tagged(plumb_as: Plumb, dataset: str) -> None:
    tagged = plumb_as("DEVELOPER", "datasets", "tag", dataset, "line0/0.png", "--add", "scratched", "-o", "id")
    assert tagged.data == "1\n"
    assert plumb_as("DEVELOPER", "datasets", "publish", dataset, "-o", "id").data == f"{dataset}@v2\n"
    outcome = plumb_as("DEVELOPER", "datasets", "diff", f"{dataset}@v1", f"{dataset}@v2", "-o", "csv")
    assert outcome.rows == [{"what": "CHANGED", "path": "line0/0.png", "source": "site A", "changed": "tags"}]
    assert "1 changed" in outcome.said
    assert plumb_as("DEVELOPER", "datasets", "diff", f"{dataset}@v1", "2", "-o", "id").data == "line0/0.png\n"


def test_publishing_an_unchanged_draft_ends_with_5(plumb_as: Plumb, dataset: str) -> None:
    outcome = plumb_as("DEVELOPER", "datasets", "publish", dataset)
    assert outcome.status == 5
    assert "change it" in outcome.said


def test_an_export_is_verified_offline_and_tampering_found(
    plumb: Plumb, plumb_as: Plumb, dataset: str, tmp_path: Path
) -> None:
    export = tmp_path / "export"
    digest = plumb_as("CUSTOMER", "datasets", "export", dataset, export, "--images", "-o", "id").data.strip()
    # no address and no token: the proof needs no platform
    report = plumb("datasets", "verify", export, "--digest", digest, "-o", "json")
    assert report.status == 0
    assert (report.json["entry_count"], report.json["image_count"]) == (COUNT, COUNT)
    image = next((export / "images").iterdir())
    image.write_bytes(image.read_bytes() + b"!")
    tampered = plumb("datasets", "verify", export)
    assert tampered.status == 1
    assert "has other bytes" in tampered.data


def test_two_datasets_are_not_compared(plumb_as: Plumb) -> None:
    outcome = plumb_as("DEVELOPER", "datasets", "diff", "a@v1", "b@v2")
    assert outcome.status == 2
    assert "two datasets" in outcome.said


def test_an_unknown_dataset_ends_with_3(plumb_as: Plumb) -> None:
    assert plumb_as("DEVELOPER", "datasets", "show", "nowhere").status == 3


def test_an_annotator_may_not_publish(plumb_as: Plumb, dataset: str) -> None:
    outcome = plumb_as("ANNOTATOR", "datasets", "publish", dataset)
    assert (outcome.status, outcome.data) == (4, "")
