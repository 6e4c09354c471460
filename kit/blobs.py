"""Owns bytes by key in any S3 store: put, get, copy, presigned URLs, hashing. Does not know what the bytes mean.

Nothing is believed about the store but that it keeps bytes: integrity is checked by `ObjectStore.hash_stream`, and who
may see an object is decided before a URL is signed.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote, urlsplit

import structlog
import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.credentials.credentials import Credentials
from minio.datatypes import Part
from minio.error import InvalidResponseError, MinioException, S3Error
from urllib3.response import BaseHTTPResponse

from kit.bucket_cors import allow_browser
from kit.errors import Invalid, NotFound, Unavailable

_log = structlog.get_logger(__name__)

CHUNK_BYTES = 2**20
_PART_BYTES = 16 * 2**20
_KEY = re.compile(r"(?:ws/[A-Za-z0-9_-]+|staging|system)(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_KEY_LIMIT = 512
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ABSENT = {"NoSuchKey", "NoSuchObject", "ResourceNotFound", "NoSuchUpload"}
_WRONG_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML"}

T = TypeVar("T")


class BlobMissing(NotFound):
    """No object has this key."""

    reason = "BLOB_MISSING"


class PartsInvalid(Invalid):
    """Parts are missing, too small, in another order or not the ones that were sent."""

    reason = "PARTS_INVALID"


class StoreUnavailable(Unavailable):
    """The object store did not answer, or answered with an error of its own."""

    reason = "OBJECT_STORE_UNAVAILABLE"


@dataclass(frozen=True)
class BlobStat:
    """What the store says about an object; `size` in bytes."""

    key: str
    size: int
    modified: datetime | None


@dataclass(frozen=True)
class BlobHash:
    """Digests of an object's bytes, in lower-case hex, and their number."""

    sha256: str
    md5: str
    size: int


