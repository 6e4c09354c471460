"""Owns folders and zip files as one kind of source and target. Names inside never become paths unchecked.

A source is listed once; its names are relative with `/`. A target takes files in the order in which they are written,
with fixed dates, so that the same content gives the same bytes.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from plumbline_formats.names import check_name as check_name
from plumbline_formats.names import claim, is_utf8
from plumbline_formats.problems import FormatError, Refused

_MIB = 2**20
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may cost: files in it, bytes of one unpacked file, bytes of all, and unpacked by packed bytes."""

    files: int = 2_000_000
    file_bytes: int = 4096 * _MIB
    all_bytes: int = 65536 * _MIB
    ratio: int = 200


class Source(Protocol):
    """Files to read. `label` is the name of the whole for messages."""

    label: str

    @property
    def names(self) -> list[str]:
        """Sorted."""

    def size(self, name: str) -> int:
        """Bytes when unpacked, as declared."""

    def open(self, name: str) -> BinaryIO:
        """For reading in one go; the caller closes it. Raises Refused: it unpacks to more than was declared."""

    def read(self, name: str, limit: int = 256 * _MIB) -> bytes:
        """All bytes. Raises Refused: there are more than `limit`."""


class Target(Protocol):
    """Files to write."""

    def write(self, name: str, content: bytes) -> None:
        """A whole file. Raises FormatError: the name is no safe relative name, or was written before."""

    def open(self, name: str) -> BinaryIO:
        """For writing piece by piece; close it before the next file. Raises as `write`."""


@contextmanager
def open_source(path: Path, limits: Limits | None = None, name: str = "") -> Iterator[Source]:
    """A folder, a zip file, or a single file as a source of one name.

    Args:
        name: what the file is called, where it lies under another name.

    Raises:
        Refused: nothing is there, or the zip file is hostile or damaged.
    """
    limits = limits or Limits()
    if path.is_dir():
        yield FolderSource(path, limits)
    elif not path.is_file():
        raise Refused(f"{path.name} is neither a file nor a folder: check the name.")
    elif zipfile.is_zipfile(path):
        with _zip(path, name or path.name) as archive:
            yield ZipSource(archive, name or path.name, path.stat().st_size, limits)
    else:
        yield FileSource(path, name)


