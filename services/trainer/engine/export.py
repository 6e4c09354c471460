"""Owns turning a trained model into one checked, self-describing ONNX file. Does not serve it."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.jit._trace import TracerWarning

from services.trainer.engine.onnx_model import METADATA_KEY, Description, OnnxModel
from services.trainer.engine.recipes import Recipe
from services.trainer.engine.recipes.config import RecipeConfig

OPSET = 17
TOLERANCE = 1e-3
PARITY_BATCHES = (1, 3)


class ParityError(RuntimeError):
    """The exported model does not compute what the trained one computes."""


@dataclass(frozen=True)
class Exported:
    """The file that was written: sha256, size in bytes, and the largest difference to torch on its logits."""

    path: Path
    sha256: str
    size: int
    max_difference: float
    tolerance: float


def export(
    recipe: Recipe,
    config: RecipeConfig,
    labels: Sequence[str],
    model: nn.Module,
    path: Path,
    tolerance: float = TOLERANCE,
) -> Exported:
    """Write `model` as ONNX (opset 17, any batch size, weights inside) and check it against torch with onnxruntime.

    The settings and labels go into the file's metadata, so that the file alone is enough to predict with.
    Raises ParityError above `tolerance`, the largest allowed absolute difference of a logit; then no file is left.
    """
    payload = _described(_converted(model, config), recipe, config, labels)
    difference = parity(model, OnnxModel(payload, threads=config.threads), config)
    if not difference <= tolerance:
        raise ParityError(
            f"The ONNX model differs from torch by {difference:.3g}, more than {tolerance:.3g}; it was not written."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(payload)
    os.replace(partial, path)
    return Exported(path, hashlib.sha256(payload).hexdigest(), len(payload), difference, tolerance)


def parity(model: nn.Module, exported: OnnxModel, config: RecipeConfig) -> float:
    """The largest absolute difference of any logit between torch and onnxruntime, over several batch sizes."""
    draw = np.random.Generator(np.random.PCG64(config.seed))
    device = next(model.parameters()).device
    largest = 0.0
    model.eval()
    for count in PARITY_BATCHES:
        shape = (count, config.channels, config.image_size, config.image_size)
        pixels = draw.random(shape, dtype=np.float32)
        with torch.inference_mode():
            wanted = model(torch.from_numpy(pixels).to(device)).cpu().numpy()
        largest = max(largest, float(np.abs(wanted - exported.predict(pixels)).max()))
    return largest


def _converted(model: nn.Module, config: RecipeConfig) -> bytes:
    model.eval()
    example = torch.zeros(2, config.channels, config.image_size, config.image_size)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The tracing exporter announces its end, but it alone keeps the batch size free for every recipe.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", category=TracerWarning)
        torch.onnx.export(
            model,
            (example.to(next(model.parameters()).device),),
            buffer,  # type: ignore[arg-type]
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_axes={"pixels": {0: "batch"}, "logits": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()


def _described(payload: bytes, recipe: Recipe, config: RecipeConfig, labels: Sequence[str]) -> bytes:
    model = onnx.load_model_from_string(payload)
    description = Description(recipe=recipe.NAME, labels=list(labels), config=config.model_dump(mode="json"))
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, description.model_dump_json()
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)
