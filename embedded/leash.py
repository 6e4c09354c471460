"""Owns tying a program to the life of the process that started it. Does not supervise it.

Run as `python -I -S leash.py PARENT SIGNAL UID GID -- PROGRAM ARGUMENT...`: asks the kernel to send SIGNAL when the
parent ends in whatever way, takes the identity UID:GID (`-` keeps the present one), then becomes PROGRAM.

A program of its own, and not a `preexec_fn`, because running Python between fork and exec deadlocks in a process
that has threads. Standard library only, so that it starts in milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program; exits with 1 when the parent is already gone."""
    parent, death_signal, uid, gid = arguments[:4]
    command = arguments[5:]
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    # Only now: the kernel forgets the wish when the identity changes.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - replaces this process on purpose


if __name__ == "__main__":
    main(sys.argv[1:])
