"""Owns the settings that every recipe shares. Does not build models or read data."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RecipeConfig(BaseModel):
    """Settings of a training run. Unknown names are refused, so that a misspelt setting never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int = Field(24, ge=1, le=10_000, description="How often the whole training set is seen.")
    batch_size: int = Field(4, ge=1, le=1024, description="How many images one optimiser step looks at.")
    learning_rate: float = Field(
        2e-3, gt=0, le=1, description="The highest step size of AdamW, reached after the warm-up."
    )
    weight_decay: float = Field(0.01, ge=0, le=1, description="How strongly AdamW pulls weights towards zero.")
    warmup_share: float = Field(
        0.1, ge=0, lt=1, description="The share of all steps over which the learning rate rises from zero."
    )
    gradient_clip: float = Field(1.0, gt=0, description="The largest norm of a gradient; longer ones are shortened.")
    image_size: int = Field(
        128,
        ge=64,
        le=2048,
        multiple_of=32,
        description="Images are resized to this many pixels in width and height.",
    )
    channels: int = Field(
        1, description="1 looks at gray values, 3 at red, green and blue.", json_schema_extra={"enum": [1, 3]}
    )
    augment: bool = Field(True, description="Whether training images are flipped, turned and varied in brightness.")
    class_weights: dict[str, float] = Field(
        default_factory=dict,
        description="How much an error on a label counts, by label; labels left out are weighted by their rarity.",
    )
    validation_share: float = Field(
        0.2,
        ge=0,
        lt=1,
        description="The share of images without a split that is held back to choose the best model.",
    )
    threshold: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="The confidence from which on an image counts as defective; left out, the best one on the "
        "validation images is used.",
    )
    checkpoint_epochs: int = Field(1, ge=1, description="A checkpoint is written every so many epochs.")
    seed: int = Field(
        0, ge=0, lt=2**32, description="Decides the first weights, the order of images and every variation."
    )
    threads: int = Field(
        2,
        ge=1,
        le=256,
        description="How many CPU threads compute; another number gives slightly different weights.",
    )
    deterministic: bool = Field(
        True, description="Whether only algorithms are used that give the same bits on every repetition."
    )

    def decision_threshold(self) -> float:
        """The confidence to decide with; one half until a better one is known."""
        return 0.5 if self.threshold is None else self.threshold

    @model_validator(mode="after")
    def _check_common(self) -> Self:
        if self.channels not in (1, 3):
            raise ValueError("channels must be 1 (gray) or 3 (colour).")
        if any(weight <= 0 for weight in self.class_weights.values()):
            raise ValueError("class_weights must all be above 0; to ignore a label leave it out of the labels.")
        return self
