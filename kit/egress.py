"""Owns the way out to addresses that members give: one guarded HTTP client. Does not know what it carries.

A name is resolved once, at the moment of connecting, and the connection goes to the very address that was checked, so
that a name which answers differently the second time leads nowhere. Redirects and proxies of the environment are not
followed, answers are cut, and every request ends in time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import certifi
import httpcore
import httpx

CONNECT_S = 5.0
TOTAL_S = 10.0
# of an answer nothing more is read
_MOST_BYTES = 8 * 1024
_CONNECTIONS = 200
_IDLE_CONNECTIONS = 20
_IDLE_S = 15.0
_PORTS = {"http": 80, "https": 443}
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetRefused(Exception):
    """The address is none that the platform may connect to; trying again does not help."""


class Unreachable(Exception):
    """Nobody answered in time, or not in HTTP; the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, the header `Retry-After`, the beginning of the body."""

    status: int
    retry_after: str
    body: bytes


class Egress:
    """Sends to http and https addresses of strangers.

    Args:
        private_targets: whether loopback and private networks may be reached, as on a machine of one's own.
    """

    def __init__(self, *, private_targets: bool, total_s: float = TOTAL_S) -> None:
        self._private = private_targets
        self._total_s = total_s
        trusted = ssl.create_default_context()
        trusted.load_verify_locations(certifi.where())
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_S,
            network_backend=_Guarded(private_targets),
        )

    def check(self, url: str) -> str:
        """The host of a URL that could be sent to.

        Raises:
            TargetRefused: it is none, carries a password, or names a forbidden address; a name is resolved only when
                something is sent.
        """
        parsed = _parse(url)
        try:
            literal = ipaddress.ip_address(parsed.host)
        except ValueError:
            return parsed.host
        _check_address(literal, parsed.host, self._private)
        return parsed.host

    async def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Reply:
        """Send a body and read the beginning of the answer.

        Raises:
            TargetRefused: the address is forbidden.
            Unreachable: no answer.
        """
        parsed = _parse(url)
        target = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
        limits = {"connect": CONNECT_S, "read": self._total_s, "write": self._total_s, "pool": self._total_s}
        try:
            async with (
                asyncio.timeout(self._total_s),
                self._pool.stream(
                    "POST", target, headers=list(headers.items()), content=content, extensions={"timeout": limits}
                ) as response,
            ):
                body = b""
                async for part in response.aiter_stream():
                    body += part
                    if len(body) >= _MOST_BYTES:
                        break
                return Reply(response.status, _header(response, b"retry-after"), body[:_MOST_BYTES])
        except TimeoutError as error:
            raise Unreachable(f"no answer within {self._total_s:.0f} s") from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        await self._pool.aclose()


class _Guarded(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that were checked; TLS still proves the name."""

    def __init__(self, private_targets: bool) -> None:
        self._private = private_targets
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of the library
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await _resolve(host, port, timeout)
        for address in addresses:
            _check_address(address, host, self._private)
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                return await self._backend.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _resolve(host: str, port: int, within_s: float | None) -> list[Address]:
    try:
        async with asyncio.timeout(within_s):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} is not known") from error
    # a zone such as `%eth0` is no part of the address
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _check_address(address: Address, host: str, private_targets: bool) -> None:
    plain = _unwrapped(address)
    if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        raise TargetRefused(f"{host} leads to {address}, where no service of anybody is.")
    if private_targets:
        return
    if not plain.is_global or plain.is_reserved or getattr(plain, "is_site_local", False):
        raise TargetRefused(f"{host} leads to {address}, which is in a private network.")


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo or translated."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _parse(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise TargetRefused(f"This is no address: {error}.") from error
    if parsed.scheme not in _PORTS or not parsed.host:
        raise TargetRefused("The address must begin with https:// or http:// and name a host.")
    if parsed.userinfo:
        raise TargetRefused("The address must not contain a user or password.")
    return parsed


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")
