"""Owns finding and checking loopback ports. Does not remember them."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Collection

from embedded.errors import EmbeddedError, PortBusy

LOOPBACK = "127.0.0.1"

# Below the range that Linux hands out for outgoing connections: a port remembered from there could be taken by
# somebody's outgoing connection at the next start.
_CANDIDATES = range(18000, 32000)


def pick_free_port(taken: Collection[int] = ()) -> int:
    """A loopback port that is free now and not in `taken`."""
    for port in random.sample(_CANDIDATES, 200):
        if port not in taken and is_free(port):
            return port
    raise EmbeddedError("No free loopback port was found between 18000 and 32000; stop programs that hold them.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int, purpose: str, option: str, patience_s: float = 3.0) -> None:
    """Raise PortBusy, naming the port and the option that changes it, when another program holds the port.

    Waits a moment first: the programs of a platform that was killed just now may still be ending.
    """
    deadline = time.monotonic() + patience_s
    while not is_free(port):
        if time.monotonic() > deadline:
            raise PortBusy(
                f"Port {port} ({purpose}) is already in use by another program. "
                f"Stop that program, or choose another port with {option}."
            )
        time.sleep(0.1)


def accepts(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
