"""Owns the bytes of images that browsers ask for: thumbnails by value, contents by a redirect to a signed URL."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kit.app import App
from plumbapi.storage import v1 as storage
from services.gateway.caller import Callers

# The bytes of a sha256 never change; `private` because other members may not see them.
_FOR_EVER = "private, max-age=31536000, immutable"
_WEBP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
}

Rendition = Literal["PREVIEW", "ORIGINAL"]


def router(app: App, callers: Callers) -> APIRouter:
    """Routes under /api/v1/images that answer with bytes."""
    routes = APIRouter(tags=["images"])

    @routes.get("/api/v1/images/{sha256}/thumbnail", response_class=Response, responses=_WEBP)
    async def get_thumbnail(request: Request, sha256: str) -> Response:
        """A WebP of at most 256 pixels, through the image's display window."""
        envelope, _ = await callers.require(request, "GET /api/v1/images/{sha256}/thumbnail")
        answer = await app.peers(envelope).storage.GetThumbnail(storage.GetThumbnailRequest(sha256=sha256))
        return Response(answer.content, media_type="image/webp", headers={"Cache-Control": _FOR_EVER})

    @routes.get("/api/v1/images/{sha256}/content", response_class=RedirectResponse)
    async def get_content(request: Request, sha256: str, rendition: Rendition = "PREVIEW") -> RedirectResponse:
        """Leads to the image itself, as a browser can show it, or to the ORIGINAL; the read is recorded."""
        envelope, _ = await callers.require(request, "GET /api/v1/images/{sha256}/content")
        wanted = storage.SignDownloadsRequest.Rendition.Value(rendition)
        answer = await app.peers(envelope).storage.SignDownloads(
            storage.SignDownloadsRequest(sha256s=[sha256], rendition=wanted, purpose="view")
        )
        headers = {"Cache-Control": "private, max-age=240", "Referrer-Policy": "no-referrer"}
        return RedirectResponse(answer.downloads[0].url, 307, headers)

    return routes
