"""The record holds what a repetition needs, and no secret."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import torch

from services.trainer.engine import record


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-b", "main")
    (tmp_path / "code.py").write_text("x = 1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def collect(folder: Path, **more: object) -> dict:
    told = {"argv": ["train"], "environment": {}, "folder": folder, "seeds": {"torch": 1}} | more
    return record.collect(**told)  # type: ignore[arg-type]


def test_record_is_json_and_names_packages_threads_and_hardware(repository: Path) -> None:
    made = json.loads(json.dumps(collect(repository, inputs={"dataset": "sha256:ab"})))
    assert (
        made["packages"]["torch"] == torch.__version__.split("+")[0] or made["packages"]["torch"] == torch.__version__
    )
    assert made["determinism"]["torch_threads"] == torch.get_num_threads()
    assert made["hardware"]["cores"] >= 1
    assert made["hardware"]["cpu"]
    assert made["seeds"] == {"torch": 1}
    assert made["inputs"] == {"dataset": "sha256:ab"}


def test_code_state_tells_clean_changed_and_untracked(repository: Path, tmp_path_factory) -> None:
    clean = record.code(repository)
    assert len(clean["commit"]) == 40
    assert clean["branch"] == "main"
    assert clean["dirty"] is False
    (repository / "code.py").write_text("x = 2\n")
    (repository / "new.py").write_text("y = 1\n")
    changed = record.code(repository)
    assert changed["dirty"] is True
    assert "+x = 2" in changed["diff"]
    assert list(changed["untracked"]) == ["new.py"]
    assert len(changed["untracked"]["new.py"]) == 64
    assert changed["commit"] == clean["commit"]
    assert changed["diff_sha256"] != clean["diff_sha256"]
    assert record.code(tmp_path_factory.mktemp("outside")) == {}


def test_secrets_are_never_recorded(repository: Path) -> None:
    canary = "s3cr3t-canary"
    (repository / "code.py").write_text(f"url = 'https://me:{canary}@example.org'\n")
    made = collect(
        repository,
        argv=[
            "train",
            "--token",
            canary,
            f"--api-key={canary}",
            f"nats://u:{canary}@host",
            f"plumb_pat_{'a' * 36}",
        ],
        environment={"PLUMB_TOKEN": canary, "AWS_SECRET_ACCESS_KEY": canary, "OMP_NUM_THREADS": "2"},
    )
    text = json.dumps(made)
    assert canary not in text
    assert "plumb_pat_aaaa" not in text
    assert made["environment"] == {"OMP_NUM_THREADS": "2"}
    assert made["argv"] == ["train", "--token", "***", "--api-key=***", "nats://***@host", "***"]


def test_compare_names_every_difference(repository: Path) -> None:
    first, second = collect(repository), collect(repository, seeds={"torch": 2, "numpy": 3})
    second["packages"] = first["packages"] | {"torch": "0.1"}
    assert record.compare(first, first) == []
    assert record.compare(first, second) == [
        {"field": "packages.torch", "first": first["packages"]["torch"], "second": "0.1"},
        {"field": "seeds.numpy", "first": None, "second": 3},
        {"field": "seeds.torch", "first": 1, "second": 2},
    ]


def test_weights_digest_sees_values_types_and_names() -> None:
    def model(value: float, dtype: torch.dtype = torch.float32) -> torch.nn.Module:
        layer = torch.nn.Linear(2, 2, dtype=dtype)
        torch.nn.init.constant_(layer.weight, value)
        torch.nn.init.zeros_(layer.bias)
        return layer

    digest = record.weights_digest(model(1.0))
    assert digest == record.weights_digest(model(1.0))
    assert len(digest) == 64
    others = [model(1.0 + 2**-23), model(1.0, torch.float64), torch.nn.Sequential(model(1.0))]
    assert len({record.weights_digest(other) for other in others} | {digest}) == 4
