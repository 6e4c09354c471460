"""Owns `gen/openapi.json`: `python -m tools.openapi` writes it; with `--check` it fails when that is not current."""

from __future__ import annotations

import base64
import json
import sys

from pydantic import SecretStr

from kit.app import App
from kit.bus import Bus
from kit.host import object_store
from kit.settings import Platform
from services.gateway import openapi, service
from services.gateway.feed import Outlet
from tools.gen import GEN

TARGET = GEN / "openapi.json"


def document() -> str:
    """The document of the gateway's routes; nothing is connected to for it."""
    settings = Platform(
        database_url_gateway=SecretStr("postgresql+asyncpg://"),
        identity_key=SecretStr(base64.b64encode(bytes(32)).decode()),
        s3_access_key=SecretStr("none"),
        s3_secret_key=SecretStr("none"),
    )
    bus = Bus(settings.nats_url.get_secret_value())
    app = App("gateway", settings, object_store(settings), bus, {})
    return json.dumps(openapi.document(service.application(app, Outlet(app.db, bus))), indent=1) + "\n"


def main() -> int:
    text = document()
    if "--check" not in sys.argv:
        TARGET.write_text(text)
        return 0
    if TARGET.read_text() == text:
        return 0
    print("gen/openapi.json is not current: run `make gen` and commit the result.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
