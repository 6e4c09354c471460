"""Composition root of identity: servicer, first start, sweep. Does not decide anything."""

from __future__ import annotations

from functools import partial

from kit.app import App
from plumbapi.auth.v1.auth_service_pb2_grpc import add_AuthServiceServicer_to_server
from services.auth import bootstrap, expiry
from services.auth.api import AuthServicer
from services.auth.settings import AuthSettings


async def setup(app: App) -> None:
    """Register the service; on the first start of the platform also write the first owner's link."""
    settings = AuthSettings()
    app.register(add_AuthServiceServicer_to_server, AuthServicer(settings, app.identity))
    app.task("expiry", partial(expiry.sweep_for_ever, app.db))
    file = settings.bootstrap_file or app.settings.home / "setup-url"
    await bootstrap.open_first(app.db, settings, file=file, public_url=app.settings.public_url)
