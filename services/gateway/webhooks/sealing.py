"""Owns the secrets of webhooks at rest: sealed with a key that the database does not hold. Does not sign."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "whsec_"
_PURPOSE = b"plumbline webhook secrets"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_SECRET_BYTES = 32


class SealBroken(Exception):
    """None of the keys opens this secret: it was sealed with a key that is no longer given."""


def new_secret() -> str:
    """A fresh secret as Standard Webhooks writes it: `whsec_` and 256 random bits in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


class Seal:
    """Seals with the first key, opens with any.

    Args:
        keys: 32 bytes each, base64; what encrypts is derived from them, so the identity key may be one.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._ciphers = [AESGCM(_derived(key)) for key in keys]

    def close(self, secret: str, webhook_id: str) -> bytes:
        """The secret, sealed; it opens for this webhook only."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, secret.encode(), webhook_id.encode())

    def open(self, sealed: bytes, webhook_id: str) -> str:
        """The reverse of `close`; raises SealBroken."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, text, webhook_id.encode()).decode()
            except InvalidTag:
                continue
        raise SealBroken


def _derived(key: str) -> bytes:
    try:
        given = base64.b64decode(key, validate=True)
    except binascii.Error:
        given = b""
    if len(given) != _KEY_BYTES:
        raise SystemExit("PLUMB_WEBHOOK_KEYS must be keys of 32 bytes in base64, separated by commas.")
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(given)
