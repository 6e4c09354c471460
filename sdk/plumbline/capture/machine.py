"""Owns how busy the machine is: processor, memory, disk, network, and GPUs where NVIDIA's library is installed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psutil

_MIB = 1 << 20


class Machine:
    """Samples of this machine and this process, with keys `system/...`; rates are since the sample before."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()
        psutil.cpu_percent()
        self._counters = _counters()
        self._at = time.monotonic()
        self._gpus = _Gpus()

    def sample(self) -> dict[str, float]:
        """Values by key, with their unit in it."""
        memory, now = psutil.virtual_memory(), time.monotonic()
        found = {
            "system/cpu_percent": psutil.cpu_percent(),
            "system/process_cpu_percent": self._process.cpu_percent(),
            "system/memory_percent": memory.percent,
            "system/memory_used_mib": memory.used / _MIB,
            "system/process_memory_mib": self._process.memory_info().rss / _MIB,
            "system/disk_used_percent": psutil.disk_usage(".").percent,
        }
        counters = _counters()
        for name, value in counters.items():
            rate = (value - self._counters.get(name, value)) / max(now - self._at, 1e-3)
            found[f"system/{name}_mib_per_s"] = rate / _MIB
        self._counters, self._at = counters, now
        return found | self._gpus.sample()


def _counters() -> dict[str, int]:
    disk, network = psutil.disk_io_counters(), psutil.net_io_counters()
    found = {"disk_read": disk.read_bytes, "disk_written": disk.write_bytes} if disk else {}
    return found | ({"network_received": network.bytes_recv, "network_sent": network.bytes_sent} if network else {})


class _Gpus:
    """The NVIDIA GPUs of this machine; none when the library or the driver is not there."""

    def __init__(self) -> None:
        self._nvml: Any = None
        self._handles: list[Any] = []
        try:
            import pynvml

            pynvml.nvmlInit()
            self._handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
            self._nvml = pynvml
        except ImportError:
            return
        except pynvml.NVMLError:
            self._handles = []

    def sample(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for index, handle in enumerate(self._handles):
            for name, value in self._values(handle).items():
                found[f"system/gpu.{index}/{name}"] = value
        return found

    def _values(self, handle: Any) -> dict[str, float]:
        nvml = self._nvml
        readings: dict[str, Callable[[], Any]] = {
            "utilisation_percent": lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            "memory_used_mib": lambda: nvml.nvmlDeviceGetMemoryInfo(handle).used / _MIB,
            "memory_percent": lambda: _share(nvml.nvmlDeviceGetMemoryInfo(handle)),
            "power_w": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
            "temperature_c": lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU),
        }
        found: dict[str, float] = {}
        for name, read in readings.items():
            try:
                found[name] = float(read())
            except nvml.NVMLError:
                continue  # not every GPU tells everything
        return found


def _share(memory: Any) -> float:
    return 100 * memory.used / memory.total
