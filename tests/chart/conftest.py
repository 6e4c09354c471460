"""Owns the fixtures of the chart tests: one Helm process and one rendering of each value set per session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.chart.kube_store import GATEWAY_API, PROMETHEUS_API
from tests.chart.release import Cluster, HelmProcess, Release, cluster, values_of


@pytest.fixture(scope="session")
def helm() -> Iterator[HelmProcess]:
    process = HelmProcess()
    yield process
    process.close()


@pytest.fixture(scope="session")
def rendered(helm: HelmProcess) -> Callable[[str], Release]:
    """Install a value set by the name of its file into a cluster that serves every API the chart knows."""

    @cache
    def render(name: str) -> Release:
        with cluster(helm, {**GATEWAY_API, **PROMETHEUS_API}) as fresh:
            return fresh.run("install", values_of(name))

    return render


@pytest.fixture
def minimal(rendered: Callable[[str], Release]) -> Release:
    return rendered("minimal")


@pytest.fixture
def plain_cluster(helm: HelmProcess) -> Iterator[Cluster]:
    """An empty cluster without any custom resource."""
    with cluster(helm) as fresh:
        yield fresh
