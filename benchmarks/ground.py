"""Owns what is measured on: the platform as a user starts it, the peer on the same PostgreSQL, and their callers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil

import plumbline
from benchmarks import processes
from benchmarks.line import Line
from benchmarks.peer import Peer, Setting
from benchmarks.report import Measurement, Report
from embedded import Platform
from embedded.ports import pick_free_port
from plumbline.accounts import join

_PATIENCE_S = 20.0
_DATABASE = "mlflow"


class Ground:
    """Both sides, running. The peer starts when it is first asked for.

    Args:
        home: an empty folder for all state.
        environment: where the peer is installed.
        rounds: how often each side is measured, in turns.
    """

    def __init__(self, home: Path, environment: Path, *, rounds: int) -> None:
        self.rounds = rounds
        self._home = home
        self._environment = environment
        self._held = ExitStack()
        self._peers: dict[str, Peer] = {}
        self.token = ""

    def __enter__(self) -> Ground:
        with ExitStack() as undo:
            collector = pick_free_port()
            spans = subprocess.Popen([sys.executable, "-m", "benchmarks.collector", str(collector)])
            undo.callback(spans.wait)
            undo.callback(spans.terminate)
            os.environ["PLUMB_OTLP_ENDPOINT"] = f"http://127.0.0.1:{collector}/v1/traces"
            self.platform = undo.enter_context(Platform(self._home))
            self.token = _owner_token(self.platform)
            self._held = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def pids(self) -> list[int]:
        """The services, without the servers they use."""
        pid = self.platform.pid("services")
        return [pid] if pid else []

    @property
    def all_pids(self) -> list[int]:
        """Everything of the platform: services, database, bus, object store."""
        names = ("services", "postgres", "nats", "objects")
        return [pid for name in names if (pid := self.platform.pid(name)) is not None]

    def peer(self, setting: Setting) -> Peer:
        """The peer in this setting, started when needed; the same database serves every setting."""
        if setting.name not in self._peers:
            asyncio.run(self._create_database())
            uri = f"postgresql+psycopg2://plumb@/{_DATABASE}?host={self.platform.postgres.socket_dir}"
            peer = Peer(setting, self._environment, uri, self._home / "mlflow")
            self._peers[setting.name] = self._held.enter_context(peer)
        return self._peers[setting.name]

    def line(self) -> Line:
        """A connection to the gateway with a token of the owner."""
        return Line(urlsplit(self.platform.url).port or 80, self.token)

    def client(self) -> plumbline.Client:
        """The SDK's client."""
        return plumbline.connect(self.platform.url, self.token)

    async def peer_database(self) -> asyncpg.Connection:
        """A connection to the peer's database, for seeds."""
        return await asyncpg.connect(host=str(self.platform.postgres.socket_dir), user="plumb", database=_DATABASE)

    async def database(self, service: str) -> asyncpg.Connection:
        """A connection to the database of one of our services, for figures about storage."""
        return await asyncpg.connect(self.platform.postgres.dsn(service).replace("+asyncpg", ""))

    def rest(self) -> float:
        """Wait until the machine is quiet; the share that was busy."""
        return processes.wait_until_quiet(_PATIENCE_S)

    async def _create_database(self) -> None:
        host = str(self.platform.postgres.socket_dir)
        connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", _DATABASE):
                await connection.execute(f"CREATE DATABASE {_DATABASE} OWNER plumb")
        finally:
            await connection.close()


def in_turns(
    ground: Ground, report: Report, benchmark: str, sides: dict[str, tuple[Callable[[], float], list[int]]]
) -> list[Measurement]:
    """Measure every side once per round, in turns; seconds per operation, in the order of `sides`.

    Args:
        sides: what measures one round of a side, and the processes that serve it.
    """
    report.note(f"[bold]{benchmark}[/]")
    busy = ground.rest()
    repeats: dict[str, list[float]] = {side: [] for side in sides}
    spent = dict.fromkeys(sides, 0.0)
    for measure, _ in sides.values():
        measure()  # the first round fills caches and is not counted
    for _ in range(ground.rounds):
        for side, (measure, pids) in sides.items():
            before = processes.cpu_seconds(pids)
            repeats[side].append(measure())
            spent[side] += processes.cpu_seconds(pids) - before
    found = [Measurement(benchmark, side, "s", repeats[side], busy, spent[side]) for side in sides]
    for measured in found:
        report.keep(measured)
    return found


def conditions(environment: Path) -> dict[str, object]:
    """What a figure means nothing without."""
    shown = "import mlflow, uvicorn; print(mlflow.__version__, 'uvicorn', uvicorn.__version__)"
    peer = subprocess.run(
        [str(environment / "bin" / "python"), "-c", shown], capture_output=True, text=True, check=False
    )
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "load": round(os.getloadavg()[0], 2),
        "python": sys.version.split()[0],
        "asyncpg": metadata.version("asyncpg"),
        "mlflow": peer.stdout.strip() or "absent",
        "commit": _commit(),
    }


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def _owner_token(platform: Platform) -> str:
    link = platform.state.owner_link_file.read_text(encoding="utf-8").strip()
    invitation = parse_qs(urlsplit(link).query)["token"][0]
    return join(platform.url, invitation, name="Ada", password="a long enough password", email="ada@bench.example")
