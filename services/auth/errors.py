"""Owns the errors of identity. Those before sign-in never say whether an address, session or token exists."""

from __future__ import annotations

from kit.errors import Conflict, Exhausted, FailedPrecondition, Forbidden, Invalid, NotFound, Unauthenticated


class MemberNotFound(NotFound):
    reason = "MEMBER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such member in this workspace: list the members to find the id.")


class MemberExists(Conflict):
    reason = "MEMBER_EXISTS"

    def __init__(self) -> None:
        super().__init__("This address is a member already: change the role of that member instead.")


class LastOwner(FailedPrecondition):
    reason = "LAST_OWNER"

    def __init__(self) -> None:
        super().__init__("A workspace needs an owner: make another member owner first.")


class RoleNotGrantable(Forbidden):
    reason = "ROLE_NOT_GRANTABLE"

    def __init__(self, role: str) -> None:
        super().__init__(f"Your role may not give or change the role {role}: ask an owner.", role=role)


class NameInvalid(Invalid):
    reason = "NAME_INVALID"

    def __init__(self) -> None:
        super().__init__("A name has 1 to 120 visible characters on one line: change it.")


class RoleInvalid(Invalid):
    reason = "ROLE_INVALID"

    def __init__(self) -> None:
        super().__init__("There is no such role: list the permissions to see the roles and what each may do.")


class EmailInvalid(Invalid):
    reason = "EMAIL_INVALID"

    def __init__(self) -> None:
        super().__init__("This is not an e-mail address: write it as name@example.org.")


class EmailDiffers(Invalid):
    reason = "EMAIL_DIFFERS"

    def __init__(self) -> None:
        super().__init__("The invitation was made for another address: leave the address out, or ask for a new one.")


class PasswordRefused(Invalid):
    reason = "PASSWORD_REFUSED"


class RoleMissing(Invalid):
    reason = "ROLE_MISSING"

    def __init__(self) -> None:
        super().__init__("A machine token needs a role: name the least that its program gets by with.")


class RoleRefused(Invalid):
    reason = "ROLE_REFUSED"

    def __init__(self) -> None:
        super().__init__("A personal token acts as you: leave the role out, or make a machine token.")


class KindInvalid(Invalid):
    reason = "TOKEN_KIND_INVALID"

    def __init__(self) -> None:
        super().__init__("A token is PERSONAL or MACHINE; job tokens are made by the trainer alone.")


class DaysInvalid(Invalid):
    reason = "TOKEN_DAYS_INVALID"

    def __init__(self) -> None:
        super().__init__("A token lives 1 to 365 days: give days in that range, or 0 for 90.")


class TokenMakerInvalid(Forbidden):
    reason = "TOKEN_MAKER_INVALID"

    def __init__(self) -> None:
        super().__init__("Only people make tokens: sign in, or use a personal token.")


class TokenNotFound(NotFound):
    reason = "TOKEN_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such token that you may see: list the tokens to find the id.")


class WorkspaceNotFound(NotFound):
    reason = "WORKSPACE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("This workspace does not exist any more: sign in again.")


class SignInRefused(Unauthenticated):
    reason = "SIGN_IN_REFUSED"

    def __init__(self) -> None:
        super().__init__(
            "The address or the password is wrong. If you belong to several workspaces, name the workspace too."
        )


class TooManyAttempts(Exhausted):
    reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Too many sign-ins failed for this address: try again in {minutes} minutes.")


class SessionEnded(Unauthenticated):
    reason = "SESSION_ENDED"

    def __init__(self) -> None:
        super().__init__("The session has ended: sign in again.")


class InvitationInvalid(Unauthenticated):
    reason = "INVITATION_INVALID"

    def __init__(self) -> None:
        super().__init__("The invitation was used, replaced or has expired: ask for a new one.")


class TokenInvalid(Unauthenticated):
    reason = "TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("The token is unknown, expired or revoked: make a new one and use that.")
