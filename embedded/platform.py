"""Owns all of Plumbline on one machine: the servers and the services behind one web address."""

from __future__ import annotations

import sys
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
            "PLUMB_AUTH_BOOTSTRAP_FILE": str(self.state.owner_link_file),
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
        return Program(
            name="services",
            command=[sys.executable, "-m", "services", "--migrate", "all"],
            environment=self.environment,
            ready=self._gateway_ready,
            stop_timeout_s=40.0,
        )

    def _service_programs(self) -> list[Program]:
        ports = {service: self._rpc_port(service) for service in SERVICES}
        peers = {f"PLUMB_PEERS_{service.upper()}": f"{LOOPBACK}:{port}" for service, port in ports.items()}
        programs = []
        for service in SERVICES:
            own = {
                name: value
                for name, value in self.environment.items()
                if not name.startswith("PLUMB_DATABASE_URL_") or name.endswith(service.upper())
            }
            programs.append(
                Program(
                    name=service,
                    command=[sys.executable, "-m", "services", "--migrate", service],
                    environment={**own, **peers, "PLUMB_RPC_PORT": str(ports[service])},
                    ready=self._gateway_ready if service == "gateway" else partial(accepts, ports[service]),
                    stop_timeout_s=40.0,
                )
            )
        return programs

    def _rpc_port(self, service: str) -> int:
        """Nothing outside depends on these ports, so a busy one is simply replaced."""
        port = self.state.port(f"rpc_{service}")
        return port if is_free(port) else self.state.port(f"rpc_{service}", pick_free_port())

    def _gateway_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
