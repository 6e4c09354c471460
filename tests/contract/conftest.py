"""Which object stores this machine can run, and saying so: a store that was left out is never left out silently."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.objects import Objects
from embedded.ports import pick_free_port
from embedded.state import State
from embedded.supervisor import Supervisor
from kit.blobs import ObjectStore
from tests.contract.ceph import Ceph, missing_programs

PAGE = "https://plumbline.example"


@dataclass(frozen=True)
class Server:
    """A running S3 server and the keys to it."""

    endpoint: str
    access_key: str
    secret_key: str

    def store(self, bucket: str, public_endpoint: str | None = None) -> ObjectStore:
        """A client of one bucket."""
        return ObjectStore(
            endpoint=self.endpoint,
            public_endpoint=public_endpoint or self.endpoint,
            bucket=bucket,
            access_key=self.access_key,
            secret_key=self.secret_key,
        )


@contextmanager
def rclone() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="plumb-s3-") as folder:
        state = State(folder)
        objects = Objects(state, pick_free_port())
        supervisor = Supervisor([objects.program()], state.logs_dir)
        supervisor.start()
        try:
            yield Server(objects.endpoint, objects.access_key, objects.secret_key)
        finally:
            supervisor.stop()


@contextmanager
def ceph() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="plumb-ceph-"))
    cluster = Ceph(folder)
    try:
        cluster.start()
        yield Server(cluster.endpoint, cluster.access_key, cluster.secret_key)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


STORES: dict[str, Callable[[], AbstractContextManager[Server]]] = {"rclone": rclone}
LEFT_OUT: list[str] = []
if missing := missing_programs():
    LEFT_OUT.append(
        f"Ceph RGW: {', '.join(missing)} not installed "
        "(apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common)"
    )
else:
    STORES["ceph"] = ceph


@pytest.fixture(scope="session", params=list(STORES))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Each object store found on this machine, running."""
    with STORES[request.param]() as running:
        yield running


@pytest.fixture
def bucket() -> str:
    """A bucket name that no other test uses."""
    return f"test-{uuid.uuid4().hex[:12]}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the object stores that the contract was checked on, and those it was not."""
    terminalreporter.section("object stores")
    terminalreporter.line(f"checked on: {', '.join(STORES)}")
    for reason in LEFT_OUT:
        terminalreporter.line(f"NOT checked on {reason}", yellow=True)
