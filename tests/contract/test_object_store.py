"""What Plumbline relies on an object store for, on every store found: bytes, presigned URLs, refusals."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from embedded.ports import LOOPBACK, pick_free_port
from kit.blobs import BlobMissing, ObjectStore, PartsInvalid, StoreUnavailable, blob_key, check_key
from tests.contract.conftest import PAGE, Server

MIB = 2**20
SOON = timedelta(minutes=5)
DIGEST = hashlib.sha256(b"bytes").hexdigest()


@pytest_asyncio.fixture
async def store(server: Server, bucket: str) -> AsyncIterator[ObjectStore]:
    client = server.store(bucket)
    await client.ensure_bucket(browser_origin=PAGE)
    yield client
    client.close()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client that knows nothing of S3, as a browser or an SDK is."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.parametrize("data", [b"", b"x", os.urandom(100_000)], ids=["empty", "one byte", "100 kB"])
async def test_bytes_come_back_as_they_were_put(store: ObjectStore, data: bytes) -> None:
    await store.put("staging/one", data)
    assert await store.get("staging/one") == data
    assert (await store.stat("staging/one")).size == len(data)


async def test_a_put_replaces_what_was_there(store: ObjectStore) -> None:
    await store.put("staging/one", b"a longer first text")
    await store.put("staging/one", b"second")
    assert await store.get("staging/one") == b"second"


async def test_put_if_absent_keeps_the_first(store: ObjectStore) -> None:
    key = blob_key("ws_1", DIGEST)
    assert await store.put(key, b"bytes", if_absent=True)
    assert not await store.put(key, b"other", if_absent=True)
    assert await store.get(key) == b"bytes"


async def test_files_and_streams_are_put_like_bytes(store: ObjectStore, tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"from a file")
    await store.put("staging/file", file)
    await store.put("staging/stream", io.BytesIO(b"from a stream"))
    assert await store.get("staging/file") == b"from a file"
    assert await store.get("staging/stream") == b"from a stream"


async def test_a_range_of_bytes(store: ObjectStore) -> None:
    await store.put("staging/one", b"0123456789")
    assert await store.get("staging/one", offset=3, length=4) == b"3456"
    assert await store.get("staging/one", offset=7) == b"789"


async def test_a_large_object_is_put_in_parts_and_read_in_chunks(store: ObjectStore, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(os.urandom(40 * MIB + 17))
    await store.put("staging/large", file)
    digest, largest = hashlib.sha256(), 0
    async for chunk in store.stream("staging/large", chunk_bytes=256 * 1024):
        digest.update(chunk)
        largest = max(largest, len(chunk))
    assert digest.digest() == hashlib.sha256(file.read_bytes()).digest()
    assert largest <= 256 * 1024


async def test_readers_that_stop_early_use_up_no_connections(store: ObjectStore) -> None:
    await store.put("staging/large", os.urandom(4 * MIB))
    for _ in range(40):  # more than the pool of connections and threads
        async with aclosing(store.stream("staging/large", chunk_bytes=1000)) as reader:
            await anext(reader)
    assert (await store.stat("staging/large")).size == 4 * MIB


async def test_many_puts_at_once(store: ObjectStore) -> None:
    await asyncio.gather(*(store.put(f"staging/{number}", b"%d" % number) for number in range(100)))
    assert await asyncio.gather(*(store.get(f"staging/{number}") for number in range(100))) == [
        b"%d" % number for number in range(100)
    ]


async def test_copy_leaves_the_source(store: ObjectStore) -> None:
    await store.put("staging/one", b"bytes")
    await store.copy("staging/one", blob_key("ws_1", DIGEST))
    assert await store.get(blob_key("ws_1", DIGEST)) == b"bytes"
    assert await store.get("staging/one") == b"bytes"


async def test_delete_removes_and_may_be_repeated(store: ObjectStore) -> None:
    await store.put("staging/one", b"bytes")
    await store.delete("staging/one")
    await store.delete("staging/one")
    with pytest.raises(BlobMissing):
        await store.get("staging/one")


async def test_list_names_every_object_below_a_prefix_and_no_other(store: ObjectStore) -> None:
    for key in ("ws/a/sha256/1", "ws/a/sha256/2", "ws/ab/sha256/3", "staging/4"):
        await store.put(key, b"x")
    assert sorted([found.key async for found in store.list("ws/a/")]) == ["ws/a/sha256/1", "ws/a/sha256/2"]


async def drain(reader: AsyncIterator[bytes]) -> None:
    async for _ in reader:
        pass


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.get("staging/absent"),
        lambda store: store.stat("staging/absent"),
        lambda store: store.hash_stream("staging/absent"),
        lambda store: store.copy("staging/absent", "staging/target"),
        lambda store: drain(store.stream("staging/absent")),
    ],
    ids=["get", "stat", "hash", "copy", "stream"],
)
async def test_an_absent_object_is_reported_as_missing(
    store: ObjectStore, use: Callable[[ObjectStore], Awaitable[object]]
) -> None:
    with pytest.raises(BlobMissing, match="staging/absent"):
        await use(store)


async def test_digests_are_those_of_the_bytes_that_arrived(store: ObjectStore, http: httpx.AsyncClient) -> None:
    promised, sent = b"the promised image", b"something else entirely"
    url = store.presign_put("staging/upload", SOON)
    assert (await http.put(url, content=sent)).status_code == 200
    found = await store.hash_stream("staging/upload")
    assert found.sha256 == hashlib.sha256(sent).hexdigest() != hashlib.sha256(promised).hexdigest()
    assert found.md5 == hashlib.md5(sent, usedforsecurity=False).hexdigest()
    assert found.size == len(sent)


async def test_a_presigned_put_stores_the_bytes(store: ObjectStore, http: httpx.AsyncClient) -> None:
    data = os.urandom(3 * MIB)
    url = store.presign_put("staging/upload", SOON)
    assert (await http.put(url, content=data, headers={"Content-Type": "image/png"})).status_code == 200
    assert await store.get("staging/upload") == data


async def test_presigned_parts_become_one_object(store: ObjectStore, http: httpx.AsyncClient) -> None:
    parts = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"c"]
    parts_id = await store.begin_parts("staging/parts")
    etags = []
    for number, content in enumerate(parts, start=1):
        sent = await http.put(store.presign_part("staging/parts", parts_id, number, SOON), content=content)
        assert sent.status_code == 200
        etags.append(sent.headers["etag"])
    await store.finish_parts("staging/parts", parts_id, etags)
    await store.finish_parts("staging/parts", parts_id, etags)
    found = await store.hash_stream("staging/parts")
    assert (found.size, found.sha256) == (10 * MIB + 1, hashlib.sha256(b"".join(parts)).hexdigest())


async def test_parts_that_did_not_arrive_are_refused(store: ObjectStore) -> None:
    parts_id = await store.begin_parts("staging/parts")
    with pytest.raises(PartsInvalid):
        await store.finish_parts("staging/parts", parts_id, [DIGEST[:32]])


async def test_parts_can_be_given_up(store: ObjectStore) -> None:
    parts_id = await store.begin_parts("staging/given-up")
    await store.abort_parts("staging/given-up", parts_id)
    await store.abort_parts("staging/given-up", parts_id)
    # stores differ in what they say of parts that they have forgotten
    with pytest.raises((BlobMissing, StoreUnavailable)):
        await store.finish_parts("staging/given-up", parts_id, ["etag"])
    with pytest.raises(BlobMissing):
        await store.stat("staging/given-up")


async def test_a_presigned_get_downloads_under_the_given_name_and_type(
    store: ObjectStore, http: httpx.AsyncClient
) -> None:
    await store.put("staging/one", b"bytes", content_type="text/html")
    answer = await http.get(store.presign_get("staging/one", SOON, 'część "7".png', "image/png"))
    assert answer.content == b"bytes"
    assert answer.headers["content-type"] == "image/png"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''cz%C4%99%C5%9B%C4%87%20%227%22.png" in disposition


async def test_urls_are_signed_for_the_public_address(
    server: Server, store: ObjectStore, bucket: str, http: httpx.AsyncClient
) -> None:
    public = server.endpoint.replace(LOOPBACK, "localhost")
    outside = server.store(bucket, public_endpoint=public)
    await outside.put("staging/one", b"bytes")
    url = outside.presign_get("staging/one", SOON, "one.bin", "application/octet-stream")
    assert url.startswith(public)
    assert (await http.get(url)).content == b"bytes"
    # The host is part of the signature: the URL of one address is worth nothing at another.
    assert (await http.get(url.replace("localhost", LOOPBACK))).status_code == 403


ALTERED: dict[str, Callable[[str], str]] = {
    "another key": lambda url: url.replace("staging/mine", "staging/yours"),
    "another signature": lambda url: url[:-4] + ("0000" if url[-4:] != "0000" else "1111"),
    "a longer life": lambda url: url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
    "no signature": lambda url: url.partition("?")[0],
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED.keys())
async def test_an_altered_download_url_is_refused(
    store: ObjectStore, http: httpx.AsyncClient, alter: Callable[[str], str]
) -> None:
    await store.put("staging/mine", b"mine")
    await store.put("staging/yours", b"not for you")
    answer = await http.get(alter(store.presign_get("staging/mine", SOON, "a.bin", "image/png")))
    assert answer.status_code in {400, 403}
    assert b"not for you" not in answer.content


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED.keys())
async def test_an_altered_upload_url_is_refused(
    store: ObjectStore, http: httpx.AsyncClient, alter: Callable[[str], str]
) -> None:
    answer = await http.put(alter(store.presign_put("staging/mine", SOON)), content=b"forged")
    assert answer.status_code in {400, 403}
    for key in ("staging/mine", "staging/yours"):
        with pytest.raises(BlobMissing):
            await store.stat(key)


async def test_a_download_url_does_not_upload(store: ObjectStore, http: httpx.AsyncClient) -> None:
    await store.put("staging/one", b"bytes")
    url = store.presign_get("staging/one", SOON, "one.bin", "application/octet-stream")
    assert (await http.put(url, content=b"forged")).status_code in {400, 403}
    assert await store.get("staging/one") == b"bytes"


async def test_expired_urls_are_refused(store: ObjectStore, http: httpx.AsyncClient) -> None:
    await store.put("staging/one", b"bytes")
    download = store.presign_get("staging/one", timedelta(seconds=1), "one.bin", "image/png")
    upload = store.presign_put("staging/two", timedelta(seconds=1))
    await asyncio.sleep(2.5)
    assert (await http.get(download)).status_code in {400, 403}
    assert (await http.put(upload, content=b"late")).status_code in {400, 403}
    with pytest.raises(BlobMissing):
        await store.stat("staging/two")


async def test_wrong_keys_are_refused(server: Server, store: ObjectStore, bucket: str) -> None:
    await store.put("staging/one", b"bytes")
    intruder = Server(server.endpoint, server.access_key, "not-the-secret-key").store(bucket)
    with pytest.raises(StoreUnavailable):
        await intruder.get("staging/one")


async def test_a_page_of_the_platform_may_upload(store: ObjectStore, http: httpx.AsyncClient) -> None:
    url = store.presign_put("staging/one", SOON)
    asks = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = await http.options(url, headers=asks)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] in {"*", PAGE}
    assert "PUT" in allowed.headers["access-control-allow-methods"]
    assert "content-type" in allowed.headers["access-control-allow-headers"].lower()
    stored = await http.put(url, content=b"x", headers={"Origin": PAGE, "Content-Type": "image/png"})
    assert stored.headers["access-control-allow-origin"] in {"*", PAGE}


async def test_a_bucket_may_be_ensured_by_many_at_once(server: Server, bucket: str) -> None:
    client = server.store(bucket)
    await asyncio.gather(*(client.ensure_bucket(browser_origin=PAGE) for _ in range(8)))
    await client.put("staging/one", b"bytes")


async def test_a_store_that_is_away_is_reported_in_plain_words() -> None:
    away = Server(f"http://{LOOPBACK}:{pick_free_port()}", "access", "secret").store("test-bucket")
    with pytest.raises(StoreUnavailable, match="PLUMB_S3"):
        await away.get("staging/one")


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "ws", "ws/", "ws/a", "staging/", "other/x", "/ws/a/x", "ws//x", "ws/a//x", "ws/a/x/"),
        *("ws/../x", "ws/a/../b", "ws/a/.hidden", "staging/..", "staging/%2e%2e/x", "staging/a\\b"),
        *("staging/a b", "staging/a\n", "staging/a\x00", "staging/ä", "staging/a;b", "staging/a?b", "staging/a#b"),
        "staging/" + "a" * 600,
    ],
)  # fmt: skip
async def test_keys_that_nobody_generates_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a generated object key"):
        check_key(key)


async def test_every_call_checks_its_key(store: ObjectStore) -> None:
    wrong = "staging/../secret"
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: store.put(wrong, b"x"),
        lambda: store.get(wrong),
        lambda: store.stat(wrong),
        lambda: store.hash_stream(wrong),
        lambda: store.delete(wrong),
        lambda: store.copy(wrong, "staging/x"),
        lambda: store.copy("staging/x", wrong),
        lambda: drain(store.stream(wrong)),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="not a generated object key"):
            await call()
    with pytest.raises(ValueError, match="not a generated object key"):
        store.presign_get(wrong, SOON, "x", "image/png")
    with pytest.raises(ValueError, match="not a generated object key"):
        store.presign_put(wrong, SOON)


async def test_a_key_of_content_is_made_from_a_digest_only() -> None:
    assert blob_key("ws_1", DIGEST) == f"ws/ws_1/sha256/{DIGEST[:2]}/{DIGEST}"
    for wrong in ("", DIGEST.upper(), DIGEST[:-1], "../" + DIGEST):
        with pytest.raises(ValueError, match="sha256"):
            blob_key("ws_1", wrong)
    with pytest.raises(ValueError, match="key"):
        blob_key("../ws_2", DIGEST)
