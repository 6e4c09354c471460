"""The supervisor on small real processes: order, restart, giving up, leaving nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.errors import StartFailed
from embedded.program import Program
from embedded.supervisor import Supervisor
from tests.embedded.processes import eventually, runs

SLEEPER = "import time; time.sleep(600)"


def python(name: str, code: str, ready: Callable[[], bool] = lambda: True) -> Program:
    return Program(name=name, command=[sys.executable, "-c", code], ready=ready)


def test_a_program_starts_only_after_the_one_before_it_is_ready(tmp_path: Path) -> None:
    flag = tmp_path / "first-is-ready"
    first = python("first", f"import pathlib, time; pathlib.Path({str(flag)!r}).touch(); time.sleep(600)", flag.exists)
    second = python("second", f"import pathlib, time; assert pathlib.Path({str(flag)!r}).exists(); time.sleep(600)")
    supervisor = Supervisor([first, second], tmp_path)
    supervisor.start()
    try:
        assert runs(supervisor.pid("first") or 0)
        assert runs(supervisor.pid("second") or 0)
    finally:
        supervisor.stop()


def test_programs_stop_in_reverse_order(tmp_path: Path) -> None:
    record = tmp_path / "record"
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        f"    open({str(record)!r}, 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "open(sys.argv[2], 'w').close()\n"
        "time.sleep(600)"
    )
    programs = [
        Program(
            name=name,
            command=[sys.executable, "-c", code, name, str(tmp_path / name)],
            ready=(tmp_path / name).exists,
        )
        for name in ("a", "b", "c")
    ]
    supervisor = Supervisor(programs, tmp_path / "logs")
    supervisor.start()
    supervisor.stop()
    assert record.read_text() == "cba"


def test_a_killed_program_runs_again(tmp_path: Path) -> None:
    supervisor = Supervisor([python("sleeper", SLEEPER)], tmp_path)
    supervisor.start()
    try:
        before = supervisor.pid("sleeper")
        supervisor.kill("sleeper")
        supervisor.wait_ready()
        assert supervisor.pid("sleeper") not in {before, None}
    finally:
        supervisor.stop()


def test_a_program_that_cannot_start_is_reported_with_its_own_words(tmp_path: Path) -> None:
    running = python("running", SLEEPER)
    broken = python("broken", "raise SystemExit('the disk is on fire')", lambda: False)
    supervisor = Supervisor([running, broken], tmp_path)
    with pytest.raises(StartFailed, match=r"(?s)broken keeps exiting.*the disk is on fire"):
        supervisor.start()
    assert supervisor.pid("running") is None


def test_a_program_that_is_never_ready_is_reported_and_stopped(tmp_path: Path) -> None:
    supervisor = Supervisor([python("slow", SLEEPER, lambda: False)], tmp_path)
    with pytest.raises(StartFailed, match="slow is not ready in time"):
        supervisor.start(timeout_s=0.5)
    assert supervisor.pid("slow") is None


def test_what_a_program_had_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, time, pathlib\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])\n"
        f"draft = pathlib.Path({str(note)!r} + '.draft'); draft.write_text(str(child.pid))\n"
        f"draft.rename({str(note)!r})\n"
        "time.sleep(600)"
    )
    supervisor = Supervisor([python("parent", code, note.exists)], tmp_path)
    supervisor.start()
    grandchild = int(note.read_text())
    assert runs(grandchild)
    supervisor.stop()
    assert eventually(lambda: not runs(grandchild))


def test_a_program_that_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    flag = tmp_path / "deaf"
    code = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(flag)!r}).touch(); time.sleep(600)"
    )
    program = Program(name="deaf", command=[sys.executable, "-c", code], ready=flag.exists, stop_timeout_s=0.3)
    supervisor = Supervisor([program], tmp_path)
    supervisor.start()
    pid = supervisor.pid("deaf") or 0
    supervisor.stop()
    assert not runs(pid)


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"""
import pathlib, sys, time
from embedded.program import Program
from embedded.supervisor import Supervisor
supervisor = Supervisor(
    [Program("sleeper", [sys.executable, "-c", {SLEEPER!r}], lambda: True)], pathlib.Path({str(tmp_path)!r})
)
supervisor.start()
pathlib.Path({str(note)!r} + ".draft").write_text(str(supervisor.pid("sleeper")))
pathlib.Path({str(note)!r} + ".draft").rename({str(note)!r})
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": ":".join(sys.path)}) as owner:
        assert eventually(note.exists)
        pid = int(note.read_text())
        assert runs(pid)
        owner.send_signal(signal.SIGKILL)
    assert eventually(lambda: not runs(pid))
