"""Owns the one bucket rule that the S3 client cannot write: which web page may upload by presigned URL."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import urllib3
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3
from minio.time import to_amz_date

_RULE = (
    "<CORSConfiguration><CORSRule>"
    "<AllowedOrigin>{origin}</AllowedOrigin>"
    "<AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedMethod>PUT</AllowedMethod>"
    "<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3600</MaxAgeSeconds>"
    "</CORSRule></CORSConfiguration>"
)


def allow_browser(
    http: urllib3.PoolManager, endpoint: str, bucket: str, region: str, credentials: Credentials, origin: str
) -> bool:
    """Let pages of `origin` (`https://host`) read and upload by presigned URL.

    Returns False when the store keeps no such rules for a bucket; then they belong to the store's own configuration.
    """
    body = _RULE.format(origin=escape(origin)).encode()
    url = urlsplit(f"{endpoint.rstrip('/')}/{bucket}?cors=")
    now = datetime.now(UTC)
    digest = hashlib.sha256(body).hexdigest()
    headers = sign_v4_s3(
        method="PUT",
        url=url,
        region=region,
        headers={
            "Host": url.netloc,
            "x-amz-date": to_amz_date(now),
            "x-amz-content-sha256": digest,
            "Content-MD5": base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode(),
        },
        credentials=credentials,
        content_sha256=digest,
        date=now,
    )
    plain = {name: value for name, value in headers.items() if isinstance(value, str)}
    return http.request("PUT", url.geturl(), body=body, headers=plain).status < 300
