"""Errors and events are part of the contract: named well, named once, and documented as they are."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from kit import contract
from tools import catalogue

REASONS = catalogue.reasons()
EVENTS = catalogue.events()


@pytest.mark.parametrize("reason", sorted({reason.reason for reason in REASONS}))
def test_a_reason_fits_into_error_info(reason: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", reason)
    assert len(reason) <= 63


def test_no_service_has_two_errors_of_one_reason() -> None:
    for service in contract.SERVICES:
        module = import_module(f"services.{service}.errors")
        own = [value.reason for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        assert len(set(own)) == len(own), service


def test_a_reason_that_two_services_share_is_the_same_kind_of_failure() -> None:
    kinds: dict[str, set[str]] = {}
    for reason in REASONS:
        kinds.setdefault(reason.reason, set()).add(reason.kind.__name__)
    assert not {reason: names for reason, names in kinds.items() if len(names) > 1}


def test_the_document_of_errors_is_current() -> None:
    assert catalogue.ERRORS.read_text() == catalogue.errors_document(), "run `make gen`"


def test_the_document_of_events_is_current() -> None:
    assert catalogue.EVENTS.read_text() == catalogue.events_document(), "run `make gen`"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_named_by_its_service_a_noun_and_what_happened(event: catalogue.EventName) -> None:
    service, noun, verb = event.name.split(".")
    # the gateway owns webhooks, by routes instead of a contract
    assert service in {*contract.SERVICES, "gateway"}
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", noun)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", verb)


def test_the_events_that_others_rely_on_are_found() -> None:
    assert {"storage.dataset.published", "trainer.job.ended", "annotation.task.verified"} <= {e.name for e in EVENTS}
