"""The way out leads to public addresses alone, whatever a name answers, and takes no orders from whoever is there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.egress import Egress, TargetRefused, Unreachable

LOOPBACK = "127.0.0.1"
EGRESS = Egress(private_targets=False)
PUBLIC = "93.184.215.14"
PRIVATE = (
    "127.0.0.1",
    "10.0.0.7",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.7",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
)


@pytest.fixture
async def public() -> AsyncIterator[Egress]:
    egress = Egress(private_targets=False, total_s=2)
    yield egress
    await egress.close()


@pytest.fixture
async def private() -> AsyncIterator[Egress]:
    egress = Egress(private_targets=True, total_s=2)
    yield egress
    await egress.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`names({"a.example": [["1.2.3.4"], ["127.0.0.1"]]})`: what a name answers the first time, the second time ..."""

    def know(book: dict[str, list[list[str]]]) -> list[str]:
        asked: list[str] = []

        async def getaddrinfo(_loop: object, host: str, port: int, **_: Any) -> list[Any]:
            host = host.decode() if isinstance(host, bytes) else host
            answers = book[host]
            asked.append(host)
            found = answers[min(asked.count(host), len(answers)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

        monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", getaddrinfo)
        return asked

    return know


Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def listening(respond: Respond) -> asyncio.Server:
    return await asyncio.start_server(respond, LOOPBACK, 0)


def port_of(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]


def literal(address: str) -> str:
    return f"http://[{address}]/x" if ":" in address else f"http://{address}/x"


@pytest.mark.parametrize("address", PRIVATE)
async def test_an_address_inside_is_refused_before_and_when_it_is_used(public: Egress, address: str) -> None:
    with pytest.raises(TargetRefused):
        public.check(literal(address))
    with pytest.raises(TargetRefused):
        await public.post(literal(address), {}, b"")


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_inside_is_refused(
    public: Egress, names: Callable[..., list[str]], address: str
) -> None:
    names({"inside.example": [[address]]})
    assert public.check("https://inside.example/x") == "inside.example"
    with pytest.raises(TargetRefused):
        await public.post("https://inside.example/x", {}, b"")


async def test_one_address_inside_is_enough(public: Egress, names: Callable[..., list[str]]) -> None:
    names({"both.example": [[PUBLIC, "10.0.0.7"]]})
    with pytest.raises(TargetRefused):
        await public.post("https://both.example/x", {}, b"")


async def test_the_connection_goes_to_the_address_that_was_checked(
    public: Egress, names: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time is not asked a second time."""
    asked = names({"rebinding.example": [[PUBLIC], [LOOPBACK]]})
    reached: list[str] = []

    async def connect(_: object, host: str, *__: object, **___: object) -> None:
        reached.append(host)
        raise ConnectionRefusedError

    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    with pytest.raises(ConnectionRefusedError):
        await public.post("http://rebinding.example/x", {}, b"")
    assert (asked, reached) == (["rebinding.example"], [PUBLIC])


@pytest.mark.parametrize("number", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
async def test_other_spellings_of_an_address_lead_nowhere_else(public: Egress, number: str) -> None:
    with pytest.raises((TargetRefused, Unreachable)):
        await public.post(f"http://{number}/x", {}, b"")


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0"])
async def test_addresses_of_machines_themselves_are_never_reached(private: Egress, address: str) -> None:
    with pytest.raises(TargetRefused):
        await private.post(literal(address), {}, b"")


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/x", "file:///etc/passwd", "//a.example", "a.example", "http://", "http://u:p@a.example", ""],
)
def test_other_addresses_are_none(url: str) -> None:
    with pytest.raises(TargetRefused):
        Egress(private_targets=True).check(url)


@given(st.one_of(st.text(), st.text().map(lambda text: f"https://{text}"), st.from_regex(r"https?://[\w.:\[\]@%-]+/?")))
def test_whatever_is_given_is_an_address_or_refused(url: str) -> None:
    with contextlib.suppress(TargetRefused):
        assert EGRESS.check(url)


async def test_a_redirect_is_an_answer_and_no_order(private: Egress) -> None:
    asked: list[bytes] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with await listening(respond) as server:
        reply = await private.post(f"http://{LOOPBACK}:{port_of(server)}/x", {"a": "b"}, b"")
    assert reply.status == 302
    assert len(asked) == 1


async def test_an_answer_without_end_is_cut(private: Egress) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 4096)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with await listening(respond) as server:
        reply = await private.post(f"http://{LOOPBACK}:{port_of(server)}/x", {}, b"")
    assert (reply.status, len(reply.body)) == (200, 8192)


async def test_whoever_does_not_answer_is_waited_for_only_so_long() -> None:
    silent = Egress(private_targets=True, total_s=0.2)

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await listening(respond) as server:
        with pytest.raises(Unreachable):
            await silent.post(f"http://{LOOPBACK}:{port_of(server)}/x", {}, b"")
    await silent.close()


async def test_what_is_not_http_is_no_answer(private: Egress) -> None:
    async def respond(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        writer.close()

    async with await listening(respond) as server:
        with pytest.raises(Unreachable):
            await private.post(f"http://{LOOPBACK}:{port_of(server)}/x", {}, b"")


async def test_the_environments_proxy_is_not_used(private: Egress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with await listening(respond) as server:
        assert (await private.post(f"http://{LOOPBACK}:{port_of(server)}/x", {}, b"")).body == b"ok"
