"""Owns the manifest of an export: its files with their digests. Written last, so that it means `complete`."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline.exchange.content import Damaged
from plumbline.exchange.folder import read_json, sha256_of, within

NAME = "manifest.json"
FORMAT = "plumbline-export"
VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Manifest:
    """Files by path below the folder, runs in the order they began, and how many of everything there are.

    Without a date or an address: two exports of the same state have the same manifest.
    """

    selection: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    logged_models: list[str] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, folder: Path, path: Path) -> None:
        """Take a complete file of the export in."""
        self.files[path.relative_to(folder).as_posix()] = {"sha256": sha256_of(path), "size": path.stat().st_size}

    def save(self, folder: Path) -> str:
        """Write it; returns its digest, `sha256:<hex>`."""
        document = {
            "format": FORMAT,
            "version": VERSION,
            "selection": self.selection,
            "counts": self.counts,
            "runs": self.runs,
            "logged_models": self.logged_models,
            "files": self.files,
        }
        content = json.dumps(document, indent=1, sort_keys=True).encode()
        scratch = folder / f"{NAME}.partial"
        scratch.write_bytes(content)
        os.replace(scratch, folder / NAME)
        return "sha256:" + hashlib.sha256(content).hexdigest()


def load(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        Damaged: it is none, of a newer version, or the export was never finished.
    """
    file = folder / NAME
    if not file.is_file():
        raise Damaged("there is no manifest.json: the export is not finished; repeat `plumb export runs`", str(folder))
    document = read_json(file)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Damaged("this is no export of Plumbline", str(file))
    if document.get("version") != VERSION:
        raise Damaged(f"version {document.get('version')} is not known here: update plumbline", str(file))
    try:
        return Manifest(
            selection=dict(document["selection"]),
            counts={str(name): int(count) for name, count in document["counts"].items()},
            runs=[str(run) for run in document["runs"]],
            logged_models=[str(model) for model in document["logged_models"]],
            files={str(path): dict(facts) for path, facts in document["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(f"a part is missing or of the wrong kind ({error})", str(file)) from error


def check(folder: Path, manifest: Manifest) -> None:
    """Hash every file that the manifest lists.

    Raises:
        Damaged: one is missing, or has other bytes.
    """
    for path, facts in sorted(manifest.files.items()):
        file = within(folder, path)
        if file.stat().st_size != facts.get("size") or sha256_of(file) != facts.get("sha256"):
            raise Damaged("the bytes are not those of the manifest: export or copy it again", str(file))


def stored(folder: Path, sha256: str) -> Path:
    """The file that holds bytes of a digest, by the digest alone.

    Raises:
        Damaged: this is no digest, or the file is missing.
    """
    if not _SHA256.fullmatch(sha256):
        raise Damaged(f"{sha256[:100]!r} is no sha256", str(folder))
    return within(folder, f"{sha256[:2]}/{sha256}")
