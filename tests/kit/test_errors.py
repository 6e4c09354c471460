"""Every kind of error keeps code, reason, message and metadata on the way to a caller."""

from __future__ import annotations

import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from kit.errors import KINDS, Invalid, NotFound, PlumbError, Unavailable, from_status, to_status


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_status_carries_all_of_an_error(kind: type[PlumbError]) -> None:
    error = kind("Schlüssel fehlt: do this next.", reason="KEY_ABSENT", dataset_id="ds_1")
    back = from_status(status_pb2.Status.FromString(to_status(error).SerializeToString()))
    assert type(back) is kind
    assert (back.message, back.reason, back.metadata) == (error.message, "KEY_ABSENT", {"dataset_id": "ds_1"})


def test_a_subclass_arrives_as_its_kind_with_its_reason() -> None:
    class DatasetAbsent(NotFound):
        reason = "DATASET_ABSENT"

    back = from_status(to_status(DatasetAbsent("There is no such dataset.")))
    assert (type(back), back.reason) == (NotFound, "DATASET_ABSENT")


def test_kinds_differ_in_code_or_the_reverse_would_be_a_guess() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_details_of_somebody_else_are_not_taken_for_ours() -> None:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason="QUOTA", domain="googleapis.com"))
    status = status_pb2.Status(code=Unavailable.code.value[0], message="away", details=[detail])
    back = from_status(status)
    assert (type(back), back.reason) == (Unavailable, "UNAVAILABLE")


def test_a_code_that_no_kind_has_becomes_internal() -> None:
    back = from_status(status_pb2.Status(code=12, message="unimplemented"))
    assert (type(back), back.http_status) == (PlumbError, 500)


def test_a_reason_given_to_one_error_stays_with_it() -> None:
    assert Invalid("x", reason="ODD").reason == "ODD"
    assert Invalid("x").reason == "INVALID"
