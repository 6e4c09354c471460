"""Owns how a body is signed, so that a receiver can tell who sent it. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from services.gateway.webhooks.sealing import PREFIX


def standard(secrets: Iterable[str], message_id: str, timestamp: str, body: bytes) -> str:
    """`webhook-signature` of Standard Webhooks: one `v1,<base64>` per secret, separated by spaces.

    Args:
        secrets: `whsec_<base64>` each; two while one is being replaced.
        timestamp: seconds since the epoch.
    """
    keys = [base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets]
    return " ".join(_signed(key, message_id, timestamp, body) for key in keys)


def mlflow(secret: str, delivery_id: str, timestamp: str, body: bytes) -> str:
    """`X-MLflow-Signature`: the secret is text as the client gave it."""
    return _signed(secret.encode(), delivery_id, timestamp, body)


def _signed(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"
