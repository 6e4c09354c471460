"""Composition root of storage: servicer, decoder, sweep. Does not decide anything."""

from __future__ import annotations

from functools import partial

from kit.app import App
from plumbapi.storage.v1.storage_service_pb2_grpc import add_StorageServiceServicer_to_server
from services.storage import expiry, framing
from services.storage.api import StorageServicer
from services.storage.imaging import Decoder
from services.storage.ingest import Ingest
from services.storage.settings import StorageSettings


async def setup(app: App) -> None:
    """Register the service with one pool of decoding processes, which start at the first upload."""
    settings = StorageSettings()
    decoder = Decoder(settings.decode_workers, settings.decode_seconds)
    app.on_close(decoder.close)
    ingest = Ingest(app.db, app.blobs, decoder, settings.ingest_parallel)
    app.register(add_StorageServiceServicer_to_server, StorageServicer(settings, ingest))
    app.task("framing", partial(framing.fill_for_ever, app.db, app.blobs))
    app.task("expiry", partial(expiry.sweep_for_ever, app.db, app.blobs, settings.sweep_minutes * 60.0))
