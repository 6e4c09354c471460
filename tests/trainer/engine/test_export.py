"""The exported file computes what torch computes, says what it is, and is enough to predict with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from services.trainer.engine import rasterise
from services.trainer.engine.data import ImageSet
from services.trainer.engine.evaluate import evaluate, torch_predict
from services.trainer.engine.export import OPSET, ParityError, export
from services.trainer.engine.infer import Predictor, annotations_of
from services.trainer.engine.onnx_model import OnnxModel, UnsafeModel, refuse_unsafe
from services.trainer.engine.recipes import recipe
from services.trainer.engine.train import train
from services.trainer.engine.verdict import Verdict

RECIPES = ["segmentation", "classification"]


@pytest.fixture(params=RECIPES)
def trained(request, tiny, spots, tmp_path: Path):
    samples = spots(12)
    settings = tiny | {"epochs": 6, "learning_rate": 0.01, "augment": False}
    return request.param, samples, train(request.param, settings, samples, ["spot"], tmp_path / "run")


def test_exported_model_equals_torch_for_any_batch_and_predicts_alone(trained) -> None:
    name, samples, done = trained
    assert done.exported.max_difference < 1e-4
    payload = done.exported.path.read_bytes()
    assert len(payload) == done.exported.size
    assert onnx.load_model_from_string(payload).opset_import[0].version == OPSET
    predictor = Predictor(payload)
    assert name == predictor.recipe.NAME
    assert predictor.labels == ["spot"]
    assert predictor.config.seed == 7
    again = predictor.evaluate(sorted((s for s in samples), key=lambda s: s.sha256))
    assert again.slice("all").defect_f1 == done.evaluation.slice("all").defect_f1
    assert predictor.config.threshold == done.threshold
    assert done.threshold is not None


def test_predictions_are_annotations_and_repeat_with_equal_ids(trained) -> None:
    name, samples, done = trained
    predictor = Predictor(done.exported.path.read_bytes())
    found = list(predictor.predict(samples))
    assert [entry.sha256 for entry in found] == [sample.sha256 for sample in samples]
    assert found == list(predictor.predict(samples))
    marks = [mark for entry in found for mark in entry.annotations]
    assert len({mark["id"] for mark in marks}) == len(marks)
    for mark in marks:
        assert mark["label"] == "spot"
        assert mark["origin"] == "MODEL"
        assert 0 <= mark["confidence"] <= 1
        assert set(mark["geometry"]) == ({"mask"} if name == "segmentation" else {"tag"})
        if name == "segmentation":
            assert rasterise.class_mask([mark], ["spot"], 48, 48).any()


def test_export_fails_above_the_tolerance_and_leaves_no_file(tmp_path: Path, tiny) -> None:
    module = recipe("segmentation")
    config = module.Config(**tiny)
    model = module.build(config, ["spot"])
    with pytest.raises(ParityError, match="more than -1"):
        export(module, config, ["spot"], model, tmp_path / "model.onnx", tolerance=-1)
    assert list(tmp_path.iterdir()) == []


def test_torch_and_onnx_give_the_same_report(tiny, spots, tmp_path: Path) -> None:
    torch.manual_seed(1)
    module = recipe("classification")
    config = module.Config(**tiny)
    model = module.build(config, ["spot"])
    images = ImageSet(spots(8), ["spot"], 64, 1)
    done = export(module, config, ["spot"], model, tmp_path / "model.onnx")
    served = OnnxModel(done.path.read_bytes())
    assert evaluate(module, config, images, torch_predict(model)) == evaluate(module, config, images, served.predict)


def test_every_region_is_one_annotation_with_its_confidence() -> None:
    class_map = np.zeros((20, 30), dtype=np.uint8)
    class_map[2:4, 2:4] = 1
    class_map[10:16, 10:16] = 2
    class_map[16:18, 16:18] = 2
    confidence = np.where(class_map == 1, 0.6, 0.9).astype(np.float32)
    marks = annotations_of(Verdict(0.9, 2, class_map, confidence), ["spot", "crack"], "model:image")
    assert [(mark["label"], mark["confidence"]) for mark in marks] == [("crack", 0.9), ("spot", 0.6)]
    drawn = rasterise.class_mask(marks, ["spot", "crack"], 20, 30)
    assert np.array_equal(drawn, class_map)


def tiny_graph(initialiser: TensorProto, domain: str = "") -> onnx.ModelProto:
    value = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1])
    out = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1])
    node = helper.make_node("Add", ["pixels", "w"], ["logits"], domain=domain)
    opsets = [helper.make_opsetid("", OPSET)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(helper.make_graph([node], "g", [value], [out], [initialiser]), opset_imports=opsets)


def inside() -> TensorProto:
    return helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])


def outside() -> TensorProto:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return tensor


def branch_with(tensor: TensorProto) -> onnx.ModelProto:
    """A model that hides `tensor` in a constant of a branch of a condition."""
    out = helper.make_tensor_value_info("o", TensorProto.FLOAT, [1])
    inner = helper.make_graph([helper.make_node("Constant", [], ["o"], value=tensor)], "inner", [], [out])
    condition = helper.make_tensor_value_info("pixels", TensorProto.BOOL, [])
    node = helper.make_node("If", ["pixels"], ["logits"], then_branch=inner, else_branch=inner)
    result = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1])
    graph = helper.make_graph([node], "g", [condition], [result])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])


@pytest.mark.parametrize("model", [tiny_graph(outside()), branch_with(outside())], ids=["initialiser", "branch"])
def test_models_that_refer_to_other_files_are_refused(model: onnx.ModelProto) -> None:
    with pytest.raises(UnsafeModel):
        refuse_unsafe(model.SerializeToString())


def test_models_with_weights_inside_pass() -> None:
    refuse_unsafe(tiny_graph(inside()).SerializeToString())
    refuse_unsafe(branch_with(inside()).SerializeToString())


def test_foreign_operators_and_foreign_bytes_are_refused() -> None:
    with pytest.raises(UnsafeModel, match=r"vendor.example"):
        refuse_unsafe(tiny_graph(inside(), "vendor.example").SerializeToString())
    with pytest.raises(UnsafeModel, match="no valid ONNX"):
        refuse_unsafe(b"PK\x03\x04 not a model")


def test_a_model_that_does_not_say_what_it_is_is_refused() -> None:
    with pytest.raises(UnsafeModel, match="recipe and labels"):
        OnnxModel(tiny_graph(inside()).SerializeToString())
