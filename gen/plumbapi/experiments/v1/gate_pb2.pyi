import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from plumbapi.experiments.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Gate(_message.Message):
    __slots__ = ("model_id", "alias", "conditions", "approval_count", "approver_roles", "updater", "create_time", "update_time")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_ROLES_FIELD_NUMBER: _ClassVar[int]
    UPDATER_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    alias: str
    conditions: _containers.RepeatedCompositeFieldContainer[GateCondition]
    approval_count: int
    approver_roles: _containers.RepeatedScalarFieldContainer[str]
    updater: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, model_id: _Optional[str] = ..., alias: _Optional[str] = ..., conditions: _Optional[_Iterable[_Union[GateCondition, _Mapping]]] = ..., approval_count: _Optional[int] = ..., approver_roles: _Optional[_Iterable[str]] = ..., updater: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GateCondition(_message.Message):
    __slots__ = ("kind", "test_sets", "dimension", "value", "key", "threshold")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[GateCondition.Kind]
        ALL_TRAINING_IMAGES_VERIFIED: _ClassVar[GateCondition.Kind]
        NO_TEST_IMAGE_IN_TRAINING: _ClassVar[GateCondition.Kind]
        METRIC_AT_LEAST: _ClassVar[GateCondition.Kind]
    KIND_UNSPECIFIED: GateCondition.Kind
    ALL_TRAINING_IMAGES_VERIFIED: GateCondition.Kind
    NO_TEST_IMAGE_IN_TRAINING: GateCondition.Kind
    METRIC_AT_LEAST: GateCondition.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEST_SETS_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    kind: GateCondition.Kind
    test_sets: _containers.RepeatedScalarFieldContainer[str]
    dimension: str
    value: str
    key: str
    threshold: float
    def __init__(self, kind: _Optional[_Union[GateCondition.Kind, str]] = ..., test_sets: _Optional[_Iterable[str]] = ..., dimension: _Optional[str] = ..., value: _Optional[str] = ..., key: _Optional[str] = ..., threshold: _Optional[float] = ...) -> None: ...

