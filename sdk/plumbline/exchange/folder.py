"""Owns reading files of a folder that somebody else wrote: nothing outside of it is ever opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plumbline.exchange.content import Damaged

_CHUNK = 1 << 20
# a JSON document is read as a whole; this much is more than any real one
_MOST_JSON = 512 << 20


def within(root: Path, relative: str) -> Path:
    """The existing file or folder that a path of the data names; also through links it lies in `root`.

    Raises:
        Damaged: it leads outside, or there is nothing.
    """
    shown = relative[:200]
    if not relative or "\x00" in relative or "\\" in relative or Path(relative).is_absolute():
        raise Damaged(f"{shown!r} is no path inside the folder", str(root))
    try:
        found = (root / relative).resolve()
        inside = found.is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:
        raise Damaged(f"{shown!r} cannot be followed ({error})", str(root)) from error
    if not inside:
        raise Damaged(f"{shown!r} leads outside the folder", str(root))
    if not found.exists():
        raise Damaged(f"there is no file {shown!r}", str(root))
    return found


def files_below(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """Relative path and file of everything below `folder`, sorted; links out of `root` are passed over."""
    home = root.resolve()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(home):
            yield path.relative_to(folder).as_posix(), path


def read_json(file: Path) -> Any:
    """A JSON document; NaN and infinities, which Python's writer makes, are accepted.

    Raises:
        Damaged: it is no JSON, with the line and column.
    """
    try:
        if file.stat().st_size > _MOST_JSON:
            raise Damaged(f"more than {_MOST_JSON} bytes of JSON", str(file))
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Damaged(f"no JSON at line {error.lineno} column {error.colno} ({error.msg})", str(file)) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Damaged(f"no JSON ({error})", str(file)) from error
    except OSError as error:
        raise Damaged(f"cannot be read ({error.strerror})", str(file)) from error


def sha256_of(file: Path) -> str:
    """Hex digest of the bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def md5_of(file: Path) -> str:
    """Hex digest of the bytes, for sources that name files by it."""
    digest = hashlib.md5(usedforsecurity=False)
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
