"""Splits are decided by the image itself, and slices name everything a sample counts in."""

from __future__ import annotations

from pathlib import Path

from services.trainer.engine import samples


def make(number: int, **more: object) -> samples.Sample:
    return samples.Sample(Path("x.png"), f"{number:064x}", **more)  # type: ignore[arg-type]


def test_a_new_image_never_moves_an_old_one() -> None:
    some = samples.assign_splits([make(n) for n in range(200)], 0.25, seed=1)
    more = samples.assign_splits([make(n) for n in reversed(range(400))], 0.25, seed=1)
    before = {sample.sha256: sample.split for sample in some}
    after = {sample.sha256: sample.split for sample in more}
    assert all(after[name] == split for name, split in before.items())
    assert 30 <= sum(split == "validation" for split in before.values()) <= 70


def test_a_given_split_is_kept() -> None:
    placed = samples.assign_splits([make(1, split="test"), make(2, split="train")], 1 - 1e-9, seed=0)
    assert [sample.split for sample in placed] == ["test", "train"]


def test_nothing_annotated_differs_from_nothing_there() -> None:
    assert samples.annotated([make(1), make(2, annotations=())]) == [make(2, annotations=())]


def test_slices_of_a_sample() -> None:
    named = samples.slices_of(make(1, split="test", source="site A", tags=("wet", "lab", "wet")))
    assert named == ["all", "split=test", "source=site A", "tag=lab", "tag=wet"]
