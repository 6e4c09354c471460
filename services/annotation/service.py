"""Owns the composition of the annotation service. Does not run it: `python -m services annotation` does."""

from __future__ import annotations

from kit.app import App
from plumbapi.annotation.v1.annotation_service_pb2_grpc import add_AnnotationServiceServicer_to_server
from services.annotation.api import AnnotationServicer
from services.annotation.settings import AnnotationSettings


async def setup(app: App) -> None:
    """Serve the contract of the annotation service."""
    app.register(add_AnnotationServiceServicer_to_server, AnnotationServicer(AnnotationSettings()))
