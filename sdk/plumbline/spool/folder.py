"""Owns the folder of one run on this machine: what run it is, the journal, files, and who writes it at the moment.

run.json        which run of which platform, or how to create it
<number>.log    the journal
position        how far it is settled
files/          bytes of artifacts that were not sent yet
console.log     what was printed
lock            held by the process that writes or sends
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock

from plumbline.errors import PlumblineError
from plumbline.spool.journal import Journal

FORMAT = "plumbline-spool/1"
_HEADER = "run.json"


class Spool:
    """A run's folder, or the same in memory when there is none: then a crash loses what was not sent.

    `header` holds `url`, `run_id` (empty until the platform knows the run), `writer`, `epoch`, `create` (the request
    that creates an offline run) and `create_key`.
    """

    def __init__(self, header: dict[str, Any], folder: Path | None = None) -> None:
        self.header = header
        self.folder = folder
        self._lock = filelock.FileLock(str(folder / "lock"), thread_local=False) if folder is not None else None
        if self._lock is not None:
            self._lock.acquire(timeout=0)
        self.journal = Journal(folder)
        self._held: dict[str, bytes] = {}

    @classmethod
    def create(cls, root: Path, header: dict[str, Any]) -> Spool:
        """A new folder below `root`; in memory where the disk does not take it, and `journal.trouble` says why."""
        header = {"format": FORMAT, "writer": uuid.uuid4().hex, "epoch": 0, "process": os.getpid(), **header}
        folder = root / f"{header.get('run_id') or 'offline'}-{header['writer'][:12]}"
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            (folder / "files").mkdir()
            _write(folder / _HEADER, header)
            return cls(header, folder)
        except OSError as error:
            spool = cls(header)
            spool.journal.trouble = error
            return spool

    @classmethod
    def open(cls, folder: Path) -> Spool:
        """The folder of an earlier process.

        Raises:
            PlumblineError: a process still writes or sends it, or it is damaged.
        """
        header = header_of(folder)
        try:
            return cls(header, folder)
        except filelock.Timeout as error:
            writer = header.get("process", "?")
            raise PlumblineError(f"{folder.name} is being written by process {writer}.", reason="IN_USE") from error

    @property
    def console(self) -> Path | None:
        """Where printed text is kept."""
        return self.folder / "console.log" if self.folder is not None else None

    def save(self, **changes: Any) -> None:
        """Remember something in the header."""
        self.header.update(changes)
        if self.folder is not None:
            _write(self.folder / _HEADER, self.header)

    def keep(self, content: bytes | Path) -> str:
        """Keep a copy of bytes or of a file until it is sent; returns its name here."""
        name = uuid.uuid4().hex
        if self.folder is not None:
            target = self.folder / "files" / name
            try:
                if isinstance(content, Path):
                    shutil.copyfile(content, target)
                else:
                    target.write_bytes(content)
                return name
            except OSError as error:
                self.journal.trouble = error
                target.unlink(missing_ok=True)
        # a file may change or go before it is sent
        self._held[name] = content.read_bytes() if isinstance(content, Path) else content
        return name

    def content(self, name: str) -> bytes | Path:
        """What was kept under a name.

        Raises:
            PlumblineError: it is not here any more.
        """
        if name in self._held:
            return self._held[name]
        file = self.folder / "files" / name if self.folder is not None else None
        if file is None or not file.is_file():
            raise PlumblineError("The bytes of an artifact are no longer in the spool.", reason="DAMAGED")
        return file

    def forget(self, name: str) -> None:
        """The bytes are sent."""
        self._held.pop(name, None)
        if self.folder is not None:
            (self.folder / "files" / name).unlink(missing_ok=True)

    @property
    def is_on_disk(self) -> bool:
        """Whether a crash now would lose nothing."""
        return self.journal.is_on_disk and not self._held

    def close(self) -> None:
        self.journal.close()
        if self._lock is not None:
            self._lock.release()

    def remove(self) -> None:
        """Everything is stored: nothing has to stay here."""
        self.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def spools_in(folder: Path) -> Iterator[Path]:
    """Folders of runs: the folder itself, or those in it, oldest first."""
    if (folder / _HEADER).is_file():
        yield folder
        return
    found = [file for file in folder.glob(f"*/{_HEADER}") if file.is_file()]
    yield from (file.parent for file in sorted(found, key=lambda file: file.stat().st_mtime))


def header_of(folder: Path) -> dict[str, Any]:
    """What a folder says about its run.

    Raises:
        PlumblineError: it is damaged or of another kind.
    """
    with contextlib.suppress(OSError, ValueError):
        header = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
        if isinstance(header, dict) and header.get("format") == FORMAT:
            return header
    raise PlumblineError(f"{folder} is no spool of a run, or a newer kind of one: update plumbline, then repeat.")


def _write(file: Path, document: dict[str, Any]) -> None:
    scratch = file.with_suffix(".new")
    scratch.write_text(json.dumps(document), encoding="utf-8")
    os.replace(scratch, file)
