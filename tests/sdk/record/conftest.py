"""Owns a repository with one commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    git(folder, "remote", "add", "origin", "https://ada:s3cr3t-canary@git.example.org/tiles.git")
    (folder / "train.py").write_text("x = 1\n")
    git(folder, "add", "train.py")
    git(folder, "commit", "-m", "first")
    return folder
