"""Owns the worker process: one image in, its facts out, over stdin and stdout, until stdin closes.

Does not trust the images: after start-up it may open no file, socket or further descriptor, its memory is
capped, and a timer of the kernel ends it if nobody else does. Started by `decoder.py` as `python -m
services.storage.imaging.worker`.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from services.storage.imaging.framing import read_frame, write_frame
from services.storage.imaging.measured import Measured
from services.storage.imaging.measuring import measure
from services.storage.imaging.refusal import ImageRefused

# The parent kills a late worker first; the timer is for the case that there is no parent any more.
_SELF_DESTRUCT_FACTOR = 2


def main(memory_mb: int) -> None:
    """Serve jobs until the parent closes the pipe."""
    jobs, answers = _private_pipes()
    _load_everything()
    _close_the_doors(memory_mb << 20)
    write_frame(answers, {"ready": True})
    while (job := read_frame(jobs)) is not None:
        header, data = job
        signal.setitimer(signal.ITIMER_REAL, header["timeout_s"] * _SELF_DESTRUCT_FACTOR)
        answer, bodies = _answer(data, header["max_pixels"])
        write_frame(answers, answer, *bodies)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(data: bytes, max_pixels: int) -> tuple[dict[str, Any], list[bytes]]:
    try:
        measured: Measured = measure(data, max_pixels)
    except ImageRefused as refused:
        return {"reason": refused.reason, "message": refused.message}, []
    bodies = [measured.thumbnail, measured.preview or b""]
    return {"facts": measured.facts(), "sizes": [len(body) for body in bodies]}, bodies


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, taken away from stdin and stdout.

    A library that prints must not break a frame.
    """
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return jobs, answers


def _load_everything() -> None:
    """Use each library once.

    They load codecs on first use, which is impossible after the doors are closed.
    """
    Image.init()
    for name in dir(imagecodecs):
        if name.isupper():
            getattr(imagecodecs, name)
    grey = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    for compression in (None, "zlib", "lzw", "zstd", "packbits"):
        out = BytesIO()
        tifffile.imwrite(out, grey, compression=compression)
        measure(out.getvalue(), grey.size)
    for kind in ("JPEG", "PNG", "WEBP", "BMP"):
        out = BytesIO()
        Image.fromarray((grey >> 4).astype(np.uint8)).save(out, kind)
        measure(out.getvalue(), grey.size)
    measure(bytes(imagecodecs.png_encode(grey)), grey.size)


def _close_the_doors(memory: int) -> None:
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + memory, in_use + memory))
    # Start-up errors may be printed; what a codec has to say about somebody's image may not flood the log.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
