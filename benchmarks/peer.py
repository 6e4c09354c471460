"""Owns the peer: `mlflow server` as pip installs it, or tuned, on the PostgreSQL that the platform uses too."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from embedded.ports import pick_free_port

_START_S = 240.0


@dataclass(frozen=True)
class Setting:
    """How the peer is started."""

    name: str
    workers: int
    uvicorn: str


# `pip install mlflow` brings uvicorn without uvloop and httptools
INSTALLED = Setting("mlflow", 4, "--loop asyncio --http h11")
TUNED = Setting("mlflow tuned (uvloop, 2 workers)", 2, "--loop uvloop")


class Peer:
    """One running `mlflow server`, as a context manager."""

    def __init__(self, setting: Setting, environment: Path, database: str, folder: Path) -> None:
        self.setting = setting
        self.port = pick_free_port()
        self._command = [
            *(str(environment / "bin" / "mlflow"), "server", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(setting.workers), "--uvicorn-opts", setting.uvicorn),
            *("--backend-store-uri", database, "--artifacts-destination", str(folder / "artifacts")),
        ]
        self._environment = {"PATH": f"{environment / 'bin'}:/usr/bin:/bin", "HOME": str(folder)}
        self._log = folder / f"{self.port}.log"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pids(self) -> list[int]:
        return [self._process.pid] if self._process else []

    def __enter__(self) -> Peer:
        print(f"starting {self.setting.name} ...", flush=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=self._environment, cwd=self._folder, start_new_session=True
            )
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise SystemExit(f"mlflow server did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
