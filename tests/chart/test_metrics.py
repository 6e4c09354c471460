"""The process exposes the metrics that alerts and dashboard ask for, with buckets that can tell their thresholds."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.chart.release import ROOT
from tests.chart.test_observability import METRICS, expressions

# Instruments bind to the first meter provider of a process, so the exposition runs in one of its own.
EXPOSE = """
import sys
from kit import telemetry
telemetry.setup("test", otlp_endpoint="", metrics_port=int(sys.argv[1]), log_level="ERROR")
telemetry.rpc_requests.labels("auth", "GetMember", "OK").inc()
telemetry.rpc_duration.labels("auth", "GetMember").observe(0.02)
telemetry.http_requests.labels("/v1/members", "GET", "200").inc()
telemetry.http_duration.labels("/v1/members", "GET").observe(0.02)
telemetry.jobs.set(2, {"state": "QUEUED"})
telemetry.dead_letters.add(1, {"service": "gateway"})
telemetry.outbox_lag.set(3.5, {"service": "auth"})
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def exposition() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", EXPOSE, str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text: str = answer.read().decode()
    process.communicate()
    return text


@pytest.mark.parametrize("name", sorted(METRICS.keys() - {"up"}))
def test_metric_is_exposed_with_its_labels(name: str, exposition: str) -> None:
    labels = re.search(rf"^{name}\{{(.*)\}}", exposition, re.MULTILINE)
    assert labels, exposition
    assert METRICS[name] <= set(re.findall(r"(\w+)=", labels[1]))


@pytest.mark.parametrize("name", ["plumb_rpc_duration_seconds", "plumb_http_duration_seconds"])
def test_buckets_separate_the_thresholds_of_the_alerts(name: str, exposition: str) -> None:
    buckets = {float(b) for b in re.findall(rf'^{name}_bucket\{{.*le="([\d.]+)"', exposition, re.MULTILINE)}
    for _, expression in expressions():
        if f"{name}_bucket" in expression and (limit := re.search(r"> ([\d.]+)$", expression)):
            threshold = float(limit[1])
            assert min(buckets) < threshold < max(buckets)
            assert any(threshold / 2.5 <= b <= threshold for b in buckets)
