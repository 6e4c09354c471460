"""How a process ends a run that it did not finish, and how little it does to it otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

import pytest

import plumbline
from plumbline.spool import synchronise
from tests.sdk.spool.platform import Platform

_BEGIN = (
    "import os, sys, plumbline\nrun = plumbline.init('x', mode='offline', capture=False)\nrun.log({'loss': 1}, 1)\n"
)


def ended(tmp_path: Path, program: str) -> dict[str, str]:
    """How the run of a program ended."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", _BEGIN + program], env=environment, capture_output=True, check=False)
    platform = Platform()
    [sent] = synchronise(platform, tmp_path / "spool", lambda _name: lambda _done, _total: None)  # type: ignore[arg-type]
    assert sent.state == "SENT"
    assert platform.steps("loss") == [1]
    [(_, end)] = platform.posts
    return {"status": end["status"], "error": end["error"]}


@pytest.mark.parametrize(
    ("program", "status", "error"),
    [
        ("", "FINISHED", ""),
        ("1 / 0", "FAILED", "ZeroDivisionError: division by zero"),
        ("if not os.fork(): sys.exit()\nos.wait()\nrun.finish('CANCELLED')", "CANCELLED", ""),
        ("with run:\n    raise KeyboardInterrupt", "CANCELLED", "KeyboardInterrupt: "),
        ("os._exit(1)", "FAILED", "The process that wrote this run ended without finishing it."),
    ],
)
def test_a_run_ends_as_its_program_does(tmp_path: Path, program: str, status: str, error: str) -> None:
    if program == "os._exit(1)":
        program = "run.flush()\n" + program
    assert ended(tmp_path, program) == {"status": status, "error": error}


def test_a_forked_process_neither_writes_nor_fills_memory() -> None:
    run = plumbline.init("x", mode="offline", capture=False)
    run.log({"loss": 1}, 1)
    run.flush()
    child = os.fork()
    if not child:
        for step in range(100):
            run.log({"loss": 1}, step)
        os._exit(min(len(run._writer._queue), 99))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    run.finish()


def test_only_the_owner_reads_a_spool(tmp_path: Path) -> None:
    run = plumbline.init("x", mode="offline", capture=False)
    assert run.folder is not None
    assert S_IMODE(run.folder.stat().st_mode) == 0o700
    run.finish()


def test_a_disk_that_takes_nothing_ends_an_offline_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLUMB_SPOOL", str(tmp_path / "file" / "spool"))
    with pytest.raises(plumbline.PlumblineError, match="Set PLUMB_SPOOL"):
        plumbline.init("x", mode="offline")
