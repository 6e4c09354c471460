"""Owns the pool of worker processes and its clock: each takes one image at a time, is killed when late.

Does not decode: no image library is loaded in this process.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from services.storage.imaging.framing import frame_start, receive_frame
from services.storage.imaging.measured import Measured
from services.storage.imaging.refusal import ImageRefused, Reason

_PROJECT = Path(__file__).resolve().parents[3]
_START_TIMEOUT_S = 60.0
_MAX_ANSWER = 64 << 20
# Codecs leak a little; a worker is renewed before that can count against its memory cap.
_JOBS_PER_WORKER = 1000
# Nothing is inherited: the worker sees hostile bytes and must not hold a credential. One thread each, since
# the pool itself is the parallelism and every further thread would reserve memory under the cap.
_ENVIRONMENT: Mapping[str, str] = {
    "PYTHONPATH": str(_PROJECT),
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TIFFFILE_NUM_THREADS": "1",
}


class Decoder:
    """A pool of worker processes that measure untrusted images.

    `workers` run at once, further calls wait for one; `timeout_s` is wall-clock time per image, without the
    waiting; `memory_mb` caps the address space of a worker above its idle size. Workers start on first use.
    """

    def __init__(
        self,
        workers: int = 2,
        timeout_s: float = 30.0,
        *,
        max_pixels: int = 100_000_000,
        memory_mb: int = 2048,
    ) -> None:
        self._timeout_s = timeout_s
        self._max_pixels = max_pixels
        self._closed = False
        self._workers = [_Worker(memory_mb) for _ in range(workers)]
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End and reap every worker.

        Jobs in flight fail with DECODER_CRASHED, waiting ones with RuntimeError.
        """
        self._closed = True
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def measure(self, data: bytes) -> Measured:
        """Measure one image file. Raises ImageRefused; the next image is served whatever this one did."""
        worker = await self._idle.get()
        try:
            if self._closed:
                raise RuntimeError("the decoder is closed")
            header = {"timeout_s": self._timeout_s, "max_pixels": self._max_pixels}
            answer, body = await worker.ask(header, data, self._timeout_s)
        finally:
            self._idle.put_nowait(worker)
        if "reason" in answer:
            raise ImageRefused(Reason(answer["reason"]), str(answer["message"]))
        return _measured(answer, body)


class _Worker:
    """One process and its pipes; a new process is started when there is none that can serve."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: Process | None = None
        self._jobs = 0

    async def ask(self, header: dict[str, Any], data: bytes, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        """The worker's answer. Raises ImageRefused when it is late or dies.

        Then, and when cancelled, it is killed.
        """
        healthy = False
        try:
            process = await self._ready_process()
            async with asyncio.timeout(timeout_s):
                answer = await _exchange(process, header, data)
            self._jobs += 1
            # After a failed allocation the heap may be too torn for the next, good image.
            healthy = self._jobs < _JOBS_PER_WORKER and answer[0].get("reason") != Reason.TOO_MANY_PIXELS
            return answer
        except TimeoutError as error:
            raise ImageRefused(
                Reason.DECODE_TIMEOUT,
                f"the image took longer than {timeout_s:g} s to decode; re-save it with a common encoder",
            ) from error
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            raise ImageRefused(
                Reason.DECODER_CRASHED,
                "the decoder died on this image; try again, and re-save the image if it happens twice",
            ) from error
        finally:
            if not healthy:
                await self.stop()

    async def stop(self) -> None:
        """Kill the process, if any, and wait until the system has let go of it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None and _is_alive(process.pid):
            process.kill()
        await process.wait()

    async def _ready_process(self) -> Process:
        if self._process is not None and _is_alive(self._process.pid):
            return self._process
        await self.stop()
        self._jobs = 0
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.storage.imaging.worker", str(self._memory_mb)),
            stdin=PIPE, stdout=PIPE, cwd=_PROJECT, env=_ENVIRONMENT,
        )  # fmt: skip
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await receive_frame(self._process.stdout, _MAX_ANSWER)
        except (TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            raise RuntimeError("the image decoder does not start; its error output says why") from error
        return self._process


def _measured(answer: dict[str, Any], body: bytes) -> Measured:
    try:
        first, second = answer["sizes"]
        return Measured(**answer["facts"], thumbnail=body[:first], preview=body[first : first + second] or None)
    except (KeyError, TypeError, ValueError) as error:
        raise ImageRefused(Reason.DECODER_CRASHED, "the decoder gave no usable answer; re-save the image") from error


async def _exchange(process: Process, header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(frame_start(header, len(data)))
    process.stdin.write(data)
    await process.stdin.drain()
    return await receive_frame(process.stdout, _MAX_ANSWER)


def _is_alive(pid: int) -> bool:
    """False for a child that has ended; leaves its exit status to the event loop, which waits for it."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
