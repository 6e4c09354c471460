"""Owns a real MLflow server on the loopback, from the environment that `make mlflow` makes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from embedded.ports import LOOPBACK, pick_free_port

_ROOT = Path(__file__).resolve().parents[3]
_BIN = _ROOT / ".venv-mlflow" / "bin"
_STORY = Path(__file__).with_name("mlflow_story.py")


@contextmanager
def running(home: Path) -> Iterator[str]:
    """The address of an empty server that keeps its state in `home`."""
    assert (_BIN / "mlflow").is_file(), "MLflow's own environment is missing: make mlflow"
    port = pick_free_port()
    command = [str(_BIN / "mlflow"), "server", "--host", LOOPBACK, "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--artifacts-destination", str(home / "files")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment(), start_new_session=True)
    try:
        url = f"http://{LOOPBACK}:{port}"
        _wait(url, process, home / "log")
        yield url
    finally:
        # nothing of its state is wanted afterwards, and its workers take their time
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def tell_story(url: str) -> dict[str, str]:
    """Write everything that an import must bring, by MLflow's own client; ids by role."""
    done = subprocess.run(
        [str(_BIN / "python"), "-P", str(_STORY), url], env=_environment(), capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(f"MLflow does not answer: {log.read_text()}")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW", "PLUMB"))}
    return {**kept, "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
