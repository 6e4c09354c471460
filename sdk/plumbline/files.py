"""Owns local files: which of a folder are images, and what their bytes hash to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

IMAGE_ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
_CHUNK = 1 << 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A file and the path it gets in the dataset."""

    file: Path
    path: str
    sha256: str
    md5: str
    size: int


def images_in(folder: Path) -> list[Path]:
    """Image files below a folder, by ending, in a stable order; hidden files are left out."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in IMAGE_ENDINGS and file.is_file() and not file.name.startswith(".")
    )


def describe(file: Path, path: str) -> LocalImage:
    """Hash a file once for both digests."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sha256.update(chunk)
            md5.update(chunk)
            size += len(chunk)
    return LocalImage(file, path, sha256.hexdigest(), md5.hexdigest(), size)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