def blob_key(workspace_id: str, sha256: str) -> str:
    """The key of content-addressed bytes, `ws/<id>/sha256/ab/abcd...`: one folder never holds millions of objects."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a sha256 in lower-case hex")
    return check_key(f"ws/{workspace_id}/sha256/{sha256[:2]}/{sha256}")


def staging_key(upload_id: str) -> str:
    """Where an uploader puts bytes that nobody has verified yet."""
    return check_key(f"staging/{upload_id}")


def check_key(key: str) -> str:
    """Return the key when it has the shape of a generated one.

    Raises ValueError otherwise: a key made of anything that a user typed is a mistake in the program.
    """
    if len(key) > _KEY_LIMIT or not _KEY.fullmatch(key):
        raise ValueError(f"{key[:80]!r} is not a generated object key (ws/<id>/..., staging/..., system/...)")
    return key


class ObjectStore:
    """One bucket of an S3 store, for asyncio: the blocking client runs in threads of its own.

    URLs are signed for `public_endpoint`, the address by which browsers and SDKs reach the store; everything else goes
    to `endpoint`. Both are `http(s)://host[:port]`. Short outages (a few seconds) are retried here.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        public_endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        parallel: int = 16,
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._keys = (access_key, secret_key)
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(parallel, thread_name_prefix="blobs")
        self._http = urllib3.PoolManager(
            maxsize=parallel,
            timeout=urllib3.Timeout(connect=2, read=60),
            retries=urllib3.Retry(total=4, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
        )
        self._client = _client(endpoint, access_key, secret_key, region, self._http)
        self._public = _client(public_endpoint, access_key, secret_key, region, self._http)

    async def ensure_bucket(self, browser_origin: str | None = None) -> None:
        """Create the bucket when it is absent; safe to call from several processes at once.

        A new bucket lets pages of `browser_origin` upload, where the store keeps such rules per bucket. One that
        exists already keeps the rules that its operator gave it.
        """

        def work() -> None:
            if self._client.bucket_exists(self._bucket):
                return
            try:
                self._client.make_bucket(self._bucket)
            except MinioException:
                # Stores word "another process was faster" differently; that it exists now is what counts.
                if not self._client.bucket_exists(self._bucket):
                    raise
            if browser_origin and not self._allow_browser(browser_origin):
                _log.info("bucket_keeps_no_cors_rules", bucket=self._bucket, endpoint=self._endpoint)

        await self._run(self._bucket, work)

    async def put(
        self,
        key: str,
        data: bytes | Path | BinaryIO,
        content_type: str = "application/octet-stream",
        *,
        if_absent: bool = False,
    ) -> bool:
        """Store bytes, a file or a seekable stream; it becomes visible whole or not at all.

        Returns False when `if_absent` and an object is there already, which then stays as it is. Meant for
        content-addressed keys: two writers at the same moment may both write, but the same bytes.
        """
        check_key(key)

        def work() -> bool:
            if if_absent and self._exists(key):
                return False
            with _opened(data) as stream:
                size = stream.seek(0, io.SEEK_END)
                stream.seek(0)
                self._client.put_object(
                    self._bucket, key, stream, size, content_type=content_type, part_size=_PART_BYTES
                )
            return True

        return await self._run(key, work)

    async def get(self, key: str, offset: int = 0, length: int = 0) -> bytes:
        """All bytes of an object, or `length` of them from `offset`. For small objects; see `stream`."""
        check_key(key)

        def work() -> bytes:
            with self._reading(key, offset, length) as response:
                return response.read()

        return await self._run(key, work)

    async def stream(self, key: str, chunk_bytes: int = CHUNK_BYTES) -> AsyncGenerator[bytes, None]:
        """The bytes of an object in chunks; memory stays at one chunk."""
        check_key(key)
        response = await self._run(key, lambda: self._open(key))
        try:
            while chunk := await self._run(key, lambda: response.read(chunk_bytes)):
                yield chunk
        finally:
            # In a thread and unawaited: closing may block, and a cancelled task must not wait here.
            self._threads.submit(_release, response)

    async def hash_stream(self, key: str) -> BlobHash:
        """Read an object once and digest it; the only way to know what an uploader really sent."""
        check_key(key)

        def work() -> BlobHash:
            sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
            with self._reading(key) as response:
                while chunk := response.read(CHUNK_BYTES):
                    sha256.update(chunk)
                    md5.update(chunk)
                    size += len(chunk)
            return BlobHash(sha256.hexdigest(), md5.hexdigest(), size)

        return await self._run(key, work)

    async def stat(self, key: str) -> BlobStat:
        """Size and time of an object; raises BlobMissing."""
        check_key(key)
        found = await self._run(key, lambda: self._client.stat_object(self._bucket, key))
        return BlobStat(key, found.size or 0, found.last_modified)

    async def list(self, prefix: str) -> AsyncIterator[BlobStat]:
        """Every object below a prefix (`staging/`, `ws/<id>/`), page by page."""
        check_key(prefix.rstrip("/") + "/x")
        found = self._client.list_objects(self._bucket, prefix, recursive=True)
        while page := await self._run(prefix, lambda: list(islice(found, 1000))):
            for item in page:
                yield BlobStat(item.object_name or "", item.size or 0, item.last_modified)

    async def copy(self, source: str, target: str) -> None:
        """Copy within the store; raises BlobMissing when the source is absent."""
        origin = CopySource(self._bucket, check_key(source))
        check_key(target)
        await self._run(source, lambda: self._client.copy_object(self._bucket, target, origin))

    async def delete(self, key: str) -> None:
        """Remove an object; an absent one is no error."""
        check_key(key)
        await self._run(key, lambda: self._client.remove_object(self._bucket, key))

    def presign_get(self, key: str, expires: timedelta, filename: str, content_type: str) -> str:
        """A URL that downloads one object, always as an attachment of the given name and type.

        Pure computation, so not a coroutine. Signing one is an access: record it in the journal first.
        """
        overrides: dict[str, str | list[str] | tuple[str]] = {
            "response-content-disposition": _attachment(filename),
            "response-content-type": content_type,
        }
        return self._public.get_presigned_url(
            "GET", self._bucket, check_key(key), expires=expires, response_headers=overrides
        )

    def presign_put(self, key: str, expires: timedelta) -> str:
        """A URL that uploads one object. It limits neither size nor content: call `hash_stream` afterwards."""
        return self._public.get_presigned_url("PUT", self._bucket, check_key(key), expires=expires)

    async def begin_parts(self, key: str) -> str:
        """Announce an object that arrives in parts; answers the id that the other methods about parts ask for."""
        check_key(key)
        return await self._run(key, lambda: self._client._create_multipart_upload(self._bucket, key, {}))

    def presign_part(self, key: str, parts_id: str, number: int, expires: timedelta) -> str:
        """A URL that uploads one part; numbers count from 1, every part but the last has at least 5 MiB."""
        query: dict[str, str | list[str] | tuple[str]] = {"partNumber": str(number), "uploadId": parts_id}
        return self._public.get_presigned_url(
            "PUT", self._bucket, check_key(key), expires=expires, extra_query_params=query
        )

    async def finish_parts(self, key: str, parts_id: str, etags: Sequence[str]) -> None:
        """Make the parts one object, given what the store answered to each. Finished before is no error.

        Raises:
            PartsInvalid: the store knows other parts than these.
        """
        check_key(key)
        parts = [Part(number, etag.strip('"')) for number, etag in enumerate(etags, start=1)]
        try:
            await self._run(key, lambda: self._client._complete_multipart_upload(self._bucket, key, parts_id, parts))
        except BlobMissing:
            await self.stat(key)

    async def abort_parts(self, key: str, parts_id: str) -> None:
        """Forget the parts of an object that will not come; forgotten before is no error."""
        check_key(key)
        with suppress(BlobMissing):
            await self._run(key, lambda: self._client._abort_multipart_upload(self._bucket, key, parts_id))

    def close(self) -> None:
        """Release threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._http.clear()

    def _allow_browser(self, origin: str) -> bool:
        return allow_browser(self._http, self._endpoint, self._bucket, self._region, Credentials(*self._keys), origin)

    async def _run(self, subject: str, work: Callable[[], T]) -> T:
        """Do blocking work in a thread and translate what went wrong."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            code = _code(error)
            if code in _ABSENT:
                raise BlobMissing(f"No object has the key {subject}.") from error
            if code in _WRONG_PARTS:
                raise PartsInvalid(f"The parts are not the ones that arrived ({code}): send them again.") from error
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        if isinstance(error, S3Error):
            detail = f"{error.code}: {error.message}"
        else:
            detail = "no answer" if isinstance(error, urllib3.exceptions.HTTPError) else "unreadable answer"
        return StoreUnavailable(
            f"The object store at {self._endpoint} did not do its work ({detail}). "
            "Check that it runs, and the PLUMB_S3_* settings, then try again."
        )

    def _exists(self, key: str) -> bool:
        try:
            self._client.stat_object(self._bucket, key)
        except S3Error as error:
            if error.code in _ABSENT:
                return False
            raise
        return True

    def _open(self, key: str, offset: int = 0, length: int = 0) -> BaseHTTPResponse:
        try:
            return self._client.get_object(self._bucket, key, offset=offset, length=length)
        except InvalidResponseError:
            # Some stores word "no such key" in a type that the client does not read; their HEAD is clear.
            self._client.stat_object(self._bucket, key)
            raise

    @contextmanager
    def _reading(self, key: str, offset: int = 0, length: int = 0) -> Iterator[BaseHTTPResponse]:
        response = self._open(key, offset, length)
        try:
            yield response
        finally:
            _release(response)


def _code(error: Exception) -> str:
    """S3's word for what went wrong; also where the client does not read it because of the answer's media type."""
    if isinstance(error, S3Error):
        return error.code or ""
    found = re.search(r"<Code>(\w+)</Code>", str(error)) if isinstance(error, InvalidResponseError) else None
    return found[1] if found else ""


def _release(response: BaseHTTPResponse) -> None:
    response.close()
    response.release_conn()


def _client(endpoint: str, access_key: str, secret_key: str, region: str, http: urllib3.PoolManager) -> Minio:
    url = urlsplit(endpoint)
    if url.scheme not in {"http", "https"} or not url.netloc or url.path.strip("/"):
        raise ValueError(f"{endpoint!r} is not an S3 endpoint; write it as https://host:port")
    # With the region known, signing a URL needs no request.
    # Without keys the client is anonymous: a service that keeps no bytes is given none, and the store refuses it.
    return Minio(
        url.netloc,
        access_key or None,
        secret_key or None,
        secure=url.scheme == "https",
        region=region,
        http_client=http,
    )


def _opened(data: bytes | Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    if isinstance(data, bytes):
        return io.BytesIO(data)
    return data.open("rb") if isinstance(data, Path) else nullcontext(data)


def _attachment(filename: str) -> str:
    """A Content-Disposition (RFC 6266) for any file name: an ASCII one for old clients and the exact one."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
