"""Owns the three servers of the embedded platform as one thing to start and stop. Does not run services."""

from __future__ import annotations

import shlex
import signal
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from embedded.nats import Nats
from embedded.objects import BUCKET, REGION, Objects
from embedded.ports import LOOPBACK, require_free
from embedded.postgres import Postgres
from embedded.program import Program
from embedded.state import SERVICES, State, write_private
from embedded.supervisor import Supervisor

DEFAULT_PORT = 8080


class Stack:
    """PostgreSQL, the event bus and the object store of one state folder, as a context manager.

    `environment` is what the services read (`PLUMB_...`), complete before anything runs. The same folder may be
    used by one stack or platform at a time.
    """

    def __init__(
        self,
        home: Path | str,
        *,
        nats_port: int | None = None,
        s3_port: int | None = None,
        public_url: str | None = None,
    ) -> None:
        self.state = State(home)
        self._nats_port = self.state.port("nats", nats_port)
        self._s3_port = self.state.port("s3", s3_port)
        self.url = self._web_address()
        self.public_url = (public_url or self.url).rstrip("/")
        self.postgres = Postgres(self.state)
        self.nats = Nats(self.state, self._nats_port)
        self.objects = Objects(self.state, self._s3_port)
        self._held = ExitStack()
        self._supervisor: Supervisor | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every service, by the names that `kit.settings` reads."""
        return {
            "PLUMB_HOME": str(self.state.home),
            **{f"PLUMB_DATABASE_URL_{service.upper()}": self.postgres.dsn(service) for service in SERVICES},
            "PLUMB_NATS_URL": self.nats.url,
            "PLUMB_S3_ENDPOINT": self.objects.endpoint,
            "PLUMB_S3_PUBLIC_ENDPOINT": self.objects.endpoint,
            "PLUMB_S3_BUCKET": BUCKET,
            "PLUMB_S3_ACCESS_KEY": self.objects.access_key,
            "PLUMB_S3_SECRET_KEY": self.objects.secret_key,
            "PLUMB_S3_REGION": REGION,
            "PLUMB_IDENTITY_KEY": self.state.secret("identity_key"),
            "PLUMB_PUBLIC_URL": self.public_url,
        }

    def start(self, timeout_s: float = 90.0) -> None:
        """Start everything and return when it is ready.

        Raises HomeInUse, PortBusy or StartFailed; nothing is left running then.
        """
        with ExitStack() as undo:
            undo.enter_context(self.state.locked())
            self._require_ports()
            write_private(self.state.environment_file, _shell_lines(self.environment))
            self._supervisor = Supervisor(self._programs(), self.state.logs_dir)
            undo.callback(self._supervisor.stop)  # also when the start is interrupted
            self._supervisor.start(timeout_s)
            self._held = undo.pop_all()

    def stop(self) -> None:
        """Stop everything, in reverse order; no process is left when this returns."""
        self._held.close()

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal (SIGKILL) to one program, as a crash would; it is started again by itself."""
        self._running.kill(self._program_name(name), with_signal)

    def pid(self, name: str) -> int | None:
        """The process id of one program, None while it is being started again."""
        return self._running.pid(self._program_name(name))

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        """Return when every program answers, for example after `kill`; raises StartFailed after the timeout."""
        self._running.wait_ready(timeout_s)

    def wait_stopped(self, timeout_s: float | None = None) -> bool:
        """Wait until everything has stopped; False when the timeout came first. Raises what made it fail."""
        return self._running.wait_stopped(timeout_s)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _web_address(self) -> str:
        return f"http://{LOOPBACK}:{DEFAULT_PORT}"

    @property
    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise RuntimeError("not started: call start() or use `with`")
        return self._supervisor

    def _program_name(self, name: str) -> str:
        return name

    def _require_ports(self) -> None:
        require_free(self._nats_port, "event bus", "--nats-port")
        require_free(self._s3_port, "object store", "--s3-port")

    def _programs(self) -> list[Program]:
        return [self.postgres.program(), self.nats.program(), self.objects.program()]


def _shell_lines(environment: dict[str, str]) -> str:
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
