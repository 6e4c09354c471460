"""A run repeats bit by bit, stops where it is told and continues as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from services.trainer.engine import checkpoint
from services.trainer.engine.loop import Callbacks
from services.trainer.engine.train import Trained, train

RECIPES = ["segmentation", "classification"]


def run(recipe: str, tiny: dict[str, Any], samples: list, folder: Path, **more: Any) -> Trained:
    return train(recipe, tiny, samples, ["spot"], folder, **more)


def stop_at(step: int) -> Callbacks:
    seen: list[int] = []

    def asked() -> bool:
        seen.append(1)
        return len(seen) > step

    return Callbacks(should_stop=asked)


@pytest.mark.parametrize("recipe", RECIPES)
def test_same_seed_same_weights_and_another_seed_others(recipe: str, tiny, spots, tmp_path: Path) -> None:
    samples = spots(12)
    first = run(recipe, tiny, samples, tmp_path / "a")
    torch.rand(5)
    second = run(recipe, tiny, list(reversed(samples)), tmp_path / "b")
    other = run(recipe, tiny | {"seed": 8}, samples, tmp_path / "c")
    assert first.weights_digest == second.weights_digest
    assert first.weights_digest != other.weights_digest
    assert first.evaluation == second.evaluation


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("stopped_after", [1, 3, 4])
def test_resumed_run_is_bit_equal_to_an_uninterrupted_one(
    recipe: str, stopped_after: int, tiny, spots, tmp_path: Path
) -> None:
    samples = spots(12)
    whole = run(recipe, tiny, samples, tmp_path / "whole")
    part = run(recipe, tiny, samples, tmp_path / "part", callbacks=stop_at(stopped_after))
    assert part.status == "STOPPED"
    assert part.step == stopped_after
    assert part.checkpoint is not None
    assert part.exported is None
    torch.manual_seed(99)
    rest = run(recipe, tiny, samples, tmp_path / "part", resume_from=part.checkpoint.path)
    assert rest.status == "FINISHED"
    assert rest.step == whole.step
    assert rest.weights_digest == whole.weights_digest
    assert rest.best_epoch == whole.best_epoch
    assert rest.evaluation == whole.evaluation


def test_metrics_checkpoints_and_progress_are_told(tiny, spots, tmp_path: Path) -> None:
    metrics: list[tuple[int, dict[str, float]]] = []
    files: list[checkpoint.Checkpoint] = []
    shares: list[float] = []
    told = Callbacks(lambda values, step: metrics.append((step, values)), files.append, shares.append)
    done = run("classification", tiny, spots(12), tmp_path, callbacks=told)
    assert [step for step, values in metrics if "train/loss" in values] == [1, 2, 3, 4, 5, 6]
    assert [
        step for step, values in metrics if "validation/defect_f1" in values or "validation/accuracy" in values
    ] == [3, 6]
    assert [file.step for file in files] == [3, 6]
    assert files[-1] == done.checkpoint
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_only_the_newest_checkpoints_are_kept(tiny, spots, tmp_path: Path) -> None:
    done = run("classification", tiny | {"epochs": 4}, spots(8), tmp_path)
    kept = sorted((tmp_path / "checkpoints").iterdir())
    assert [path.suffix for path in kept] == [".safetensors"] * 2
    assert done.checkpoint is not None
    assert checkpoint.newest(tmp_path / "checkpoints") == done.checkpoint.path


def test_a_checkpoint_of_other_settings_is_refused(tiny, spots, tmp_path: Path) -> None:
    samples = spots(8)
    part = run("classification", tiny, samples, tmp_path, callbacks=stop_at(1))
    assert part.checkpoint is not None
    with pytest.raises(checkpoint.BadCheckpoint, match="other data or settings"):
        run(
            "classification",
            tiny | {"learning_rate": 0.1},
            samples,
            tmp_path,
            resume_from=part.checkpoint.path,
        )
    with pytest.raises(checkpoint.BadCheckpoint, match="other data or settings"):
        run("classification", tiny, samples[:-1], tmp_path, resume_from=part.checkpoint.path)


def test_training_without_annotated_images_says_what_to_do(tiny, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no annotated image"):
        run("classification", tiny, [], tmp_path)


def test_thread_count_and_flags_are_those_of_the_settings_and_put_back(tiny, spots, tmp_path: Path) -> None:
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    done = run("classification", tiny | {"threads": 1}, spots(8), tmp_path)
    assert done.settings["threads"]["torch"] == 1
    assert done.settings["determinism"]["deterministic_algorithms"] is True
    assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == before
