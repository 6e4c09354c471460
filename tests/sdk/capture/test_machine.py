"""The machine is sampled with units in the names, GPUs where a driver answers."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from plumbline.capture.machine import Machine


class Unsupported(Exception):
    """A GPU does not tell something."""


def driver() -> ModuleType:
    """NVIDIA's library on a machine with one GPU that knows no temperature."""
    found = ModuleType("pynvml")
    found.NVMLError = Unsupported  # type: ignore[attr-defined]
    found.NVML_TEMPERATURE_GPU = 0  # type: ignore[attr-defined]
    found.nvmlInit = lambda: None  # type: ignore[attr-defined]
    found.nvmlDeviceGetCount = lambda: 1  # type: ignore[attr-defined]
    found.nvmlDeviceGetHandleByIndex = lambda index: index  # type: ignore[attr-defined]
    found.nvmlDeviceGetUtilizationRates = lambda _handle: SimpleNamespace(gpu=87)  # type: ignore[attr-defined]
    memory = SimpleNamespace(used=4 << 30, total=16 << 30)
    found.nvmlDeviceGetMemoryInfo = lambda _handle: memory  # type: ignore[attr-defined]
    found.nvmlDeviceGetPowerUsage = lambda _handle: 250_500  # type: ignore[attr-defined]

    def temperature(_handle: int, _sensor: int) -> float:
        raise Unsupported

    found.nvmlDeviceGetTemperature = temperature  # type: ignore[attr-defined]
    return found


def test_processor_memory_disk_and_network_are_told() -> None:
    sample = Machine().sample()
    assert 0 < sample["system/memory_percent"] <= 100
    assert sample["system/process_memory_mib"] > 10
    assert 0 <= sample["system/disk_used_percent"] <= 100
    assert {key for key in sample if key.endswith("_mib_per_s")} >= {"system/network_sent_mib_per_s"}
    assert all(isinstance(value, int | float) for value in sample.values())


def test_a_gpu_tells_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", driver())
    sample = Machine().sample()
    assert {key: value for key, value in sample.items() if "gpu" in key} == {
        "system/gpu.0/utilisation_percent": 87,
        "system/gpu.0/memory_used_mib": 4096,
        "system/gpu.0/memory_percent": 25,
        "system/gpu.0/power_w": 250.5,
    }


def test_a_library_without_a_driver_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = driver()

    def nothing() -> None:
        raise Unsupported

    broken.nvmlInit = nothing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pynvml", broken)
    assert not [key for key in Machine().sample() if "gpu" in key]
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert not [key for key in Machine().sample() if "gpu" in key]
