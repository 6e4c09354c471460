"""Owns the training loop: steps, validation, the best model, checkpoints, stopping and resuming.

Does not know where metrics and checkpoints go (callbacks) or what a recipe computes (recipes).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from services.trainer.engine import checkpoint, determinism
from services.trainer.engine.checkpoint import BadCheckpoint, Checkpoint, State
from services.trainer.engine.data import ImageSet
from services.trainer.engine.recipes import Recipe
from services.trainer.engine.recipes.config import RecipeConfig

KEPT_CHECKPOINTS = 2
FINISHED = "FINISHED"
STOPPED = "STOPPED"


def _ignore(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Callbacks:
    """What the loop tells and asks the outside. `should_stop` is asked before every step: keep it cheap.

    on_metrics(values, step): new metric values. on_checkpoint(checkpoint): a complete file to upload.
    on_progress(share): 0..1 of all steps. A signal handler only has to make `should_stop` return True.
    """

    on_metrics: Callable[[dict[str, float], int], None] = _ignore
    on_checkpoint: Callable[[Checkpoint], None] = _ignore
    on_progress: Callable[[float], None] = _ignore
    should_stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Outcome:
    """How a loop ended. `status` is FINISHED or STOPPED; the model holds the best weights only when FINISHED."""

    status: str
    step: int
    epoch: int
    best_score: float | None
    best_epoch: int | None
    last_checkpoint: Checkpoint | None


# Validates a model: returns metric values and the score by which the best model is chosen.
Validate = Callable[[nn.Module], tuple[dict[str, float], float]]


@dataclass
class Loop:
    """One training run over one image set. `run_key` ties checkpoints to this run's data and settings."""

    recipe: Recipe
    config: RecipeConfig
    model: nn.Module
    images: ImageSet
    folder: Path
    run_key: str
    validate: Validate | None = None
    callbacks: Callbacks = field(default_factory=Callbacks)
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    def __post_init__(self) -> None:
        if not len(self.images):
            raise ValueError("There is no annotated image to train on; add annotations or change the split.")
        self.model.to(self.device)
        self.weights = self.recipe.class_weights(self.config, self.images).to(self.device)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=self.config.learning_rate, weight_decay=self.config.weight_decay
        )
        self.steps_per_epoch = math.ceil(len(self.images) / self.config.batch_size)
        self.total_steps = self.steps_per_epoch * self.config.epochs
        self.step = 0
        self.best: dict[str, torch.Tensor] = {}
        self.best_score: float | None = None
        self.best_epoch: int | None = None
        self.losses: list[float] = []
        self.last_checkpoint: Checkpoint | None = None

    @property
    def epoch(self) -> int:
        """The epoch that the next step belongs to, from 0."""
        return self.step // self.steps_per_epoch

    def run(self) -> Outcome:
        """Train until the last step or until asked to stop; a stop writes a checkpoint first."""
        while self.step < self.total_steps:
            order = self.images.order(self.config.seed, self.epoch)
            started = time.monotonic()
            for position in range(self.step % self.steps_per_epoch, self.steps_per_epoch):
                if self.callbacks.should_stop():
                    self._save()
                    return self._outcome(STOPPED)
                self._train_step(order, position)
            self._end_epoch(time.monotonic() - started)
        if self.best:
            self.model.load_state_dict(self.best)
        return self._outcome(FINISHED)

    def resume(self, path: Path, sha256: str | None = None) -> None:
        """Continue from a checkpoint of this very run. Raises BadCheckpoint for a damaged or foreign one."""
        state = checkpoint.read(path, sha256)
        values = state.values
        if values["run_key"] != self.run_key:
            raise BadCheckpoint(f"{path.name} belongs to a run with other data or settings; start this run anew.")
        self.model.load_state_dict(state.group("model"))
        self._load_optimiser(state.group("optimiser"))
        self.best = state.group("best")
        self.step, self.losses = int(values["step"]), list(values["losses"])
        self.best_score, self.best_epoch = values["best_score"], values["best_epoch"]
        determinism.restore_random_state(values["random"], state.group("random"))

    def _train_step(self, order: np.ndarray, position: int) -> None:
        size = self.config.batch_size
        chosen = order[position * size : (position + 1) * size]
        pixels, masks, classes = self.images.training_batch(chosen, self.config.seed, self.epoch, self.config.augment)
        wanted = self.recipe.target(torch.from_numpy(masks), torch.from_numpy(classes)).to(self.device)
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate(self.step)
        self.model.train()
        logits = self.model(torch.from_numpy(pixels).to(self.device))
        loss = self.recipe.loss(self.config, logits, wanted, self.weights)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.gradient_clip)
        self.optimiser.step()
        self.losses.append(loss.item())
        if not math.isfinite(self.losses[-1]):
            raise FloatingPointError(f"The loss became {self.losses[-1]} at step {self.step}; lower learning_rate.")
        self.step += 1
        self.callbacks.on_metrics({"train/loss": self.losses[-1]}, self.step)
        self.callbacks.on_progress(self.step / self.total_steps)

    def _end_epoch(self, seconds: float) -> None:
        finished = self.epoch
        metrics = {
            "train/epoch_loss": sum(self.losses) / len(self.losses),
            "train/learning_rate": self.learning_rate(self.step - 1),
            "train/epoch_seconds": seconds,
        }
        self.losses = []
        if self.validate is not None:
            self.model.eval()
            measured, score = self.validate(self.model)
            metrics |= measured
            if self.best_score is None or score > self.best_score:
                self.best_score, self.best_epoch = score, finished
                self.best = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.callbacks.on_metrics(metrics, self.step)
        if finished % self.config.checkpoint_epochs == 0 or self.step == self.total_steps:
            self._save()

    def learning_rate(self, step: int) -> float:
        """The rate of one step: a linear rise, then half a cosine down to zero. A pure function of the step."""
        warmup = max(1, round(self.config.warmup_share * self.total_steps))
        if step < warmup:
            return self.config.learning_rate * (step + 1) / warmup
        done = (step - warmup) / max(1, self.total_steps - warmup)
        return self.config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))

    def _save(self) -> None:
        state = State()
        state.put("model", self.model.state_dict())
        state.put("optimiser", self._optimiser_tensors())
        state.put("best", self.best)
        values, tensors = determinism.random_state()
        state.put("random", tensors)
        state.values = {
            "run_key": self.run_key,
            "step": self.step,
            "epoch": self.epoch,
            "losses": self.losses,
            "best_score": self.best_score,
            "best_epoch": self.best_epoch,
            "random": values,
        }
        self.last_checkpoint = checkpoint.write(self.folder, state)
        self.callbacks.on_checkpoint(self.last_checkpoint)
        checkpoint.prune(self.folder, KEPT_CHECKPOINTS)

    def _optimiser_tensors(self) -> dict[str, torch.Tensor]:
        names = [name for name, _ in self.model.named_parameters()]
        held: dict[int, dict[str, Any]] = self.optimiser.state_dict()["state"]
        return {f"{names[index]}/{key}": value for index, entry in held.items() for key, value in entry.items()}

    def _load_optimiser(self, tensors: dict[str, torch.Tensor]) -> None:
        positions = {name: index for index, (name, _) in enumerate(self.model.named_parameters())}
        held: dict[int, dict[str, torch.Tensor]] = {}
        for path, value in tensors.items():
            name, key = path.rsplit("/", 1)
            held.setdefault(positions[name], {})[key] = value
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": held, "param_groups": groups})

    def _outcome(self, status: str) -> Outcome:
        return Outcome(status, self.step, self.epoch, self.best_score, self.best_epoch, self.last_checkpoint)
