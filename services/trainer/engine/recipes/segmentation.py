"""Owns the segmentation recipe: a small SegFormer that gives every pixel a class. Does not run the training loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from services.trainer.engine import verdict
from services.trainer.engine.data import ImageSet
from services.trainer.engine.rasterise import BACKGROUND
from services.trainer.engine.recipes.balance import balanced_weights
from services.trainer.engine.recipes.config import RecipeConfig
from services.trainer.engine.recipes.standardise import standardised

NAME = "segmentation"
DESCRIPTION = "Finds defects pixel by pixel with a small SegFormer; learns from boxes, polygons and masks."


class Config(RecipeConfig):
    """Settings of the segmentation recipe; the defaults suit small defects on gray photos of about 300 pixels."""

    hidden_sizes: tuple[int, int, int, int] = Field(
        (16, 32, 64, 128), description="How many channels each of the four stages has."
    )
    depths: tuple[int, int, int, int] = Field(
        (1, 1, 1, 1), description="How many transformer blocks each of the four stages has."
    )
    stem_size: int = Field(16, ge=4, le=256, description="How many channels the fine detail at half size has.")
    first_stride: int = Field(
        2,
        ge=1,
        le=4,
        description="How many cells of fine detail one cell of the first stage covers; smaller is slower.",
    )
    decoder_size: int = Field(64, ge=8, le=1024, description="How many channels the decoder has.")
    dice_weight: float = Field(
        1.0, ge=0, le=10, description="How much the overlap of whole regions counts beside single pixels."
    )
    defect_share: float = Field(
        0.0003,
        gt=0,
        lt=1,
        description="The share of an image's pixels that must look like a defect before the image counts as defective.",
    )

    @model_validator(mode="after")
    def _check_heads(self) -> Self:
        if any(size % heads for size, heads in zip(self.hidden_sizes, HEADS, strict=True)):
            raise ValueError("hidden_sizes must be multiples of 1, 2, 4 and 8, the attention heads of the stages.")
        return self


HEADS = (1, 2, 4, 8)
# The usual 0.02 is meant for wide layers; with 16 to 128 channels it leaves every branch silent for many epochs.
INITIAL_DEVIATION = 0.1


class Segmenter(nn.Module):
    """SegFormer between a convolutional stem and head: pixels float32 (N, C, H, W) in [0, 1] to logits (N, K, H, W).

    Trained from nothing on some hundred images a bare transformer hardly starts to learn; the stem gives it edges
    within an epoch, and the head puts the stem's fine detail beside the coarse context for defects of a few pixels.
    """

    def __init__(self, config: Config, classes: int) -> None:
        super().__init__()
        fine = config.stem_size
        self.stem = nn.Sequential(*_convolution(config.channels, fine, 2), *_convolution(fine, fine, 1))
        self.network = SegformerForSemanticSegmentation(_segformer(config))
        self.head = nn.Sequential(*_convolution(2 * fine, fine, 1), nn.Conv2d(fine, classes, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        detail = self.stem(standardised(pixels))
        context = _resized(self.network(pixel_values=detail).logits, detail)
        return _resized(self.head(torch.cat([detail, context], dim=1)), pixels)


def _segformer(config: Config) -> SegformerConfig:
    return SegformerConfig(
        num_channels=config.stem_size,
        num_labels=config.stem_size,
        hidden_sizes=list(config.hidden_sizes),
        depths=list(config.depths),
        num_attention_heads=list(HEADS),
        sr_ratios=[8, 4, 2, 1],
        patch_sizes=[3, 3, 3, 3],
        strides=[config.first_stride, 2, 2, 2],
        mlp_ratios=[2, 2, 2, 2],
        decoder_hidden_size=config.decoder_size,
        hidden_dropout_prob=0.0,
        classifier_dropout_prob=0.0,
        drop_path_rate=0.0,
        initializer_range=INITIAL_DEVIATION,
    )


def _convolution(before: int, after: int, stride: int) -> list[nn.Module]:
    convolution = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(after), nn.ReLU()]


def _resized(values: Tensor, like: Tensor) -> Tensor:
    return nn.functional.interpolate(values, size=like.shape[-2:], mode="bilinear", align_corners=False)


def build(config: Config, labels: Sequence[str]) -> nn.Module:
    """A new model with random weights from the current torch seed."""
    return Segmenter(config, len(labels) + 1)


def class_weights(config: Config, images: ImageSet) -> Tensor:
    """Weights float32 (classes), background first, from the pixels of the training set."""
    counts = images.class_counts(per_pixel=True)
    return torch.from_numpy(balanced_weights(counts, [BACKGROUND, *images.labels], config.class_weights))


def target(masks: Tensor, image_classes: Tensor) -> Tensor:
    """What the model is compared with: the masks int64 (N, H, W)."""
    return masks


def loss(config: Config, logits: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
    """Weighted cross entropy plus soft Dice over the defect classes that occur in the batch.

    logits float32 (N, K, H, W), wanted int64 (N, H, W). Written with one-hot sums because the indexed cross entropy
    has no repeatable CUDA version.
    """
    logarithms = torch.log_softmax(logits, dim=1)
    hot = nn.functional.one_hot(wanted, logits.shape[1]).permute(0, 3, 1, 2).to(logits.dtype)
    weighted = hot * weights.view(1, -1, 1, 1)
    cross_entropy = -(weighted * logarithms).sum() / weighted.sum()
    if config.dice_weight == 0:
        return cross_entropy
    probabilities = logarithms.exp()[:, 1:]
    hot = hot[:, 1:]
    any_defect = _dice(probabilities.sum(dim=1, keepdim=True), hot.sum(dim=1, keepdim=True))
    return cross_entropy + config.dice_weight * (any_defect + _dice(probabilities, hot)) / 2


def _dice(probabilities: Tensor, hot: Tensor) -> Tensor:
    """Mean soft Dice loss over the channels (N, K, H, W) that occur in the batch."""
    overlap = (probabilities * hot).sum(dim=(0, 2, 3))
    total = (probabilities + hot).sum(dim=(0, 2, 3))
    present = (hot.sum(dim=(0, 2, 3)) > 0).to(hot.dtype)
    return ((1 - (2 * overlap + 1) / (total + 1)) * present).sum() / present.sum().clamp(min=1)


def decide(config: Config, logits: np.ndarray, height: int, width: int) -> verdict.Verdict:
    """What logits float32 (K, S, S) say about an image of height x width pixels."""
    return verdict.of_pixels(logits, height, width, config.decision_threshold(), config.defect_share)
