"""Owns the gateway's own settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from kit.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]


class GatewaySettings(Settings):
    """Variables that start with PLUMB_GATEWAY_ unless named otherwise."""

    gateway_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    gateway_port: int = Field(8080, description="Port of the web server.")
    gateway_web: Path = Field(_ROOT / "web/dist", description="Folder with the built web UI.")

    webhook_private_targets: bool = Field(
        False, description="Whether webhooks may lead to loopback and private networks."
    )
    webhook_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys (32 bytes, base64, by commas) of the webhooks' secrets: the first seals, all open; "
        "empty: the identity key.",
    )
    webhook_failures: int = Field(10, ge=1, description="Deliveries given up in a row that disable a webhook.")
