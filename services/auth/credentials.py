"""Owns real randomness, digests of secrets and the argon2id hashing of passwords. Does not store anything."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.auth import rules

# OWASP's argon2id: 64 MiB and three passes on one lane. The pool bounds what a flood of sign-ins can take: 128 MiB.
_HASHER = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=1),))
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def new_secret(prefix: str) -> str:
    """A fresh secret of one kind; see `rules.compose_secret`."""
    return rules.compose_secret(prefix, secrets.choice)


def digest(secret: str) -> bytes:
    """What is stored of a random secret. 178 random bits need no slow hash, and one would make every call expensive."""
    return hashlib.sha256(secret.encode()).digest()


@cache
def common_passwords() -> frozenset[str]:
    """Lower-case passwords of ten characters and more that attackers try first."""
    return frozenset(files("services.auth").joinpath("common_passwords.txt").read_text(encoding="utf-8").split())


async def hash_password(password: str) -> str:
    """The argon2id hash in PHC form."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _HASHER.hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password has this hash; takes the same time, and is False, when there is no hash."""
    loop = asyncio.get_running_loop()
    known = await loop.run_in_executor(_POOL, _HASHER.verify, password, password_hash or _unknown_hash())
    return known and password_hash is not None


@cache
def _unknown_hash() -> str:
    return _HASHER.hash(secrets.token_hex())
