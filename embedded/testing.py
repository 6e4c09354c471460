"""Owns the servers that a test session shares. Does not isolate tests from each other."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile

from embedded.stack import Stack


@functools.cache
def shared_stack() -> dict[str, str]:
    """Start one stack per test session, with its usual durability, and return the services' environment.

    The servers and their folder go away when the process ends, in whatever way it ends the servers do.
    """
    home = tempfile.mkdtemp(prefix="plumb-test-")
    stack = Stack(home)
    stack.start()
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    atexit.register(stack.stop)  # runs before the folder is removed
    return stack.environment
