"""Owns who a call speaks for: the principal, and its short-lived signed form between services.

The signed form is a JWT (RFC 7519) with Ed25519 (RFC 9864); algorithm, issuer, audience and expiry are fixed here and
checked on every call by the service that is called, so no service trusts plain metadata.
"""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kit.errors import Unauthenticated

_ISSUER = "plumbline"
_AUDIENCE = "plumbline-internal"
_LEEWAY_S = 30
_MOST_VERIFIED = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, in which workspace, with which role (see `kit.access`) and as what kind of actor."""

    workspace_id: str
    member_id: str
    name: str
    role: str
    kind: str = "PERSON"
    email: str = ""
    organisation: str = ""
    job_id: str = ""

    def actor(self) -> dict[str, str]:
        """The principal as stored in `creator`, `author` and audit columns."""
        return {"member_id": self.member_id, "name": self.name, "kind": self.kind}


ANONYMOUS = Principal(workspace_id="", member_id="", name="anonymous", role="ANONYMOUS")


def service_principal(service: str, workspace_id: str) -> Principal:
    """A service that acts on its own, such as the trainer that fences a run, inside one workspace."""
    return Principal(
        workspace_id=workspace_id, member_id=f"svc_{service}", name=service, role="SERVICE", kind="SERVICE"
    )


class Identity:
    """Signs and verifies principals with the platform's Ed25519 key.

    Args:
        key: the 32 bytes of the private key, base64.
    """

    def __init__(self, key: str) -> None:
        try:
            seed = base64.b64decode(key, validate=True)
        except binascii.Error:
            seed = b""
        if len(seed) != 32:
            raise SystemExit("PLUMB_IDENTITY_KEY must be 32 bytes in base64: make one with `openssl rand -base64 32`.")
        self._key = _okp_key(seed)
        self._verified: dict[str, tuple[float, Principal]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": _ISSUER},
            aud={"essential": True, "value": _AUDIENCE},
            exp={"essential": True},
        )

    def sign(self, who: Principal, ttl_s: int = 300) -> str:
        """The principal as a token that is valid for `ttl_s` seconds."""
        issued = int(time.time())
        claims = {"iss": _ISSUER, "aud": _AUDIENCE, "iat": issued, "exp": issued + ttl_s, "who": asdict(who)}
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=["Ed25519"])

    def verify(self, token: str) -> Principal:
        """The principal of a token. A signature is computed once: a caller sends the same token for minutes.

        Raises:
            Unauthenticated: the token is forged, expired or made for something else.
        """
        expires, who = self._verified.get(token, (0.0, ANONYMOUS))
        if expires > time.time():
            return who
        try:
            decoded = jwt.decode(token, self._key, algorithms=["Ed25519"])
            self._claims.validate(decoded.claims)
            who = Principal(**decoded.claims["who"])
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated("The session is not valid or has ended: sign in again.") from error
        if len(self._verified) >= _MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = (decoded.claims["exp"] + _LEEWAY_S, who)
        return who


def _okp_key(seed: bytes) -> OKPKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def b64(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": b64(seed), "x": b64(public)})
