"""Owns all of Plumbline on one machine: the servers and the services behind one web address."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from embedded.ports import LOOPBACK, accepts, is_free, pick_free_port, require_free
from embedded.program import Program
from embedded.stack import Stack
from embedded.state import SERVICES


class Platform(Stack):
    """All of Plumbline on this machine: the three servers and the services, behind one web address.

    `port=0` takes the port of the last start or a free one. `distributed=True` runs one process per service over
    gRPC instead of one process for all.
    """

    def __init__(
        self,
        home: Path | str,
        *,
        port: int = 0,
        distributed: bool = False,
        public_url: str | None = None,
        nats_port: int | None = None,
        s3_port: int | None = None,
    ) -> None:
        self._port = port
        self._distributed = distributed
        super().__init__(home, nats_port=nats_port, s3_port=s3_port, public_url=public_url)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every service, by the names that `kit.settings` reads."""
        return {
            **super().environment,
            "PLUMB_GATEWAY_PORT": str(self._port),
            # one machine of one's own: receivers are on it too
            "PLUMB_WEBHOOK_PRIVATE_TARGETS": "true",
            "PLUMB_AUTH_BOOTSTRAP_FILE": str(self.state.owner_link_file),
        }

    def service_environment(self, service: str) -> dict[str, str]:
        """The settings of one service in a process of its own: only its own database, and where its peers are."""
        ports = {name: self._rpc_port(name) for name in SERVICES}
        foreign = {f"PLUMB_DATABASE_URL_{name.upper()}" for name in SERVICES if name != service}
        return {
            **{name: value for name, value in self.environment.items() if name not in foreign},
            **{f"PLUMB_PEERS_{name.upper()}": f"{LOOPBACK}:{port}" for name, port in ports.items()},
            "PLUMB_RPC_PORT": str(ports[service]),
        }

    def _web_address(self) -> str:
        self._port = self.state.port("gateway", self._port or None)
        return f"http://{LOOPBACK}:{self._port}"

    def _program_name(self, name: str) -> str:
        return "services" if name in SERVICES and not self._distributed else name

    def _require_ports(self) -> None:
        super()._require_ports()
        require_free(self._port, "web address", "--port")

    def _programs(self) -> list[Program]:
        return [
            *super()._programs(),
            *(self._service_programs() if self._distributed else [self._all_services()]),
        ]

    def _all_services(self) -> Program:
        return _services("services", "all", self.environment, self._gateway_ready)

    def _service_programs(self) -> list[Program]:
        return [self._service_program(service) for service in SERVICES]

    def _service_program(self, service: str) -> Program:
        environment = self.service_environment(service)
        listens = partial(accepts, int(environment["PLUMB_RPC_PORT"]))
        return _services(service, service, environment, self._gateway_ready if service == "gateway" else listens)

    def _rpc_port(self, service: str) -> int:
        """Nothing outside depends on these ports, so a busy one is simply replaced."""
        port = self.state.port(f"rpc_{service}")
        return port if is_free(port) else self.state.port(f"rpc_{service}", pick_free_port())

    def _gateway_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def _services(name: str, targets: str, environment: dict[str, str], ready: Callable[[], bool]) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", "services", "--migrate", targets],
        environment=environment,
        ready=ready,
        stop_timeout_s=40.0,
    )
