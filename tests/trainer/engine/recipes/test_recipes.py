"""One suite for every recipe, and what is special to each."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from services.trainer.engine.data import ImageSet
from services.trainer.engine.recipes import RECIPES, catalogue, recipe, segmentation
from services.trainer.engine.recipes.balance import LARGEST_WEIGHT, balanced_weights
from services.trainer.engine.recipes.standardise import standardised

NAMES = sorted(RECIPES)


@pytest.mark.parametrize("name", NAMES)
def test_loss_falls_on_one_batch(name: str, tiny, spots) -> None:
    torch.manual_seed(0)
    module = recipe(name)
    config = module.Config(**tiny)
    images = ImageSet(spots(6), ["spot"], 64, 1)
    model, weights = module.build(config, ["spot"]), module.class_weights(config, images)
    pixels, masks, classes = images.training_batch(range(6), 0, 0, augment=False)
    wanted = module.target(torch.from_numpy(masks), torch.from_numpy(classes))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses = []
    for _ in range(25):
        loss = module.loss(config, model(torch.from_numpy(pixels)), wanted, weights)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channels", [1, 3])
def test_logits_have_background_and_every_label(name: str, channels: int, tiny) -> None:
    module = recipe(name)
    config = module.Config(**tiny, channels=channels)
    model = module.build(config, ["spot", "crack"]).eval()
    logits = model(torch.rand(2, channels, 64, 64))
    assert logits.shape[:2] == (2, 3)
    seen = module.decide(config, logits[0].detach().numpy(), 50, 70)
    assert 0 <= seen.score <= 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "settings",
    [
        {"epoch": 3},
        {"epochs": 0},
        {"image_size": 100},
        {"channels": 2},
        {"learning_rate": -1},
        {"class_weights": {"a": 0}},
    ],
)
def test_bad_settings_are_refused(name: str, settings: dict) -> None:
    with pytest.raises(ValidationError):
        recipe(name).Config(**settings)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_described_by_a_sentence(name: str) -> None:
    schema = next(entry["schema"] for entry in catalogue() if entry["name"] == name)
    for field, told in schema["properties"].items():
        text = told.get("description", "")
        assert (text.endswith(".") and text[0].isupper()) or text[:1].isdigit(), field


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="classification, segmentation"):
        recipe("../../etc")


def test_heads_must_divide_the_sizes() -> None:
    with pytest.raises(ValidationError, match="hidden_sizes"):
        segmentation.Config(hidden_sizes=(8, 9, 16, 16))


def test_rare_classes_weigh_more_and_chosen_weights_stay() -> None:
    classes = ["background", "spot", "crack", "dust"]
    weights = balanced_weights(np.array([9_900, 100, 1, 0]), classes, {"crack": 3.0})
    assert weights[0] < weights[1] < LARGEST_WEIGHT
    assert weights[2] == 3.0
    assert weights[3] == 1.0
    with pytest.raises(ValueError, match="crak"):
        balanced_weights(np.array([1, 1, 1, 1]), classes, {"crak": 1.0})


def test_exposure_does_not_change_what_a_model_sees() -> None:
    pixels = torch.rand(2, 1, 16, 16)
    assert torch.allclose(standardised(pixels), standardised(pixels * 0.5 + 0.3), atol=0.02)
