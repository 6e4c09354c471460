"""Owns the composition of the trainer."""

from __future__ import annotations

from kit.app import App
from plumbapi.trainer.v1.trainer_service_pb2_grpc import add_TrainerServiceServicer_to_server
from services.trainer import census, dispatch
from services.trainer.api import TrainerServicer
from services.trainer.dispatch import Engine
from services.trainer.kubernetes_engine import KubernetesEngine
from services.trainer.local_engine import LocalEngine
from services.trainer.settings import TrainerSettings


async def setup(app: App) -> None:
    """Compose the trainer."""
    settings = TrainerSettings()
    app.register(add_TrainerServiceServicer_to_server, TrainerServicer(app, settings))
    engine = engine_of(app, settings)
    app.task("dispatch", lambda: dispatch.run(app, engine, settings))
    app.task("census", lambda: census.run(app.db))
    app.on_close(engine.close)


def engine_of(app: App, settings: TrainerSettings) -> Engine:
    """The engine of the settings."""
    gateway_url = settings.trainer_gateway_url or app.settings.public_url
    if settings.trainer_engine == "kubernetes":
        return KubernetesEngine(settings, gateway_url)
    return LocalEngine(app.settings, gateway_url)
