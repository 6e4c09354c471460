"""Owns the servicer: message -> use case -> message. Does not decide: rules and use cases do."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit import access, clock, paging
from kit.identity import Identity, Principal
from kit.rpc import Call
from plumbapi.auth import v1 as pb
from plumbapi.auth.v1 import auth_service_pb2_grpc as grpc
from services.auth import credentials, invitations, members, removal, sessions, tokens, wire, workspaces
from services.auth.errors import SessionEnded
from services.auth.principals import principal
from services.auth.settings import AuthSettings


class AuthServicer(grpc.AuthServiceServicer):  # type: ignore[misc]
    """Every method of `plumbapi.auth.v1.AuthService`."""

    def __init__(self, settings: AuthSettings, identity: Identity) -> None:
        self._settings = settings
        self._identity = identity

    async def GetMe(self, request: pb.GetMeRequest, call: Call) -> pb.GetMeResponse:
        row = await members.find(call.tx, call.who)
        if row is None and call.who.kind in ("PERSON", "MACHINE"):
            raise SessionEnded
        return pb.GetMeResponse(
            member=wire.member(row) if row is not None else wire.acting(call.who),
            workspace=wire.workspace(await workspaces.get(call.tx, call.who.workspace_id)),
            methods=sorted(method for method, roles in access.TABLE.items() if call.who.role in roles),
        )

    async def CreateWorkspace(self, request: pb.CreateWorkspaceRequest, call: Call) -> pb.CreateWorkspaceResponse:
        row, secret = await workspaces.create(
            call.tx, call.who, name=request.name, invitation_life=self._settings.invitation_life
        )
        return pb.CreateWorkspaceResponse(workspace=wire.workspace(row), invitation=secret)

    async def ListMembers(self, request: pb.ListMembersRequest, call: Call) -> pb.ListMembersResponse:
        rows, token = await members.list_page(call.tx, call.who, paging.read(request))
        return pb.ListMembersResponse(members=[wire.member(row) for row in rows], next_page_token=token)

    async def InviteMember(self, request: pb.InviteMemberRequest, call: Call) -> pb.InviteMemberResponse:
        row, secret = await members.invite(
            call.tx,
            call.who,
            email=request.email,
            role=wire.role_name(request.role),
            name=request.name,
            organisation=request.organisation,
            invitation_life=self._settings.invitation_life,
        )
        return pb.InviteMemberResponse(member=wire.member(row), invitation=secret)

    async def UpdateMember(self, request: pb.UpdateMemberRequest, call: Call) -> pb.Member:
        row = await members.change_role(
            call.tx, call.who, member_id=request.member_id, role=wire.role_name(request.role)
        )
        return wire.member(row)

    async def RemoveMember(self, request: pb.RemoveMemberRequest, call: Call) -> pb.RemoveMemberResponse:
        await removal.remove(call.tx, call.who, member_id=request.member_id)
        return pb.RemoveMemberResponse()

    async def ListPermissions(self, request: pb.ListPermissionsRequest, call: Call) -> pb.ListPermissionsResponse:
        rows = sorted(access.TABLE.items())
        return pb.ListPermissionsResponse(permissions=[wire.permission(method, roles) for method, roles in rows])

    async def ListTokens(self, request: pb.ListTokensRequest, call: Call) -> pb.ListTokensResponse:
        rows, token = await tokens.list_page(call.tx, call.who, paging.read(request))
        return pb.ListTokensResponse(tokens=[wire.token(row, role) for row, role in rows], next_page_token=token)

    async def CreateToken(self, request: pb.CreateTokenRequest, call: Call) -> pb.CreateTokenResponse:
        row, secret = await tokens.create(
            call.tx,
            call.who,
            name=request.name,
            kind=wire.kind_name(request.kind),
            role=wire.role_name(request.role) if request.role else None,
            days=request.days,
        )
        return pb.CreateTokenResponse(token=wire.token(row, row.role), secret=secret)

    async def RevokeToken(self, request: pb.RevokeTokenRequest, call: Call) -> pb.RevokeTokenResponse:
        await tokens.revoke(call.tx, call.who, token_id=request.token_id)
        return pb.RevokeTokenResponse()

    async def CreateSession(self, request: pb.CreateSessionRequest, call: Call) -> pb.Session:
        member_id = await sessions.check_password(
            call.transaction,
            email=request.email,
            password=request.password,
            workspace_id=request.workspace_id,
            limit=self._settings.attempts,
            span=self._settings.attempts_span,
        )
        return self._session(await sessions.sign_in(call.tx, member_id=member_id, life=self._settings.session_life))

    async def AcceptInvitation(self, request: pb.AcceptInvitationRequest, call: Call) -> pb.Session:
        async with call.transaction() as tx:
            await invitations.check(
                tx,
                secret=request.invitation,
                name=request.name,
                password=request.password,
                email=request.email,
            )
        # between two transactions: a hash takes long, and a connection is scarce
        password_hash = await credentials.hash_password(request.password)
        opened = await invitations.accept(
            call.tx,
            secret=request.invitation,
            name=request.name,
            password_hash=password_hash,
            email=request.email,
            session_life=self._settings.session_life,
        )
        return self._session(opened)

    async def RefreshSession(self, request: pb.RefreshSessionRequest, call: Call) -> pb.Session:
        return self._session(
            await sessions.refresh(call.transaction, secret=request.refresh_token, grace=self._settings.refresh_grace)
        )

    async def DeleteSession(self, request: pb.DeleteSessionRequest, call: Call) -> pb.DeleteSessionResponse:
        await sessions.sign_out(call.tx, secret=request.refresh_token)
        return pb.DeleteSessionResponse()

    async def Authenticate(self, request: pb.AuthenticateRequest, call: Call) -> pb.AuthenticateResponse:
        who = await tokens.authenticate(call.tx, secret=request.token)
        token, expire_time = self._sign(who, self._settings.token_identity_seconds)
        response = pb.AuthenticateResponse(access_token=token)
        response.access_expire_time.FromDatetime(expire_time)
        return response

    async def CreateJobToken(self, request: pb.CreateJobTokenRequest, call: Call) -> pb.CreateJobTokenResponse:
        row, secret = await tokens.create_for_job(
            call.tx, call.who, job_id=request.job_id, name=request.name, life=self._settings.job_token_life
        )
        return pb.CreateJobTokenResponse(token_id=row.id, secret=secret)

    def _session(self, opened: sessions.Opened) -> pb.Session:
        token, expire_time = self._sign(principal(opened.member), self._settings.session_identity_seconds)
        return wire.session(opened, token, expire_time)

    def _sign(self, who: Principal, seconds: int) -> tuple[str, datetime]:
        return self._identity.sign(who, seconds), clock.now() + timedelta(seconds=seconds)