class SetGateRequest(_message.Message):
    __slots__ = ("model_id", "alias", "conditions", "approval_count", "approver_roles", "request_id")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_ROLES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    alias: str
    conditions: _containers.RepeatedCompositeFieldContainer[GateCondition]
    approval_count: int
    approver_roles: _containers.RepeatedScalarFieldContainer[str]
    request_id: str
    def __init__(self, model_id: _Optional[str] = ..., alias: _Optional[str] = ..., conditions: _Optional[_Iterable[_Union[GateCondition, _Mapping]]] = ..., approval_count: _Optional[int] = ..., approver_roles: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetGateRequest(_message.Message):
    __slots__ = ("model_id", "alias")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    alias: str
    def __init__(self, model_id: _Optional[str] = ..., alias: _Optional[str] = ...) -> None: ...

class ListGatesRequest(_message.Message):
    __slots__ = ("model_id",)
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    def __init__(self, model_id: _Optional[str] = ...) -> None: ...

class ListGatesResponse(_message.Message):
    __slots__ = ("gates",)
    GATES_FIELD_NUMBER: _ClassVar[int]
    gates: _containers.RepeatedCompositeFieldContainer[Gate]
    def __init__(self, gates: _Optional[_Iterable[_Union[Gate, _Mapping]]] = ...) -> None: ...

class GateCheck(_message.Message):
    __slots__ = ("condition", "verdict", "title", "explanation", "done", "total", "links", "images")
    class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VERDICT_UNSPECIFIED: _ClassVar[GateCheck.Verdict]
        MET: _ClassVar[GateCheck.Verdict]
        UNMET: _ClassVar[GateCheck.Verdict]
        UNKNOWN: _ClassVar[GateCheck.Verdict]
    VERDICT_UNSPECIFIED: GateCheck.Verdict
    MET: GateCheck.Verdict
    UNMET: GateCheck.Verdict
    UNKNOWN: GateCheck.Verdict
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    condition: GateCondition
    verdict: GateCheck.Verdict
    title: str
    explanation: str
    done: int
    total: int
    links: _containers.RepeatedCompositeFieldContainer[EvidenceLink]
    images: _containers.RepeatedCompositeFieldContainer[EvidenceImage]
    def __init__(self, condition: _Optional[_Union[GateCondition, _Mapping]] = ..., verdict: _Optional[_Union[GateCheck.Verdict, str]] = ..., title: _Optional[str] = ..., explanation: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., links: _Optional[_Iterable[_Union[EvidenceLink, _Mapping]]] = ..., images: _Optional[_Iterable[_Union[EvidenceImage, _Mapping]]] = ...) -> None: ...

class EvidenceLink(_message.Message):
    __slots__ = ("label", "path")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    label: str
    path: str
    def __init__(self, label: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class EvidenceImage(_message.Message):
    __slots__ = ("image_sha256", "path", "caption", "task_id")
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    image_sha256: str
    path: str
    caption: str
    task_id: str
    def __init__(self, image_sha256: _Optional[str] = ..., path: _Optional[str] = ..., caption: _Optional[str] = ..., task_id: _Optional[str] = ...) -> None: ...

class CheckGateRequest(_message.Message):
    __slots__ = ("model_id", "version", "alias")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    version: str
    alias: str
    def __init__(self, model_id: _Optional[str] = ..., version: _Optional[str] = ..., alias: _Optional[str] = ...) -> None: ...

class CheckGateResponse(_message.Message):
    __slots__ = ("open", "version", "gate", "checks", "message", "approvals")
    OPEN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    GATE_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    open: bool
    version: _model_pb2.ModelVersion
    gate: Gate
    checks: _containers.RepeatedCompositeFieldContainer[GateCheck]
    message: str
    approvals: _containers.RepeatedCompositeFieldContainer[Approval]
    def __init__(self, open: _Optional[bool] = ..., version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ..., gate: _Optional[_Union[Gate, _Mapping]] = ..., checks: _Optional[_Iterable[_Union[GateCheck, _Mapping]]] = ..., message: _Optional[str] = ..., approvals: _Optional[_Iterable[_Union[Approval, _Mapping]]] = ...) -> None: ...

class Approval(_message.Message):
    __slots__ = ("id", "model_id", "version", "alias", "verdict", "comment", "actor", "role", "create_time")
    class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VERDICT_UNSPECIFIED: _ClassVar[Approval.Verdict]
        APPROVE: _ClassVar[Approval.Verdict]
        REJECT: _ClassVar[Approval.Verdict]
    VERDICT_UNSPECIFIED: Approval.Verdict
    APPROVE: Approval.Verdict
    REJECT: Approval.Verdict
    ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    model_id: str
    version: int
    alias: str
    verdict: Approval.Verdict
    comment: str
    actor: _actor_pb2.Actor
    role: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., model_id: _Optional[str] = ..., version: _Optional[int] = ..., alias: _Optional[str] = ..., verdict: _Optional[_Union[Approval.Verdict, str]] = ..., comment: _Optional[str] = ..., actor: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., role: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApproveModelVersionRequest(_message.Message):
    __slots__ = ("model_id", "version", "alias", "verdict", "comment", "request_id")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    version: str
    alias: str
    verdict: Approval.Verdict
    comment: str
    request_id: str
    def __init__(self, model_id: _Optional[str] = ..., version: _Optional[str] = ..., alias: _Optional[str] = ..., verdict: _Optional[_Union[Approval.Verdict, str]] = ..., comment: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListApprovalsRequest(_message.Message):
    __slots__ = ("model_id", "version", "alias", "page_size", "page_token")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    version: str
    alias: str
    page_size: int
    page_token: str
    def __init__(self, model_id: _Optional[str] = ..., version: _Optional[str] = ..., alias: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApprovalsResponse(_message.Message):
    __slots__ = ("approvals", "next_page_token")
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    approvals: _containers.RepeatedCompositeFieldContainer[Approval]
    next_page_token: str
    def __init__(self, approvals: _Optional[_Iterable[_Union[Approval, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