@contextmanager
def _zip(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refused(f"{name} is a damaged zip file ({error}): make it again.") from error
    with archive:
        yield archive


class FileSource:
    """One file, under its own name or the one it is given."""

    def __init__(self, path: Path, name: str = "") -> None:
        self._path = path
        self.label = name or path.name

    @property
    def names(self) -> list[str]:
        return [self.label]

    def size(self, _name: str) -> int:
        return self._path.stat().st_size

    def open(self, _name: str) -> BinaryIO:
        return self._path.open("rb")

    def read(self, name: str, limit: int = 256 * _MIB) -> bytes:
        return _read(self, name, limit)


class FolderSource:
    """All regular files below a folder; links are left out, since they may lead anywhere."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self.label = folder.name
        self._sizes: dict[str, int] = {}
        for root, folders, files in os.walk(folder):
            folders.sort()
            below = Path(root).relative_to(folder).as_posix()
            for file in files:
                status = os.lstat(f"{root}/{file}")
                if stat.S_ISREG(status.st_mode):
                    name = file if below == "." else f"{below}/{file}"
                    if not is_utf8(name):
                        raise Refused(f"{self.label}: the name {os.fsencode(name)!r} is no UTF-8: rename it.")
                    self._sizes[name] = status.st_size
            _check_count(len(self._sizes), limits, self.label)

    @property
    def names(self) -> list[str]:
        return sorted(self._sizes)

    def size(self, name: str) -> int:
        return self._sizes[name]

    def open(self, name: str) -> BinaryIO:
        return open(self._place(name), "rb")

    def read(self, name: str, limit: int = 256 * _MIB) -> bytes:
        _check_size(self, name, limit)
        # sets of small files are read in one go each: no buffer
        with open(self._place(name), "rb", 0) as file:
            return file.read()

    def _place(self, name: str) -> str:
        if name not in self._sizes:
            raise KeyError(name)
        return f"{self._folder}/{name}"


class ZipSource:
    """The members of a zip file, checked before anything is unpacked."""

    def __init__(self, archive: zipfile.ZipFile, label: str, packed: int, limits: Limits) -> None:
        self._archive = archive
        self.label = label
        self._limits = limits
        self._members = self._checked(packed)

    def _checked(self, packed: int) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        folded: set[str] = set()
        entries = self._archive.infolist()
        _check_count(len(entries), self._limits, self.label)
        for entry in entries:
            if entry.is_dir():
                continue
            try:
                # what follows a zero byte is cut off from the other name
                name = check_name(entry.orig_filename)
            except FormatError as error:
                raise Refused(f"{self.label}: {error}") from error
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise Refused(f"{self.label}: {name!r} is a link: pack the file itself.")
            if entry.flag_bits & 1:
                raise Refused(f"{self.label}: {name!r} is encrypted: pack it without a password.")
            if name.casefold() in folded:
                raise Refused(f"{self.label}: {name!r} is there twice (capital letters do not count): rename one.")
            folded.add(name.casefold())
            members[name] = entry
        self._check_sizes(list(members.values()), packed)
        return members

    def _check_sizes(self, entries: list[zipfile.ZipInfo], packed: int) -> None:
        total = sum(entry.file_size for entry in entries)
        largest = max((entry.file_size for entry in entries), default=0)
        if largest > self._limits.file_bytes or total > self._limits.all_bytes:
            raise Refused(f"{self.label} unpacks to {total} bytes, more than is allowed: send it in parts.")
        if total > max(packed, _MIB) * self._limits.ratio:
            raise Refused(f"{self.label} unpacks to {total // max(packed, 1)} times its size: it looks like a bomb.")

    @property
    def names(self) -> list[str]:
        return sorted(self._members)

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def open(self, name: str) -> BinaryIO:
        try:
            bounded = _Bounded(self._archive.open(self._members[name]), self.size(name), f"{self.label}: {name}")
            # without it, lines would be read byte by byte
            return io.BufferedReader(bounded, _MIB)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise Refused(f"{self.label}: {name} cannot be unpacked ({error}): make the file again.") from error

    def read(self, name: str, limit: int = 256 * _MIB) -> bytes:
        return _read(self, name, limit)


class _Bounded(io.BufferedIOBase):
    """A member that ends where it said it would, whatever the packed bytes unpack to."""

    def __init__(self, inner: IO[bytes], size: int, name: str) -> None:
        self._inner = inner
        self._left = size
        self._name = name

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left + 1 if size is None or size < 0 else min(size, self._left + 1)
        try:
            chunk: bytes = self._inner.read(wanted)
        except Exception as error:  # what zlib and its kin raise for damaged bytes has no common family
            raise Refused(f"{self._name} cannot be unpacked ({error}): make the zip file again.") from error
        self._left -= len(chunk)
        if self._left < 0 or (self._left and wanted and not chunk):
            raise Refused(f"{self._name} does not unpack to the size it says: make the zip file again.")
        return chunk

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _check_count(count: int, limits: Limits, label: str) -> None:
    if count > limits.files:
        raise Refused(f"{label} holds more than {limits.files} files: send it in parts.")


def _check_size(source: Source, name: str, limit: int) -> None:
    if source.size(name) > limit:
        raise Refused(f"{source.label}: {name} has {source.size(name)} bytes, at most {limit} are read at once.")


def _read(source: Source, name: str, limit: int) -> bytes:
    _check_size(source, name, limit)
    with source.open(name) as file:
        return file.read()


class FolderTarget:
    """Files below a folder that is made when absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: set[str] = set()
        self._made: set[str] = set()

    def write(self, name: str, content: bytes) -> None:
        with self.open(name) as file:
            file.write(content)

    def open(self, name: str) -> BinaryIO:
        claim(name, self._written)
        parent = name.rpartition("/")[0]
        if parent not in self._made:
            (self._folder / parent).mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        return open(f"{self._folder}/{name}", "wb")


class ZipTarget:
    """A zip file whose bytes depend on its content alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._written: set[str] = set()
        self._open: IO[bytes] | None = None

    def write(self, name: str, content: bytes) -> None:
        claim(name, self._written)
        self._archive.writestr(self._entry(name), content)

    def open(self, name: str) -> BinaryIO:
        claim(name, self._written)
        self._open = self._archive.open(self._entry(name), "w", force_zip64=True)
        return self._open  # type: ignore[return-value]

    def close(self) -> None:
        """Write the directory of the archive; the file itself stays open."""
        if self._open:  # by a writer that gave up
            self._open.close()
        self._archive.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, _ZIP_DATE)
        entry.external_attr = 0o644 << 16
        # what is compressed already only costs time
        is_packed = name.lower().endswith((".png", ".jpg", ".jpeg", ".webp"))
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        return entry


class SingleTarget:
    """The one file of a format that makes one, into a stream that stays open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written: set[str] = set()

    def write(self, name: str, content: bytes) -> None:
        claim(name, self._written, most=1)
        self._file.write(content)

    def open(self, name: str) -> BinaryIO:
        claim(name, self._written, most=1)
        return _KeptOpen(self._file)  # type: ignore[return-value]


class Nowhere:
    """A target that keeps nothing: a writer's loss report without its files."""

    def __init__(self) -> None:
        self._written: set[str] = set()

    def write(self, name: str, _content: bytes) -> None:
        claim(name, self._written)

    def open(self, name: str) -> BinaryIO:
        claim(name, self._written)
        return _KeptOpen(None)  # type: ignore[return-value]


class _KeptOpen(io.RawIOBase):
    """A writable view whose end does not end the stream below; without one, what is written is gone."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        return self._file.write(content) if self._file else len(content)


def copy(source: BinaryIO, target: BinaryIO) -> None:
    """All that is left of one stream into another, piece by piece."""
    shutil.copyfileobj(source, target, _MIB)
