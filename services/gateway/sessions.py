"""Owns browser sessions: HttpOnly cookies in, signed identities behind. Does not keep sessions: auth does."""

from __future__ import annotations

from datetime import UTC

from fastapi import APIRouter, Request, Response
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel, Field

from kit import access, telemetry
from kit.app import App
from kit.errors import Unauthenticated
from kit.identity import ANONYMOUS
from kit.peers import Envelope, Peers
from plumbapi.auth import v1 as auth
from services.gateway.caller import ACCESS_COOKIE
from services.gateway.transcode import to_json

REFRESH_COOKIE = "plumb_refresh"
_SESSIONS = "/api/v1/sessions"


class SignIn(BaseModel, extra="forbid"):
    """A person's address and password."""

    email: str = Field(min_length=3, max_length=320)
    password: str = Field(min_length=1, max_length=1024)
    workspace_id: str = Field("", description="Needed only by people who belong to several workspaces.")


class Acceptance(BaseModel, extra="forbid"):
    """What a newly invited person sets."""

    invitation: str = Field(max_length=200, description="The one-time secret of the invitation.")
    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=10, max_length=1024)
    email: str = Field("", max_length=320, description="For the first owner, who has no address yet.")


def router(app: App) -> APIRouter:
    """Routes that sign people in and out."""
    routes = APIRouter(tags=["sessions"])
    secure = app.settings.public_url.startswith("https://")

    def answer(session: auth.Session) -> Response:
        body = auth.GetMeResponse(member=session.member, workspace=session.workspace)
        response = Response(to_json(body), media_type="application/json")
        _set_cookie(response, ACCESS_COOKIE, session.access_token, session.access_expire_time, "/", secure)
        # cookie paths match whole segments, so `/api/v1/sessions` would not reach `/api/v1/sessions:refresh`
        _set_cookie(response, REFRESH_COOKIE, session.refresh_token, session.refresh_expire_time, "/api/v1", secure)
        return response

    def anonymous(row: str) -> Peers:
        access.require(row, ANONYMOUS)
        return app.peers(Envelope("", telemetry.current_traceparent()))

    @routes.post(_SESSIONS)
    async def create_session(body: SignIn) -> Response:
        """Sign in with address and password; sets the session cookies."""
        peers = anonymous(f"POST {_SESSIONS}")
        return answer(await peers.auth.CreateSession(auth.CreateSessionRequest(**body.model_dump())))

    @routes.post(f"{_SESSIONS}:accept")
    async def accept_invitation(body: Acceptance) -> Response:
        """Open an invitation once: sets name and password and signs in."""
        peers = anonymous(f"POST {_SESSIONS}:accept")
        return answer(await peers.auth.AcceptInvitation(auth.AcceptInvitationRequest(**body.model_dump())))

    @routes.post(f"{_SESSIONS}:refresh")
    async def refresh_session(request: Request) -> Response:
        """Continue a session whose access has run out; rotates the refresh cookie."""
        peers = anonymous(f"POST {_SESSIONS}:refresh")
        return answer(await peers.auth.RefreshSession(auth.RefreshSessionRequest(refresh_token=_refresh(request))))

    @routes.delete(_SESSIONS)
    async def delete_session(request: Request) -> Response:
        """Sign out: ends the session everywhere and clears the cookies; nothing happens without a session."""
        peers = anonymous(f"DELETE {_SESSIONS}")
        if token := request.cookies.get(REFRESH_COOKIE):
            await peers.auth.DeleteSession(auth.DeleteSessionRequest(refresh_token=token))
        response = Response(b"{}", media_type="application/json")
        response.delete_cookie(ACCESS_COOKIE, "/")
        response.delete_cookie(REFRESH_COOKIE, "/api/v1")
        return response

    return routes


def _refresh(request: Request) -> str:
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise Unauthenticated("There is no session to continue: sign in.")
    return token


def _set_cookie(response: Response, name: str, value: str, expires: Timestamp, path: str, secure: bool) -> None:
    response.set_cookie(
        name,
        value,
        expires=expires.ToDatetime(UTC),
        path=path,
        secure=secure,
        httponly=True,
        samesite="strict",
    )
