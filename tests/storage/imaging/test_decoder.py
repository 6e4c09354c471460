"""Tests of the decoder pool with real worker processes: death, delay, memory, shutdown."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

import services
from services.storage.imaging import Decoder, ImageRefused, Reason
from services.storage.imaging.framing import frame_start, receive_frame

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def decoder() -> AsyncIterator[Decoder]:
    async with Decoder(workers=1, timeout_s=20) as pool:
        yield pool


_older: set[int] = set()


@pytest.fixture(autouse=True)
def _only_own_workers() -> None:
    """Workers of a platform that this session runs beside the test are not the test's."""
    _older.clear()
    _older.update(worker.pid for worker in workers())


def workers() -> list[psutil.Process]:
    """Worker processes of this test, the dead but unreaped included."""
    return [child for child in psutil.Process().children() if child.pid not in _older and _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return True
    return "services.storage.imaging.worker" in process.cmdline()


def _wait_unreaped(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _is_reaped(pid: int) -> bool:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


async def refusal(decoder: Decoder, data: bytes) -> Reason:
    with pytest.raises(ImageRefused) as caught:
        await decoder.measure(data)
    assert len(caught.value.message) > 20
    return caught.value.reason


async def started(decoder: Decoder, data: bytes) -> psutil.Process:
    await decoder.measure(data)
    [process] = workers()
    return process


async def test_measures_many_images_at_once_in_the_right_order(files: Any) -> None:
    images = [files.png(files.scene(40 + number, 50)) for number in range(20)]
    async with Decoder(workers=2) as decoder:
        results = await asyncio.gather(*map(decoder.measure, images))
        assert len(workers()) <= 2
    assert [measured.height for measured in results] == [40 + number for number in range(20)]
    assert all(measured.thumbnail.startswith(b"RIFF") for measured in results)


async def test_refusals_pass_through_and_the_worker_lives_on(decoder: Decoder, files: Any) -> None:
    good = files.pillow(files.scene(), "JPEG")
    process = await started(decoder, good)
    assert await refusal(decoder, b"GIF89a" + bytes(50)) == Reason.UNSUPPORTED_FORMAT
    assert await refusal(decoder, good[:-500]) == Reason.CORRUPT_IMAGE
    assert (await decoder.measure(good)).width == 128
    assert workers() == [process]


async def test_bomb_is_refused_and_the_next_image_is_served(decoder: Decoder, files: Any) -> None:
    assert await refusal(decoder, files.png_bomb()) == Reason.TOO_MANY_PIXELS
    assert (await decoder.measure(files.png(files.scene()))).height == 96


async def test_worker_killed_while_decoding(decoder: Decoder, files: Any) -> None:
    good = files.png(files.scene())
    process = await started(decoder, good)
    # Stopped first, so that the job is certainly under way when the worker dies.
    process.send_signal(signal.SIGSTOP)
    job = asyncio.create_task(refusal(decoder, good))
    await asyncio.sleep(0.05)
    process.kill()
    assert await job == Reason.DECODER_CRASHED
    assert (await decoder.measure(good)).width == 128


async def test_worker_killed_while_idle_costs_no_image(decoder: Decoder, files: Any) -> None:
    good = files.png(files.scene())
    for _ in range(3):
        process = await started(decoder, good)
        process.kill()
        await asyncio.to_thread(_wait_unreaped, process.pid)
        assert (await decoder.measure(good)).width == 128


async def test_late_worker_is_killed_and_replaced(files: Any) -> None:
    good = files.png(files.scene())
    async with Decoder(workers=1, timeout_s=1.5) as decoder:
        process = await started(decoder, good)
        process.send_signal(signal.SIGSTOP)
        assert await refusal(decoder, good) == Reason.DECODE_TIMEOUT
        assert not process.is_running()
        assert (await decoder.measure(good)).width == 128


async def test_cancelled_caller_leaves_no_half_answer_behind(decoder: Decoder, files: Any) -> None:
    first, second = files.png(files.scene(40, 50)), files.png(files.scene(60, 70))
    process = await started(decoder, first)
    process.send_signal(signal.SIGSTOP)
    job = asyncio.create_task(decoder.measure(first))
    await asyncio.sleep(0.05)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert (await decoder.measure(second)).height == 60


async def test_memory_cap_refuses_the_image_and_the_next_is_served(files: Any) -> None:
    async with Decoder(workers=1, memory_mb=64) as decoder:
        large = files.pillow(files.scene(6000, 8000), "PNG")
        assert await refusal(decoder, large) == Reason.TOO_MANY_PIXELS
        assert (await decoder.measure(files.png(files.scene()))).width == 128


async def test_worker_holds_no_secret_and_can_open_nothing(
    decoder: Decoder, files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMB_SECRET", "hunter2")
    process = await started(decoder, files.png(files.scene()))
    assert "PLUMB_SECRET" not in process.environ()
    assert process.rlimit(psutil.RLIMIT_NOFILE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_AS)[0] > 0


async def test_shutdown_leaves_no_process_and_no_zombie(files: Any) -> None:
    async with Decoder(workers=2) as decoder:
        await asyncio.gather(*(decoder.measure(files.png(files.scene())) for _ in range(4)))
        pids = [process.pid for process in workers()]
        workers()[0].kill()
    assert len(pids) == 2
    assert workers() == []
    assert all(map(_is_reaped, pids))


async def test_shutdown_ends_jobs_in_flight_and_refuses_waiting_ones(files: Any) -> None:
    decoder = Decoder(workers=1)
    process = await started(decoder, files.png(files.scene()))
    process.send_signal(signal.SIGSTOP)
    jobs = [asyncio.create_task(decoder.measure(files.png(files.scene()))) for _ in range(2)]
    await asyncio.sleep(0.05)
    await decoder.close()
    first, second = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(first, ImageRefused)
    assert isinstance(second, RuntimeError)
    assert workers() == []


async def test_worker_ends_with_its_parent(decoder: Decoder, files: Any) -> None:
    """The pipe closes when a parent dies, however it dies."""
    process = await started(decoder, files.png(files.scene()))
    stdin = decoder._workers[0]._process.stdin  # type: ignore[union-attr]
    assert stdin is not None
    stdin.close()
    await asyncio.to_thread(process.wait, 10)


async def test_worker_without_a_parent_ends_itself(files: Any) -> None:
    """A parent that was killed during a decode can kill nobody; the kernel's timer does."""
    project = Path(services.__file__).parents[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.storage.imaging.worker", "2048"),
        cwd=project,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert (await receive_frame(process.stdout, 1000))[0] == {"ready": True}
    large = files.pillow(files.scene(4000, 4000), "PNG")
    process.stdin.write(frame_start({"timeout_s": 0.01, "max_pixels": 10**9}, len(large)) + large)
    assert await process.wait() == -signal.SIGALRM
