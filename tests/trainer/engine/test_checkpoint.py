"""A checkpoint is whole or absent, reads back equal, and reading one runs no code."""

from __future__ import annotations

import pickle
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from services.trainer.engine import checkpoint, determinism


def sample_state() -> checkpoint.State:
    state = checkpoint.State(values={"step": 3, "epoch": 1, "losses": [0.1, 1 / 3]})
    state.put("model", {"weight": torch.arange(6.0).reshape(2, 3), "count": torch.tensor(5)})
    return state


def test_written_state_reads_back_equal(tmp_path: Path) -> None:
    written = checkpoint.write(tmp_path, sample_state())
    read = checkpoint.read(written.path, written.sha256)
    assert read.values == sample_state().values
    assert read.group("model")["weight"].equal(torch.arange(6.0).reshape(2, 3))
    assert (written.step, written.epoch, written.size) == (3, 1, written.path.stat().st_size)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-00000003.safetensors"]


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = checkpoint.write(tmp_path, sample_state())

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(OSError, match="no space"):
        checkpoint.write(tmp_path, sample_state())
    assert checkpoint.read(first.path, first.sha256).values["step"] == 3


def test_one_changed_byte_is_found(tmp_path: Path) -> None:
    written = checkpoint.write(tmp_path, sample_state())
    damaged = bytearray(written.path.read_bytes())
    damaged[-1] ^= 1
    written.path.write_bytes(damaged)
    with pytest.raises(checkpoint.BadCheckpoint, match="does not match its digest"):
        checkpoint.read(written.path, written.sha256)


@pytest.mark.parametrize("content", [b"", b"nonsense" * 10, pickle.dumps({"step": 1})])
def test_foreign_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint-00000001.safetensors"
    path.write_bytes(content)
    with pytest.raises(checkpoint.BadCheckpoint):
        checkpoint.read(path)


def test_random_states_of_all_three_generators_come_back(tmp_path: Path) -> None:
    determinism.seed_everything(5)
    random.gauss(0, 1), np.random.standard_normal(), torch.rand(1)
    values, tensors = determinism.random_state()
    state = checkpoint.State(values={"step": 0, "epoch": 0, "random": values})
    state.put("random", tensors)
    written = checkpoint.write(tmp_path, state)
    wanted = (random.gauss(0, 1), np.random.standard_normal(), torch.rand(1).item())
    determinism.seed_everything(6)
    read = checkpoint.read(written.path)
    determinism.restore_random_state(read.values["random"], read.group("random"))
    assert (random.gauss(0, 1), np.random.standard_normal(), torch.rand(1).item()) == wanted
