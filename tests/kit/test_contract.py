"""Requests that leave out required fields, or hold values that no enum names, are refused at any depth."""

from __future__ import annotations

import pytest

from kit import contract
from kit.errors import Invalid
from plumbapi.annotation import v1 as annotation
from plumbapi.auth import v1 as auth
from plumbapi.common import v1 as common
from plumbapi.storage import v1 as storage


def missing(request: object) -> list[str]:
    with pytest.raises(Invalid) as caught:
        contract.check_required(request)  # type: ignore[arg-type]
    assert caught.value.reason == "FIELD_REQUIRED"
    return caught.value.metadata["fields"].split(",")


def test_every_missing_field_is_named() -> None:
    assert missing(storage.CreateBatchRequest()) == ["dataset_id", "source"]


def test_a_complete_request_passes() -> None:
    contract.check_required(storage.CreateBatchRequest(dataset_id="ds_1", source="site A"))


def test_a_field_inside_a_list_is_named_with_its_place() -> None:
    whole = storage.UploadItem(path="a.png", sha256="0" * 64, md5="0" * 32, size=1)
    broken = storage.UploadItem(path="b.png", sha256="0" * 64, md5="0" * 32)
    request = storage.PrepareUploadsRequest(batch_id="bat_1", items=[whole, broken])
    assert missing(request) == ["items[1].size"]


def test_an_empty_list_that_is_required_is_missing() -> None:
    assert missing(storage.PrepareUploadsRequest(batch_id="bat_1")) == ["items"]


def test_many_missing_fields_are_not_all_named_or_the_answer_would_not_fit_into_headers() -> None:
    request = storage.PrepareUploadsRequest(batch_id="bat_1", items=[storage.UploadItem()] * 1000)
    assert len(missing(request)) == 10


def test_structs_and_times_of_google_have_no_required_fields_of_ours() -> None:
    request = storage.PrepareUploadsRequest(batch_id="bat_1")
    item = request.items.add(path="a.png", sha256="0" * 64, md5="0" * 32, size=1)
    item.metadata["camera"] = {"lens": [1, None]}
    contract.check_required(request)


def test_a_number_that_the_enum_does_not_name_is_refused() -> None:
    request = common.ListAuditEntriesRequest(kind=77)
    with pytest.raises(Invalid, match="kind") as caught:
        contract.check_enums(request)
    assert caught.value.reason == "ENUM_UNKNOWN"
    contract.check_enums(common.ListAuditEntriesRequest(kind=1))


def test_an_unknown_value_inside_a_list_of_a_message_is_refused() -> None:
    request = annotation.CreateProjectRequest(name="p", tools=[1, 99])
    with pytest.raises(Invalid, match="tools"):
        contract.check_enums(request)


def test_a_secret_is_left_out_of_what_is_kept_and_stays_in_what_is_answered() -> None:
    secret_fields = [
        (message, field.name)
        for message in (auth.CreateTokenResponse, auth.InviteMemberResponse)
        for field in message.DESCRIPTOR.fields
        if field.GetOptions().debug_redact
    ]
    assert secret_fields
    for message_type, name in secret_fields:
        answer = message_type(**{name: "plumb_secret"})
        assert getattr(contract.without_secrets(answer), name) == ""
        assert getattr(answer, name) == "plumb_secret"


def test_every_method_has_a_path_a_permission_and_a_response() -> None:
    for name, service in contract.SERVICES.items():
        for method in service.methods:
            path = contract.path(method)
            assert contract.permission(path) == f"{name}.{method.name}"
            assert contract.response_class(path).DESCRIPTOR is method.output_type
