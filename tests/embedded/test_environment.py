"""The names that the platform hands to its services are the names that they read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from embedded import Platform, Stack
from embedded.state import SERVICES
from kit import settings
from kit.identity import Identity


def read_by_settings(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> settings.Platform:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return settings.Platform()


def test_every_shared_setting_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(tmp_path / "home")
    read = read_by_settings(stack.environment, monkeypatch)
    fields = {name: getattr(read, name.removeprefix("PLUMB_").lower()) for name in stack.environment}
    for name, value in stack.environment.items():
        found = fields[name]
        assert str(getattr(found, "get_secret_value", lambda found=found: found)()) == value, name


def test_every_service_has_a_database_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_by_settings(Stack(tmp_path / "home").environment, monkeypatch)
    addresses = {read.database_url(service) for service in SERVICES}
    assert len(addresses) == len(SERVICES)
    assert all(re.fullmatch(r"postgresql\+asyncpg://plumb@/plumb_\w+\?host=/.+", url) for url in addresses)


def test_the_generated_identity_key_signs(tmp_path: Path) -> None:
    Identity(Stack(tmp_path / "home").environment["PLUMB_IDENTITY_KEY"])


def test_a_service_of_its_own_process_gets_no_foreign_database(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "home", distributed=True)
    for service in SERVICES:
        handed = platform.service_environment(service)
        databases = [name for name in handed if name.startswith("PLUMB_DATABASE_URL_")]
        assert databases == [f"PLUMB_DATABASE_URL_{service.upper()}"]


def test_processes_of_services_know_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform(tmp_path / "home", distributed=True)
    storage = platform.service_environment("storage")
    read = read_by_settings(platform.service_environment("annotation"), monkeypatch)
    assert read.peer("storage") == f"127.0.0.1:{storage['PLUMB_RPC_PORT']}"
    assert str(read.rpc_port) != storage["PLUMB_RPC_PORT"]


def test_the_web_address_is_remembered(tmp_path: Path) -> None:
    first = Platform(tmp_path / "home").url
    assert Platform(tmp_path / "home").url == first
    assert Platform(tmp_path / "home", port=18123).url == "http://127.0.0.1:18123"
