"""Owns the composition of the annotation service. Does not run it: `python -m services annotation` does."""

from __future__ import annotations

from functools import partial

from kit.app import App
from plumbapi.annotation.v1.annotation_service_pb2_grpc import add_AnnotationServiceServicer_to_server
from services.annotation import transfer_runner, uploads
from services.annotation.api import AnnotationServicer
from services.annotation.settings import AnnotationSettings


async def setup(app: App) -> None:
    """Serve the contract of the annotation service, and work on exports and imports."""
    settings = AnnotationSettings()
    app.register(add_AnnotationServiceServicer_to_server, AnnotationServicer(settings))
    for number in range(settings.annotation_transfers):
        app.task(f"transfers-{number}", partial(transfer_runner.run_for_ever, app, settings))
    sweep_s = settings.annotation_sweep_minutes * 60.0
    app.task("uploads", partial(uploads.sweep_for_ever, app.db, app.blobs, sweep_s))
