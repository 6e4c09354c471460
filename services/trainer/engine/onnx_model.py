"""Owns loading an ONNX model from bytes, safely, and running it. Does not read or write model files.

A model file comes from outside: external data would let it read any file of this machine, so it is refused before
onnxruntime sees the bytes, and only operators of the standard are allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime
from pydantic import BaseModel, ValidationError

METADATA_KEY = "plumbline"
MAX_BYTES = 1024**3
STANDARD_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
INPUT = "pixels"
OUTPUT = "logits"


class UnsafeModel(ValueError):
    """The bytes are no ONNX model that may be run here."""


class Description(BaseModel):
    """What an exported model says about itself: its recipe, its labels without background, and its settings."""

    recipe: str
    labels: list[str]
    config: dict[str, Any]


class OnnxModel:
    """A checked model in an onnxruntime session; `description` is what the exporter wrote into its metadata."""

    def __init__(self, payload: bytes, threads: int = 1) -> None:
        """Raises UnsafeModel with the reason."""
        refuse_unsafe(payload)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.use_deterministic_compute = True
        try:
            self.session = onnxruntime.InferenceSession(payload, options, providers=providers())
        except Exception as error:  # onnxruntime raises a family without a common public base
            raise UnsafeModel(f"onnxruntime refuses the model: {error}") from error
        if [entry.name for entry in self.session.get_inputs()] != [INPUT]:
            raise UnsafeModel(f"The model has no single input {INPUT!r}; export it with a recipe of this platform.")
        text = self.session.get_modelmeta().custom_metadata_map.get(METADATA_KEY, "")
        try:
            self.description = Description.model_validate_json(text)
        except ValidationError as error:
            raise UnsafeModel("The model does not say its recipe and labels; export it with a recipe.") from error

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """Pixels float32 (N, C, S, S) in [0, 1] to logits float32 (N, K) or (N, K, S, S)."""
        return self.session.run([OUTPUT], {INPUT: pixels})[0]


def providers() -> list[str]:
    """The execution providers to use, best first: CUDA where it is installed, and always the CPU."""
    installed = onnxruntime.get_available_providers()
    return [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in installed]


def refuse_unsafe(payload: bytes) -> None:
    """Raise UnsafeModel for bytes that are too large, no ONNX, refer to other files or use foreign operators."""
    if len(payload) > MAX_BYTES:
        raise UnsafeModel(f"The model has {len(payload)} bytes, more than {MAX_BYTES}.")
    try:
        model = onnx.load_model_from_string(payload)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf and the checker raise unrelated types
        raise UnsafeModel(f"The bytes are no valid ONNX model: {error}") from error
    if any(_is_external(tensor) for tensor in _tensors(model)):
        raise UnsafeModel("The model keeps weights in other files; save it as one file with its weights inside.")
    foreign = sorted({node.domain for node in _nodes(model)} - set(STANDARD_DOMAINS))
    if foreign:
        raise UnsafeModel(f"The model uses operators of {', '.join(foreign)}; only standard ONNX ones are run.")


def _is_external(tensor: onnx.TensorProto) -> bool:
    return tensor.data_location == onnx.TensorProto.EXTERNAL or len(tensor.external_data) > 0


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    yield graph
    for node in graph.node:
        for inner in _inner_graphs(node):
            yield from _graphs(inner)


def _inner_graphs(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _nodes(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    for graph in _graphs(model.graph):
        yield from graph.node
    for function in model.functions:
        for node in function.node:
            yield node
            for inner in _inner_graphs(node):
                for graph in _graphs(inner):
                    yield from graph.node


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    for node in _nodes(model):
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)
            for graph in (attribute.g, *attribute.graphs):
                yield from _initialisers(graph)
    yield from _initialisers(model.graph)
    for training in model.training_info:
        for graph in (training.initialization, training.algorithm):
            yield from _initialisers(graph)


def _attribute_tensors(attribute: onnx.AttributeProto) -> Iterator[onnx.TensorProto]:
    yield attribute.t
    yield from attribute.tensors
    for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
        yield sparse.values
        yield sparse.indices


def _initialisers(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield sparse.values
        yield sparse.indices
