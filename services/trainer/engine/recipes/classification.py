"""Owns the classification recipe: a small ResNet that gives a whole image one class. Does not run the training loop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from transformers import ResNetConfig, ResNetModel

from services.trainer.engine import verdict
from services.trainer.engine.data import ImageSet
from services.trainer.engine.rasterise import BACKGROUND
from services.trainer.engine.recipes.balance import balanced_weights
from services.trainer.engine.recipes.config import RecipeConfig
from services.trainer.engine.recipes.standardise import standardised

NAME = "classification"
DESCRIPTION = "Gives a whole image one label with a small ResNet; learns from tags, or from the largest marked shape."


class Config(RecipeConfig):
    """Settings of the classification recipe."""

    hidden_sizes: tuple[int, int, int, int] = Field(
        (16, 32, 64, 128), description="How many channels each of the four stages has."
    )
    depths: tuple[int, int, int, int] = Field(
        (1, 1, 1, 1), description="How many residual blocks each of the four stages has."
    )


class Classifier(nn.Module):
    """ResNet with its preparation inside: pixels float32 (N, C, H, W) in [0, 1] to logits (N, K)."""

    def __init__(self, config: Config, classes: int) -> None:
        super().__init__()
        self.backbone = ResNetModel(
            ResNetConfig(
                num_channels=config.channels,
                embedding_size=config.hidden_sizes[0],
                hidden_sizes=list(config.hidden_sizes),
                depths=list(config.depths),
                layer_type="basic",
            )
        )
        self.head = nn.Linear(2 * config.hidden_sizes[-1], classes)

    def forward(self, pixels: Tensor) -> Tensor:
        features = self.backbone(pixel_values=standardised(pixels)).last_hidden_state
        # The mean alone dilutes a defect of a few cells; the maximum keeps it.
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)
        return self.head(pooled)


def build(config: Config, labels: Sequence[str]) -> nn.Module:
    """A new model with random weights from the current torch seed."""
    return Classifier(config, len(labels) + 1)


def class_weights(config: Config, images: ImageSet) -> Tensor:
    """Weights float32 (classes), background first, from the images of the training set."""
    counts = images.class_counts(per_pixel=False)
    return torch.from_numpy(balanced_weights(counts, [BACKGROUND, *images.labels], config.class_weights))


def target(masks: Tensor, image_classes: Tensor) -> Tensor:
    """What the model is compared with: the classes int64 (N)."""
    return image_classes


def loss(config: Config, logits: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
    """Weighted cross entropy; logits float32 (N, K), wanted int64 (N)."""
    hot = nn.functional.one_hot(wanted, logits.shape[1]).to(logits.dtype) * weights
    return -(hot * torch.log_softmax(logits, dim=1)).sum() / hot.sum()


def decide(config: Config, logits: np.ndarray, height: int, width: int) -> verdict.Verdict:
    """What logits float32 (K) say about an image; the size does not matter here."""
    return verdict.of_image(logits, config.decision_threshold())
