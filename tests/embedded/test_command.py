"""The command line: what a person at a terminal sees when it works and when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from embedded.ports import LOOPBACK, pick_free_port
from embedded.state import State
from tests.embedded.processes import eventually, family, runs


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "embedded", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )


def test_ctrl_c_stops_the_servers_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with command("stack", "--home", str(home)) as running:
        assert running.stdout is not None
        assert "ready" in running.stdout.readline()
        processes = family(running.pid)
        running.send_signal(signal.SIGINT)
        assert "Stopped." in running.stdout.read()
    assert running.returncode == 0
    assert eventually(lambda: not any(runs(pid) for pid in processes))


def test_a_second_platform_in_the_same_folder_is_told_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with State(home).locked(), command("up", "--home", str(home)) as second:
        said = second.communicate(timeout=60)[0]
    assert second.returncode == 1
    assert f"already used by a running Plumbline (process {os.getpid()})" in said
    assert "Traceback" not in said


def test_a_busy_web_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    port = pick_free_port()
    with socket.socket() as other:
        other.bind((LOOPBACK, port))
        other.listen()
        with command("up", "--home", str(tmp_path / "home"), "--port", str(port)) as refused:
            said = refused.communicate(timeout=60)[0]
    assert refused.returncode == 1
    assert f"Port {port} (web address) is already in use" in said
    assert "--port" in said
    assert not (tmp_path / "home" / "postgres").exists()
