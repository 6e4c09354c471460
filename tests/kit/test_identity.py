"""A principal is believed only when its token is ours, for us, and in time."""

from __future__ import annotations

import base64
import time
from dataclasses import asdict

import pytest
from joserfc import jwt

from kit.errors import Unauthenticated
from kit.identity import Identity, Principal

KEY = base64.b64encode(bytes(range(32))).decode()
WHO = Principal("ws_1", "mem_1", "Mia Ünal", "CUSTOMER", email="mia@example.org", organisation="Customer Ltd")


@pytest.fixture
def identity() -> Identity:
    return Identity(KEY)


def signed(identity: Identity, **changes: object) -> str:
    """A token of our key whose claims are changed; None removes one."""
    now = int(time.time())
    claims = {"iss": "plumbline", "aud": "plumbline-internal", "iat": now, "exp": now + 60, "who": asdict(WHO)}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode({"alg": "Ed25519"}, claims, identity._key, algorithms=["Ed25519"])


def test_a_principal_comes_back_whole(identity: Identity) -> None:
    assert identity.verify(identity.sign(WHO)) == WHO
    assert identity.verify(signed(identity)) == WHO


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "somebody-else"},
        {"who": None},
        {"who": {"role": "OWNER"}},
        {"who": {**asdict(WHO), "god": True}},
    ],
    ids=str,
)
def test_claims_that_are_not_right_are_refused(identity: Identity, changes: dict[str, object]) -> None:
    with pytest.raises(Unauthenticated):
        identity.verify(signed(identity, **changes))


def test_the_key_of_another_platform_is_refused(identity: Identity) -> None:
    other = Identity(base64.b64encode(bytes(32)).decode())
    with pytest.raises(Unauthenticated):
        identity.verify(other.sign(WHO))


def test_a_changed_payload_is_refused(identity: Identity) -> None:
    head, body, signature = identity.sign(WHO).split(".")
    claims = base64.urlsafe_b64decode(body + "==").replace(b"CUSTOMER", b"OWNER")
    forged = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        identity.verify(f"{head}.{forged}.{signature}")


def test_an_unsigned_token_is_refused(identity: Identity) -> None:
    body = identity.sign(WHO).split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        identity.verify(f"{head}.{body}.")


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "ü.ü.ü"])
def test_noise_is_refused(identity: Identity, token: str) -> None:
    with pytest.raises(Unauthenticated):
        identity.verify(token)


@pytest.mark.parametrize("key", ["", "short", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_a_key_of_the_wrong_form_says_how_to_make_one(key: str) -> None:
    with pytest.raises(SystemExit, match="openssl rand"):
        Identity(key)
