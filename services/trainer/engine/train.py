"""Owns one whole training run: samples in, trained, evaluated and exported model out. Does not fetch or upload."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from plumbline.record import determinism as switches
from plumbline.record import weights_digest
from services.trainer.engine import determinism
from services.trainer.engine.checkpoint import Checkpoint
from services.trainer.engine.data import ImageSet, unused_labels
from services.trainer.engine.evaluate import Predict, choose_threshold, evaluate, torch_predict
from services.trainer.engine.export import Exported, export
from services.trainer.engine.loop import FINISHED, Callbacks, Loop, Validate
from services.trainer.engine.recipes import Recipe, recipe
from services.trainer.engine.recipes.config import RecipeConfig
from services.trainer.engine.report import Report
from services.trainer.engine.samples import TRAIN, VALIDATION, Sample, annotated, assign_splits, of_split


@dataclass(frozen=True)
class Trained:
    """The result of a run. After a stop only `status`, `step`, `epoch` and `checkpoint` say something.

    `weights_digest` is the sha256 over the chosen weights; two repeatable runs agree on it.
    `threshold` is the image confidence the exported model decides with, None for the default of one half.
    `settings` are the switches and thread counts it computed with, as the record holds them.
    `evaluation` covers every annotated sample, sliced by split, source and tag.
    """

    status: str
    step: int
    epoch: int
    best_epoch: int | None
    checkpoint: Checkpoint | None
    weights_digest: str = ""
    threshold: float | None = None
    evaluation: Report | None = None
    exported: Exported | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    unused_labels: dict[str, int] = field(default_factory=dict)


def train(
    recipe_name: str,
    settings: Mapping[str, Any],
    samples: Sequence[Sample],
    labels: Sequence[str],
    folder: Path,
    callbacks: Callbacks | None = None,
    resume_from: Path | None = None,
) -> Trained:
    """Train, choose the best epoch, evaluate on all annotated samples and export to `folder/model.onnx`.

    Checkpoints go to `folder/checkpoints`. Samples without a split are divided by `validation_share`; those of
    other splits are only evaluated. Raises pydantic.ValidationError for bad settings and ValueError for bad data.
    """
    chosen = recipe(recipe_name)
    config = chosen.Config.model_validate(dict(settings))
    _check_labels(labels)
    usable = assign_splits(annotated(samples), config.validation_share, config.seed)
    with determinism.repeatable(config.seed, config.threads, config.deterministic):
        loop = _prepare(chosen, config, usable, labels, folder, callbacks or Callbacks())
        if resume_from is not None:
            loop.resume(resume_from)
        outcome = loop.run()
        used = {
            "determinism": switches.flags() | {"device": str(loop.device)},
            "threads": switches.threads(),
        }
        unused = unused_labels(usable, labels)
        if outcome.status != FINISHED:
            return Trained(
                outcome.status, outcome.step, outcome.epoch, outcome.best_epoch, outcome.last_checkpoint,
                settings=used, unused_labels=unused,
            )  # fmt: skip
        predict = torch_predict(loop.model, loop.device)
        config = _with_threshold(chosen, config, usable, labels, predict)
        images = ImageSet(usable, labels, config.image_size, config.channels)
        report = evaluate(chosen, config, images, predict)
        exported = export(chosen, config, labels, loop.model, folder / "model.onnx")
        return Trained(
            outcome.status, outcome.step, outcome.epoch, outcome.best_epoch, outcome.last_checkpoint,
            weights_digest(loop.model), config.threshold, report, exported, used, unused,
        )  # fmt: skip


def run_key(recipe_name: str, config: RecipeConfig, samples: Sequence[Sample], labels: Sequence[str]) -> str:
    """The sha256 of everything a checkpoint must agree on: recipe, settings, labels, images and annotations."""
    images = [[sample.sha256, sample.split, list(sample.annotations or ()), sample.window] for sample in samples]
    told = [recipe_name, config.model_dump(mode="json"), list(labels), images]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _prepare(
    chosen: Recipe,
    config: RecipeConfig,
    usable: list[Sample],
    labels: Sequence[str],
    folder: Path,
    callbacks: Callbacks,
) -> Loop:
    images = ImageSet(of_split(usable, TRAIN), labels, config.image_size, config.channels)
    held_back = ImageSet(of_split(usable, VALIDATION), labels, config.image_size, config.channels)
    images.prepare()
    held_back.prepare()
    # Seeded again: the first weights must not depend on anything that drew numbers before.
    determinism.seed_everything(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return Loop(
        recipe=chosen,
        config=config,
        model=chosen.build(config, labels),
        images=images,
        folder=folder / "checkpoints",
        run_key=run_key(chosen.NAME, config, usable, labels),
        validate=_validation(chosen, config, held_back, device) if len(held_back) else None,
        callbacks=callbacks,
        device=device,
    )


def _validation(chosen: Recipe, config: RecipeConfig, images: ImageSet, device: torch.device) -> Validate:
    def validate(model: nn.Module) -> tuple[dict[str, float], float]:
        overall = evaluate(chosen, config, images, torch_predict(model, device)).slice("all")
        return overall.metrics("validation"), overall.choice_score()

    return validate


def _with_threshold(
    chosen: Recipe, config: RecipeConfig, usable: list[Sample], labels: Sequence[str], predict: Predict
) -> RecipeConfig:
    """The settings with a threshold: the one asked for, else the best one on the validation images."""
    held_back = of_split(usable, VALIDATION)
    if config.threshold is not None or not held_back:
        return config
    images = ImageSet(held_back, labels, config.image_size, config.channels)
    return config.model_copy(update={"threshold": choose_threshold(chosen, config, images, predict)})


def _check_labels(labels: Sequence[str]) -> None:
    if not labels or len(set(labels)) != len(labels) or "" in labels:
        raise ValueError("Name at least one label to train; labels must be non-empty and different.")
