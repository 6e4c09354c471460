"""Owns the gateway's own settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from kit.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]


class GatewaySettings(Settings):
    """Variables that start with PLUMB_GATEWAY_ unless named otherwise."""

    gateway_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    gateway_port: int = Field(8080, description="Port of the web server.")
    gateway_web: Path = Field(_ROOT / "web/dist", description="Folder with the built web UI.")
