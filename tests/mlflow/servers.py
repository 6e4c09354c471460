"""Owns the two servers of the comparison and the programs that talk to each. Does not compare anything."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from embedded.ports import LOOPBACK, pick_free_port
from embedded.postgres import Postgres

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / ".venv-mlflow"
PYTHON = ENVIRONMENT / "bin" / "python"
_DATABASE = "oracle"
_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Server:
    """A tracking server and what a client needs to talk to it."""

    url: str
    token: str

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a client's program: the two variables that a user sets, and quiet, fast failing."""
        return {
            **os.environ,
            "PYTHONPATH": "",
            "MLFLOW_TRACKING_URI": self.url,
            "MLFLOW_TRACKING_TOKEN": self.token,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "GIT_PYTHON_REFRESH": "quiet",
            "OMP_NUM_THREADS": "1",
            **more,
        }


@contextmanager
def mlflow_server(postgres: Postgres, folder: Path) -> Iterator[Server]:
    """MLflow's own server, on a database of its own and with its files in a folder."""
    asyncio.run(_create_database(postgres))
    port, log = pick_free_port(), folder / "oracle.log"
    command = [
        *(str(ENVIRONMENT / "bin" / "mlflow"), "server", "--host", LOOPBACK, "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", f"postgresql+psycopg2://plumb@/{_DATABASE}?host={postgres.socket_dir}"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    environment = {
        "PATH": f"{ENVIRONMENT / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # receivers of the cases are on this machine, and their answer is waited for once
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
        "MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES": "0",
        "MLFLOW_WEBHOOK_CACHE_TTL": "0",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment, cwd=folder)
    try:
        server = Server(f"http://{LOOPBACK}:{port}", "")
        _wait(server, process, log)
        asyncio.run(_count_from_afar(postgres))
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Client:
    """A program with the plain MLflow client that runs cases against one server, one after the other."""

    def __init__(self, server: Server) -> None:
        self._process = subprocess.Popen(
            [str(PYTHON), str(HERE / "side.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=server.environment(),
            text=True,
        )

    def start(self, case: str) -> None:
        """Begin a case; `answer` waits for its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{case}\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What the case said; fails with what was raised in it."""
        assert self._process.stdout is not None
        document = json.loads(self._process.stdout.readline() or '{"failed": "the client ended"}')
        assert "failed" not in document, document["failed"]
        return document["said"]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def run_script(name: str, server: Server, environment: Mapping[str, str] | None = None) -> Any:
    """The JSON document that a script of `scripts/` prints as its last line."""
    done = subprocess.run(
        [str(PYTHON), str(HERE / "scripts" / f"{name}.py")],
        env=server.environment(**(environment or {})),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


async def _create_database(postgres: Postgres) -> None:
    connection = await asyncpg.connect(host=str(postgres.socket_dir), user="postgres", database="postgres")
    try:
        await connection.execute(f"CREATE DATABASE {_DATABASE} OWNER plumb")
    finally:
        await connection.close()


async def _count_from_afar(postgres: Postgres) -> None:
    """Ids of experiments that no other number in an answer is mistaken for."""
    connection = await asyncpg.connect(host=str(postgres.socket_dir), user="plumb", database=_DATABASE)
    try:
        await connection.execute("ALTER SEQUENCE experiments_experiment_id_seq RESTART WITH 70000001")
    finally:
        await connection.close()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    with httpx.Client(trust_env=False) as http:
        while True:
            with suppress(httpx.HTTPError):
                if http.get(f"{server.url}/health").status_code == 200:
                    return
            ended = process.poll() is not None or time.monotonic() > deadline
            assert not ended, log.read_text()[-3000:]
            time.sleep(0.3)
