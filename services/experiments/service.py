"""Composition root of experiments: servicer, compaction, sweep. Does not decide anything."""

from __future__ import annotations

from functools import partial

from kit.app import App
from plumbapi.experiments.v1.experiments_service_pb2_grpc import add_ExperimentsServiceServicer_to_server
from services.experiments import compaction, expiry
from services.experiments.api import ExperimentsServicer
from services.experiments.settings import ExperimentsSettings


async def setup(app: App) -> None:
    """Register the service and its background work."""
    settings = ExperimentsSettings()
    app.register(add_ExperimentsServiceServicer_to_server, ExperimentsServicer(settings, app.blobs))
    app.task("expiry", partial(expiry.sweep_for_ever, app.db, app.blobs, settings.upload_life))
    app.task("compaction", partial(compaction.compact_for_ever, app.db))
