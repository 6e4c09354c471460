"""The environment that the chart renders is enough: each service starts with it alone, becomes ready and stops.

Real PostgreSQL, NATS and S3 servers; only addresses differ from a cluster, because all processes share one machine.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from embedded.stack import Stack
from tests.chart.kube_store import Object
from tests.chart.release import ROOT, SERVICES, HelmProcess, Release, cluster, merged, values_of

READY_S = 60.0
OWN_METRIC = {"trainer": "plumb_jobs{"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture(scope="module")
def release(stack: Stack, helm: HelmProcess) -> Release:
    """The chart with the addresses and credentials of the running servers."""
    known = stack.environment
    values: Object = {
        "database": {s: {"url": known[f"PLUMB_DATABASE_URL_{s.upper()}"]} for s in SERVICES},
        "nats": {"url": known["PLUMB_NATS_URL"]},
        "s3": {
            "endpoint": known["PLUMB_S3_ENDPOINT"],
            "accessKey": known["PLUMB_S3_ACCESS_KEY"],
            "secretKey": known["PLUMB_S3_SECRET_KEY"],
        },
    }
    with cluster(helm) as fresh:
        return fresh.run("install", merged(values_of("minimal"), values))


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    """A free port for each service; in a cluster each pod has an address of its own instead."""
    names = [*SERVICES, *(f"{service} metrics" for service in SERVICES)]
    held = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    numbers = {name: taken.getsockname()[1] for name, taken in held.items()}
    for taken in held.values():
        taken.close()
    return numbers


def environment(container: Object, release: Release, home: Path) -> dict[str, str]:
    """The variables of a container as the kubelet would set them, and where Python finds its packages."""
    secrets = {s["metadata"]["name"]: s["data"] for s in release.all("Secret")}
    result = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}:{ROOT / 'sdk'}:{ROOT / 'formats'}"}
    for entry in container["env"]:
        if "value" in entry:
            result[entry["name"]] = entry["value"]
        else:
            reference = entry["valueFrom"]["secretKeyRef"]
            result[entry["name"]] = base64.b64decode(secrets[reference["name"]][reference["key"]]).decode()
    return {**result, "PLUMB_HOME": str(home), "HOME": str(home)}


def on_one_machine(variables: dict[str, str], service: str, ports: dict[str, int]) -> dict[str, str]:
    moved = {**variables, "PLUMB_METRICS_PORT": str(ports[f"{service} metrics"])}
    moved["PLUMB_GATEWAY_PORT" if service == "gateway" else "PLUMB_RPC_PORT"] = str(ports[service])
    for name in variables:
        if name.startswith("PLUMB_PEERS_"):
            moved[name] = f"127.0.0.1:{ports[name.removeprefix('PLUMB_PEERS_').lower()]}"
    return moved


def wait_until(process: subprocess.Popen[bytes], holds: Callable[[], bool]) -> None:
    """Return when a condition holds; fail when the process ends before, or after READY_S."""
    deadline = time.monotonic() + READY_S
    while not holds():
        assert process.poll() is None, f"it ended with status {process.returncode}"
        assert time.monotonic() < deadline, f"not true after {READY_S:.0f} s"
        time.sleep(0.2)


def metrics(port: int) -> str:
    """What a process exposes to Prometheus."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text: str = answer.read().decode()
    return text


def command(container: Object) -> list[str]:
    assert container["command"][0] == "python"
    return [sys.executable, *container["command"][1:], *container["args"]]


def is_ready(service: str, port: int) -> bool:
    if service == "gateway":
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=2)
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def start_migration(service: str, release: Release, home: Path) -> subprocess.Popen[bytes]:
    container = release.one("Job", f"{service}-migrate")["spec"]["template"]["spec"]["containers"][0]
    return subprocess.Popen(command(container), cwd=home, env=environment(container, release, home))


def test_a_migration_and_its_twin_both_succeed(release: Release, tmp_path: Path) -> None:
    """Kubernetes may start the pod of a Job a second time while the first one still runs."""
    twins = [start_migration("experiments", release, tmp_path) for _ in range(2)]
    assert [twin.wait(timeout=60) for twin in twins] == [0, 0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_migrates_becomes_ready_and_stops(
    service: str, release: Release, ports: dict[str, int], tmp_path: Path
) -> None:
    assert start_migration(service, release, tmp_path).wait(timeout=60) == 0
    container = release.container(service)
    variables = on_one_machine(environment(container, release, tmp_path), service, ports)
    process = subprocess.Popen(command(container), cwd=tmp_path, env=variables)
    try:
        wait_until(process, lambda: is_ready(service, ports[service]))
        metric = OWN_METRIC.get(service, "plumb_outbox_lag_seconds")
        wait_until(process, lambda: metric in metrics(ports[f"{service} metrics"]))
        process.terminate()
        assert process.wait(timeout=45) == 0
    finally:
        process.kill()
        process.wait()
