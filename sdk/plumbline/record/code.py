"""Owns the state of the code: repository, commit, diff, and sources that no commit holds."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline.record.commands import git
from plumbline.record.secrets import is_secret_file, scrub

_DIFF_BYTES = 4 << 20
_FILE_BYTES = 256 << 10
_ALL_BYTES = 4 << 20
_HASHED_BYTES = 64 << 20
_MOST_FILES = 1000
_SOURCES = {
    ".py", ".pyx", ".pyi", ".ipynb", ".sh", ".c", ".cc", ".cpp", ".cu", ".cuh", ".h", ".hpp", ".rs", ".go", ".js",
    ".ts", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".json", ".txt", ".md", ".lock",
}  # fmt: skip


@dataclass
class Code:
    """What is known about the code, and files that are to be kept with the run, by artifact path."""

    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def code(folder: Path) -> Code:
    """The git state of a folder; outside git the sources that are loaded from below it."""
    commit = git(folder, "rev-parse", "HEAD").strip()
    top = git(folder, "rev-parse", "--show-toplevel").strip()
    if not top:
        return _loose(folder)
    root = Path(top)
    diff = (
        git(root, "diff", "HEAD", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short") if commit else ""
    )
    untracked = [name for name in git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0") if name]
    found = Code(
        {
            "repository": scrub(git(root, "config", "--get", "remote.origin.url").strip()),
            "commit": commit,
            "branch": git(root, "rev-parse", "--abbrev-ref", "HEAD").strip() if commit else "",
            "dirty": bool(diff or untracked),
        }
    )
    _add_diff(found, root, diff)
    found.facts["untracked"] = _add_files(found, root, untracked)
    if submodules := git(root, "submodule", "status", "--recursive").splitlines():
        found.facts["submodules"] = {line.split()[1]: line.split()[0] for line in submodules if len(line.split()) > 1}
    return found


def _add_diff(found: Code, root: Path, diff: str) -> None:
    shown = scrub(diff)
    # of what is kept, so that the artifact can be checked; a secret that changed is no difference
    found.facts["diff_sha256"] = hashlib.sha256(shown.encode()).hexdigest() if shown else ""
    found.facts["changed"] = git(root, "diff", "HEAD", "--name-only").splitlines()[:_MOST_FILES] if diff else []
    if shown:
        content = shown.encode()
        found.files["record/changes.diff"] = content[:_DIFF_BYTES]
        found.facts["diff_cut"] = len(content) > _DIFF_BYTES


def _loose(folder: Path) -> Code:
    """Modules that were loaded from below a folder that no repository holds, and the script itself."""
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    names = []
    for file in files:
        if not file or not file.endswith(".py") or "site-packages" in file:
            continue
        path = Path(file).resolve()
        if path.is_relative_to(folder.resolve()) and ".venv" not in path.parts:
            names.append(path.relative_to(folder.resolve()).as_posix())
    found = Code()
    if names:
        found.facts["sources"] = _add_files(found, folder, sorted(names))
    return found


def _add_files(found: Code, root: Path, names: list[str]) -> dict[str, str]:
    """Digest files, and keep sources up to a size; returns sha256 by name, empty for files too large or secret."""
    digests: dict[str, str] = {}
    sources: dict[str, bytes] = {}
    kept = 0
    for name in names[:_MOST_FILES]:
        file = root / name
        if is_secret_file(name) or file.is_symlink() or not file.is_file() or file.stat().st_size > _HASHED_BYTES:
            digests[name] = ""
            continue
        content = file.read_bytes()
        digests[name] = hashlib.sha256(content).hexdigest()
        is_source = file.suffix.lower() in _SOURCES and len(content) <= _FILE_BYTES
        if is_source and kept + len(content) <= _ALL_BYTES:
            kept += len(content)
            sources[name] = scrub(content.decode("utf-8", "replace")).encode()
    if sources:
        found.files["record/sources.zip"] = _zipped(sources)
    return digests


def _zipped(sources: dict[str, bytes]) -> bytes:
    """One file for all of them; the same sources give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(sources.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
