"""The recipes by name, and what each of them offers. Does not train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from services.trainer.engine.data import ImageSet
from services.trainer.engine.recipes import classification, segmentation
from services.trainer.engine.recipes.config import RecipeConfig
from services.trainer.engine.verdict import Verdict


class Recipe(Protocol):
    """What a recipe module offers; `tests/trainer/engine/recipes` runs one suite against all of them."""

    NAME: str
    DESCRIPTION: str
    Config: type[RecipeConfig]

    def build(self, config: Any, labels: Sequence[str]) -> nn.Module: ...

    def class_weights(self, config: Any, images: ImageSet) -> Tensor: ...

    def target(self, masks: Tensor, image_classes: Tensor) -> Tensor: ...

    def loss(self, config: Any, logits: Tensor, wanted: Tensor, weights: Tensor) -> Tensor: ...

    def decide(self, config: Any, logits: np.ndarray, height: int, width: int) -> Verdict: ...


RECIPES: dict[str, Any] = {module.NAME: module for module in (segmentation, classification)}


def recipe(name: str) -> Recipe:
    """The recipe called `name`. Raises ValueError that names the ones there are."""
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; choose one of {', '.join(sorted(RECIPES))}.")
    return RECIPES[name]


def catalogue() -> list[dict[str, Any]]:
    """Every recipe with its name, description and the JSON schema of its settings, for forms and documentation."""
    return [
        {"name": name, "description": module.DESCRIPTION, "schema": module.Config.model_json_schema()}
        for name, module in sorted(RECIPES.items())
    ]
