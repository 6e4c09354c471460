"""Owns the frames on the pipes between decoder and worker. Does not know what they mean.

A frame is two big-endian lengths (4 bytes for the header, 8 for the body), a JSON header and a raw body.
Plain data
only: a worker that was taken over by a hostile image can lie about an image, and do no more to its parent.
"""

from __future__ import annotations

import json
from asyncio import StreamReader
from struct import Struct
from typing import Any, BinaryIO

_LENGTHS = Struct(">IQ")
_MAX_HEADER = 1 << 16


def frame_start(header: dict[str, Any], body_size: int) -> bytes:
    """The bytes that go before the body."""
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), body_size) + text


def write_frame(pipe: BinaryIO, header: dict[str, Any], *body: bytes) -> None:
    """Write one frame whose body is the concatenation of `body`, and flush."""
    pipe.write(frame_start(header, sum(map(len, body))))
    for part in body:
        pipe.write(part)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, or None when the other side closed the pipe."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    header_size, body_size = _LENGTHS.unpack(lengths)
    header, body = pipe.read(header_size), pipe.read(body_size)
    if len(header) < header_size or len(body) < body_size:
        return None
    return json.loads(header), body


async def receive_frame(stream: StreamReader, max_body: int) -> tuple[dict[str, Any], bytes]:
    """The next frame.

    Raises IncompleteReadError at the end of the stream, ValueError for a frame that makes no sense.
    """
    header_size, body_size = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    if header_size > _MAX_HEADER or body_size > max_body:
        raise ValueError(f"a frame of {header_size} + {body_size} bytes is larger than any answer")
    header = json.loads(await stream.readexactly(header_size))
    if not isinstance(header, dict):
        raise ValueError("the header of a frame is not an object")
    return header, await stream.readexactly(body_size)
