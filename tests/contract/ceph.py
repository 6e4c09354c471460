"""Owns a one-node Ceph with its S3 gateway on loopback, data in memory: a strict store to hold ours against.

Needs the Debian packages radosgw, ceph-mon, ceph-osd and ceph-common, and root or the `ceph` user.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

from embedded.ports import LOOPBACK, accepts, pick_free_port
from embedded.program import Program
from embedded.supervisor import Supervisor

PROGRAMS = ("radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool")

# cephx stays on: with "auth = none" the gateway hangs at its start. Without tcp_nodelay each request takes 44 ms.
_CONFIGURATION = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{monitor},v1:127.0.0.1:{old_monitor}]
public network = 127.0.0.0/8
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 2147483648
mon allow pool size one = true
mon max pg per osd = 1000
mon osd min in ratio = 0
mon data avail warn = 1
mon data avail crit = 0
mon data = {folder}/mon
osd data = {folder}/osd
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
pid file = {folder}/$name.pid
keyring = {folder}/keyring
auth allow insecure global id reclaim = false
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1
rgw enable apis = s3,admin
rgw enable usage log = false
"""


def missing_programs() -> list[str]:
    """The programs of Ceph that this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Ceph:
    """Monitor, one storage daemon and the S3 gateway below one folder; its path must be short (unix sockets)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._configuration = folder / "ceph.conf"
        self._monitor, self._old_monitor, gateway = pick_free_port(), pick_free_port(), pick_free_port()
        self._gateway = gateway
        self._fsid = str(uuid.uuid4())
        self.endpoint = f"http://{LOOPBACK}:{gateway}"
        self.access_key = secrets.token_hex(10)
        self.secret_key = secrets.token_hex(20)
        self._supervisor = Supervisor(self._programs(), folder / "output")

    def start(self) -> None:
        """Start and create the one user; about 15 s."""
        for name in ("mon", "osd"):
            (self._folder / name).mkdir()
        self._configuration.write_text(
            _CONFIGURATION.format(
                fsid=self._fsid,
                monitor=self._monitor,
                old_monitor=self._old_monitor,
                gateway=self._gateway,
                folder=self._folder,
            )
        )
        self._make_keys()
        self._supervisor.start(timeout_s=120)
        keys = [f"--access-key={self.access_key}", f"--secret={self.secret_key}"]
        self._call("radosgw-admin", "user", "create", "--uid=plumb", "--display-name=plumb", *keys)

    def stop(self) -> None:
        """Stop the daemons; the data is gone."""
        self._supervisor.stop()

    def _programs(self) -> list[Program]:
        return [
            self._daemon("ceph-mon", "-i", "a", ready=lambda: self._answers("mon", "a")),
            self._daemon("ceph-osd", "-i", "0", before=self._make_osd, ready=lambda: self._answers("osd", "1 up")),
            self._daemon("radosgw", "-n", "client.admin", ready=lambda: accepts(self._gateway)),
        ]

    def _daemon(
        self, name: str, *options: str, ready: Callable[[], bool], before: Callable[[], None] = lambda: None
    ) -> Program:
        path = shutil.which(name) or name
        return Program(
            name=name,
            command=[path, "-f", "-c", str(self._configuration), *options],
            ready=ready,
            before=before,
        )

    def _make_keys(self) -> None:
        ring, everything = str(self._folder / "keyring"), "allow *"
        create = ["ceph-authtool", ring, "--gen-key"]
        self._run(*create, "--create-keyring", "-n", "mon.", "--cap", "mon", everything)
        admin = [part for service in ("mon", "osd", "mgr") for part in ("--cap", service, everything)]
        self._run(*create, "-n", "client.admin", *admin)
        self._run(*create, "-n", "osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", everything)
        addresses = f"[v2:{LOOPBACK}:{self._monitor},v1:{LOOPBACK}:{self._old_monitor}]"
        monitors = str(self._folder / "monmap")
        self._run("monmaptool", "--create", "--fsid", self._fsid, "--addv", "a", addresses, monitors)
        self._call("ceph-mon", "--mkfs", "-i", "a", "--monmap", monitors, "--keyring", ring)

    def _make_osd(self) -> None:
        self._call("ceph", "osd", "create")
        self._call("ceph-osd", "-i", "0", "--mkfs")
        self._call("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost")

    def _answers(self, part: str, expected: str) -> bool:
        try:
            return expected in self._call("ceph", "--connect-timeout", "3", part, "stat")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False

    def _call(self, program: str, *arguments: str) -> str:
        return self._run(program, "-c", str(self._configuration), *arguments)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout
