"""Owns the composition of the gateway: routes, feed, webhooks, web server."""

from __future__ import annotations

from fastapi import FastAPI

from kit.app import App
from services.gateway import answers, feed, images, problems, report, sessions, stream, transcode, webserver
from services.gateway.caller import Callers
from services.gateway.feed import Outlet
from services.gateway.lanes import Lanes, Web
from services.gateway.mlflow import routes as mlflow
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks import api as webhooks
from services.gateway.webhooks import parts


async def setup(app: App) -> None:
    """Compose the gateway."""
    settings = GatewaySettings()
    outlet = Outlet(app.db, app.bus)
    app.consume("plumb.>", feed.append)
    app.task("outlet", outlet.run)
    web = application(app, outlet)
    webserver.serve_pages(web, settings.gateway_web, app.settings)
    app.task("web", lambda: webserver.run(web, settings))


def application(app: App, outlet: Outlet) -> FastAPI:
    """The web application without the pages: every API route."""
    lanes = Lanes()
    web = Web(
        lanes,
        app.settings,
        title="Plumbline",
        version="1",
        description="One place for the images, the annotations, the experiments and the models.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False},
    )
    callers = Callers(app)
    # where the routes of MLflow clients find them too
    web.state.webhooks = parts.compose(app, GatewaySettings())
    problems.install(web)
    webserver.install(web, app)
    mlflow.install(web, lanes, app, callers)
    transcode.install(web, lanes, app, callers)
    web.include_router(sessions.router(app))
    web.include_router(images.router(app, callers))
    web.include_router(stream.router(app, callers, outlet))
    web.include_router(report.router(app, callers))
    web.include_router(answers.router(app, callers))
    web.include_router(webhooks.router(callers, web.state.webhooks))
    return web
