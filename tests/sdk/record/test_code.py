"""The state of the code is known exactly, also where no commit holds it."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import pytest

from plumbline.record import code as code_module
from plumbline.record.code import code
from tests.sdk.record.conftest import git


def test_a_clean_checkout_is_its_commit(repository: Path) -> None:
    found = code(repository)
    assert len(found.facts["commit"]) == 40
    assert (found.facts["branch"], found.facts["dirty"]) == ("main", False)
    assert found.facts["repository"] == "https://***@git.example.org/tiles.git"
    assert found.files == {}


def test_changes_and_new_sources_are_kept(repository: Path) -> None:
    (repository / "train.py").write_text("x = 2\n")
    (repository / "new.py").write_text("y = 1\n")
    (repository / "weights.bin").write_bytes(b"\0" * 10)
    found = code(repository)
    assert found.facts["dirty"] is True
    assert found.facts["changed"] == ["train.py"]
    assert b"+x = 2" in found.files["record/changes.diff"]
    assert found.facts["diff_sha256"] == hashlib.sha256(found.files["record/changes.diff"]).hexdigest()
    assert found.facts["untracked"] == {
        "new.py": hashlib.sha256(b"y = 1\n").hexdigest(),
        "weights.bin": hashlib.sha256(b"\0" * 10).hexdigest(),
    }
    with zipfile.ZipFile(io.BytesIO(found.files["record/sources.zip"])) as archive:
        assert archive.namelist() == ["new.py"]
        assert archive.read("new.py") == b"y = 1\n"
    assert code(repository).files == found.files


def test_changes_are_found_from_any_folder_of_the_checkout(repository: Path) -> None:
    (repository / "deep").mkdir()
    (repository / "train.py").write_text("x = 3\n")
    assert code(repository / "deep").facts["changed"] == ["train.py"]


def test_sources_have_a_limit_and_are_digested_all_the_same(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_module, "_FILE_BYTES", 100)
    (repository / "large.py").write_text("#" * 200)
    found = code(repository)
    assert len(found.facts["untracked"]["large.py"]) == 64
    assert found.files == {}


def test_a_repository_without_a_commit_is_described(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / "train.py").write_text("x = 1\n")
    found = code(tmp_path)
    assert (found.facts["commit"], found.facts["dirty"]) == ("", True)
    assert list(found.facts["untracked"]) == ["train.py"]


def test_outside_git_the_loaded_sources_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loosely.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    import loosely  # type: ignore[import-not-found]

    assert loosely.value == 1
    try:
        found = code(tmp_path)
    finally:
        del sys.modules["loosely"]
    assert found.facts["sources"] == {"loosely.py": hashlib.sha256(b"value = 1\n").hexdigest()}


def test_a_hook_or_diff_program_of_the_repository_is_not_run(repository: Path) -> None:
    marker = repository.parent / "ran"
    git(repository, "config", "diff.external", f"touch {marker}")
    git(repository, "config", "core.fsmonitor", f"touch {marker}")
    (repository / "train.py").write_text("x = 2\n")
    code(repository)
    assert not marker.exists()
