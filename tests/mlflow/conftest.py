"""Owns what the comparison needs once per session: both servers, and one client program for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live import Live
from tests.mlflow.servers import Client, Server, mlflow_server


@pytest.fixture(scope="session")
def plumbline(live_platform: Live) -> Server:
    return Server(live_platform.url, live_platform.people["OWNER"].token)


@pytest.fixture(scope="session")
def oracle(live_platform: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("oracle")
    with mlflow_server(live_platform.platform.postgres, folder) as server:
        yield server


@pytest.fixture(scope="session")
def clients(plumbline: Server, oracle: Server) -> Iterator[tuple[Client, Client]]:
    """One for Plumbline, one for MLflow's own server."""
    both = Client(plumbline), Client(oracle)
    yield both
    for client in both:
        client.close()
