"""The record names everything a repetition needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from plumbline.record import collect, compare, weights_digest
from plumbline.record.container import container


def test_record_is_json_and_names_packages_threads_and_hardware(repository: Path) -> None:
    found = collect(folder=repository, argv=["train.py"], environment={}, inputs={"tiles@v1": "sha256:ab"})
    made = json.loads(json.dumps(found.document))
    assert (
        made["packages"]["torch"] == torch.__version__.split("+")[0] or made["packages"]["torch"] == torch.__version__
    )
    assert len(made["package_digests"]["httpx"]) == 64
    assert made["python"]["version"].startswith("3.")
    assert made["threads"]["torch"] == torch.get_num_threads()
    assert made["determinism"]["deterministic_algorithms"] is torch.are_deterministic_algorithms_enabled()
    assert made["seeds"]["torch"] == str(torch.initial_seed())
    assert made["hardware"]["cores"] >= 1
    assert made["hardware"]["cpu"]
    assert made["inputs"] == {"tiles@v1": "sha256:ab"}
    assert made["command"] == {"entry_point": made["command"]["entry_point"], "argv": ["train.py"]}


def test_two_records_of_one_process_are_equal(repository: Path) -> None:
    assert compare(collect(folder=repository).document, collect(folder=repository).document) == []


def test_nothing_is_imported_for_a_record(repository: Path) -> None:
    program = (
        "import sys; from plumbline.record import collect; collect();"
        "print(sorted({'torch', 'numpy', 'PIL', 'tensorflow'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_compare_names_every_difference(repository: Path) -> None:
    first = collect(folder=repository).document | {"seeds": {"torch": 1}}
    second = first | {"seeds": {"torch": 2, "numpy": 3}, "packages": first["packages"] | {"torch": "0.1"}}
    assert compare(first, first) == []
    assert compare(first, second) == [
        {"field": "packages.torch", "first": first["packages"]["torch"], "second": "0.1"},
        {"field": "seeds.numpy", "first": None, "second": 3},
        {"field": "seeds.torch", "first": 1, "second": 2},
    ]


@pytest.mark.parametrize(
    ("environment", "told", "digest"),
    [
        ({"PLUMB_IMAGE_DIGEST": f"sha256:{'a' * 64}"}, "", f"sha256:{'a' * 64}"),
        ({"CONTAINER_IMAGE": f"registry.example/train@sha256:{'b' * 64}"}, "", f"sha256:{'b' * 64}"),
        ({}, f"sha256:{'c' * 64}", f"sha256:{'c' * 64}"),
    ],
)
def test_the_digest_of_the_container_is_found(environment: dict[str, str], told: str, digest: str) -> None:
    assert container(environment, told)["digest"] == digest


def test_weights_digest_sees_values_types_and_names() -> None:
    def model(value: float, dtype: torch.dtype = torch.float32) -> torch.nn.Module:
        layer = torch.nn.Linear(2, 2, dtype=dtype)
        torch.nn.init.constant_(layer.weight, value)
        torch.nn.init.zeros_(layer.bias)
        return layer

    digest = weights_digest(model(1.0))
    assert digest == weights_digest(model(1.0)) == weights_digest(model(1.0).state_dict())
    assert len(digest) == 64
    others = [model(1.0 + 2**-23), model(1.0, torch.float64), torch.nn.Sequential(model(1.0))]
    assert len({weights_digest(other) for other in others} | {digest}) == 4
