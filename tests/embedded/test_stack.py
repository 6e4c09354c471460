"""The three servers together: nothing acknowledged is lost by a crash, nothing is left after a stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import nats
import pytest
from nats.js import JetStreamContext

from embedded import Stack
from embedded.errors import HomeInUse, PortBusy
from embedded.objects import BUCKET
from embedded.ports import LOOPBACK, pick_free_port
from embedded.state import SERVICES
from kit.blobs import ObjectStore
from tests.embedded.processes import eventually, family, runs

SERVERS = ("postgres", "nats", "objects")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("home")) as running:
        yield running


async def database(stack: Stack, service: str = "storage") -> asyncpg.Connection:
    """As a service would connect, by the URL it is given."""
    return await asyncpg.connect(stack.postgres.dsn(service).replace("+asyncpg", ""))


def store(stack: Stack) -> ObjectStore:
    environment = stack.environment
    return ObjectStore(
        endpoint=environment["PLUMB_S3_ENDPOINT"],
        public_endpoint=environment["PLUMB_S3_PUBLIC_ENDPOINT"],
        bucket=environment["PLUMB_S3_BUCKET"],
        access_key=environment["PLUMB_S3_ACCESS_KEY"],
        secret_key=environment["PLUMB_S3_SECRET_KEY"],
        region=environment["PLUMB_S3_REGION"],
    )


async def bus(stack: Stack) -> JetStreamContext:
    client = await nats.connect(stack.nats.url)
    context = client.jetstream()
    await context.add_stream(name="TEST", subjects=["test.>"])
    return context


def test_every_service_has_a_database_of_its_own(stack: Stack) -> None:
    async def scenario() -> None:
        names = set()
        for service in SERVICES:
            connection = await database(stack, service)
            names.add(await connection.fetchval("SELECT current_database()"))
            await connection.close()
        assert names == {f"plumb_{service}" for service in SERVICES}

    asyncio.run(scenario())


def test_services_connect_to_postgresql_without_its_superuser(stack: Stack) -> None:
    async def scenario() -> None:
        connection = await database(stack)
        assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        await connection.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("max_connections", "200")],
)
def test_postgresql_keeps_its_promises(stack: Stack, setting: str, value: str) -> None:
    async def scenario() -> None:
        connection = await database(stack)
        assert await connection.fetchval(f"SHOW {setting}") == value
        await connection.close()

    asyncio.run(scenario())


def test_committed_rows_survive_a_killed_postgresql(stack: Stack) -> None:
    async def write() -> None:
        connection = await database(stack)
        await connection.execute("CREATE TABLE IF NOT EXISTS crash (number int)")
        await connection.executemany("INSERT INTO crash VALUES ($1)", [(number,) for number in range(100)])

    async def count() -> int:
        connection = await database(stack)
        found = await connection.fetchval("SELECT count(DISTINCT number) FROM crash")
        await connection.close()
        return found

    asyncio.run(write())
    stack.kill("postgres")
    stack.wait_ready()
    assert asyncio.run(count()) == 100


def test_acknowledged_events_survive_a_killed_bus(stack: Stack) -> None:
    async def write() -> None:
        context = await bus(stack)
        for number in range(100):
            await context.publish("test.event", str(number).encode())

    async def count() -> int:
        return (await (await bus(stack)).stream_info("TEST")).state.messages

    asyncio.run(write())
    stack.kill("nats")
    stack.wait_ready()
    assert asyncio.run(count()) == 100


def test_stored_objects_survive_a_killed_store(stack: Stack) -> None:
    async def write() -> None:
        await store(stack).ensure_bucket()
        await asyncio.gather(*(store(stack).put(f"staging/{number}", b"%d" % number) for number in range(20)))

    async def read() -> list[bytes]:
        return [await store(stack).get(f"staging/{number}") for number in range(20)]

    asyncio.run(write())
    stack.kill("objects")
    stack.wait_ready()
    assert asyncio.run(read()) == [b"%d" % number for number in range(20)]


def test_uploads_that_come_and_go_leave_the_store_its_folder(stack: Stack) -> None:
    """A store that removes a folder with its last object fails the next upload into it."""

    async def scenario() -> None:
        await store(stack).ensure_bucket()
        await store(stack).put("staging/one", b"1")
        await store(stack).delete("staging/one")

    asyncio.run(scenario())
    assert (stack.state.objects_dir / BUCKET / "staging").is_dir()


def test_a_short_outage_of_the_store_is_not_seen_by_its_users(stack: Stack) -> None:
    async def scenario() -> None:
        objects = store(stack)
        await objects.ensure_bucket()
        await objects.put("staging/outage", b"here")
        stack.kill("objects")
        assert await objects.get("staging/outage") == b"here"

    asyncio.run(scenario())
    stack.wait_ready()


def test_objects_are_refused_without_a_signature(stack: Stack) -> None:
    async def write() -> str:
        objects = store(stack)
        await objects.ensure_bucket()
        await objects.put("staging/secret", b"secret")
        return objects.presign_get("staging/secret", timedelta(minutes=1), "a.bin", "application/octet-stream")

    signed = asyncio.run(write())
    assert httpx.get(signed).content == b"secret"
    unsigned = httpx.get(signed.partition("?")[0])
    assert unsigned.status_code >= 400
    assert b"secret" not in unsigned.content.replace(b"staging/secret", b"")


def test_a_stop_leaves_no_process_and_the_next_start_finds_the_data(tmp_path: Path) -> None:
    with Stack(tmp_path / "home") as first:
        processes = [pid for name in SERVERS for pid in family(first.pid(name) or 0)]
        assert len(processes) > len(SERVERS)  # PostgreSQL has several
        asyncio.run(remember(first))
    assert [pid for pid in processes if runs(pid)] == []
    with Stack(tmp_path / "home") as second:
        assert asyncio.run(recall(second)) == "kept"


def test_a_killed_platform_leaves_no_process_and_starts_again(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time; from embedded import Stack\n"
        "with Stack(sys.argv[1]) as stack:\n"
        f"    pids = [str(stack.pid(name)) for name in {SERVERS!r}]\n"
        "    draft = pathlib.Path(sys.argv[2] + '.draft'); draft.write_text(' '.join(pids))\n"
        "    draft.rename(sys.argv[2]); time.sleep(600)"
    )
    note, home = tmp_path / "pids", tmp_path / "home"
    command = [sys.executable, "-c", code, str(home), str(note)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": ":".join(sys.path)}) as owner:
        assert eventually(note.exists, patience_s=60)
        processes = [pid for server in note.read_text().split() for pid in family(int(server))]
        owner.send_signal(signal.SIGKILL)
    # At once, while the orphans may still be ending.
    with Stack(home) as again:
        asyncio.run(remember(again))
    assert eventually(lambda: not any(runs(pid) for pid in processes))


def test_a_pid_file_that_names_a_living_stranger_does_not_prevent_the_start(tmp_path: Path) -> None:
    with Stack(tmp_path / "home") as first:
        asyncio.run(remember(first))
        pid_file = first.state.postgres_dir / "data" / "postmaster.pid"
        left_behind = pid_file.read_text()
    _, _, rest = left_behind.partition("\n")
    pid_file.write_text(f"{os.getpid()}\n{rest}")
    with Stack(tmp_path / "home") as second:
        assert asyncio.run(recall(second)) == "kept"


def test_a_folder_in_use_is_refused_and_the_running_one_is_unharmed(stack: Stack) -> None:
    with pytest.raises(HomeInUse, match=str(stack.state.home)):
        Stack(stack.state.home).start()
    stack.wait_ready()


@pytest.mark.parametrize("option", ["--nats-port", "--s3-port"])
def test_a_busy_port_is_named_with_the_option_that_changes_it(tmp_path: Path, option: str) -> None:
    port = pick_free_port()
    home = tmp_path / "home"
    stack = Stack(home, nats_port=port) if option == "--nats-port" else Stack(home, s3_port=port)
    with socket.socket() as other:
        other.bind((LOOPBACK, port))
        other.listen()
        with pytest.raises(PortBusy, match=f"{port}.*{option}"):
            stack.start()


def test_a_state_folder_with_a_very_long_path_works(tmp_path: Path) -> None:
    home = tmp_path / ("a" * 100) / ("b" * 100)
    with Stack(home) as stack:
        asyncio.run(remember(stack))
        assert len(os.fsencode(stack.postgres.socket_dir)) < 100


async def remember(stack: Stack) -> None:
    connection = await database(stack)
    await connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
    await connection.execute("INSERT INTO note VALUES ('kept')")
    await connection.close()


async def recall(stack: Stack) -> str:
    connection = await database(stack)
    found = await connection.fetchval("SELECT text FROM note")
    await connection.close()
    return found
