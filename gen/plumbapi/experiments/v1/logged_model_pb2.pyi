import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from plumbapi.experiments.v1 import run_pb2 as _run_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LoggedModel(_message.Message):
    __slots__ = ("id", "experiment_id", "name", "model_type", "status", "status_message", "source_run_id", "params", "tags", "metrics", "registrations", "creator", "create_time", "update_time")
    class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATUS_UNSPECIFIED: _ClassVar[LoggedModel.Status]
        PENDING: _ClassVar[LoggedModel.Status]
        READY: _ClassVar[LoggedModel.Status]
        FAILED: _ClassVar[LoggedModel.Status]
    STATUS_UNSPECIFIED: LoggedModel.Status
    PENDING: LoggedModel.Status
    READY: LoggedModel.Status
    FAILED: LoggedModel.Status
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    REGISTRATIONS_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    experiment_id: str
    name: str
    model_type: str
    status: LoggedModel.Status
    status_message: str
    source_run_id: str
    params: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    tags: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    metrics: _containers.RepeatedCompositeFieldContainer[ModelMetric]
    registrations: _containers.RepeatedCompositeFieldContainer[Registration]
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., experiment_id: _Optional[str] = ..., name: _Optional[str] = ..., model_type: _Optional[str] = ..., status: _Optional[_Union[LoggedModel.Status, str]] = ..., status_message: _Optional[str] = ..., source_run_id: _Optional[str] = ..., params: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., metrics: _Optional[_Iterable[_Union[ModelMetric, _Mapping]]] = ..., registrations: _Optional[_Iterable[_Union[Registration, _Mapping]]] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModelMetric(_message.Message):
    __slots__ = ("key", "value", "time", "step", "run_id", "dataset_name", "dataset_digest")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    DATASET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: float
    time: int
    step: int
    run_id: str
    dataset_name: str
    dataset_digest: str
    def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ..., time: _Optional[int] = ..., step: _Optional[int] = ..., run_id: _Optional[str] = ..., dataset_name: _Optional[str] = ..., dataset_digest: _Optional[str] = ...) -> None: ...

class Registration(_message.Message):
    __slots__ = ("model_name", "version")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: int
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class CreateLoggedModelRequest(_message.Message):
    __slots__ = ("experiment_id", "name", "model_type", "source_run_id", "params", "tags", "request_id")
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    name: str
    model_type: str
    source_run_id: str
    params: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    tags: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    request_id: str
    def __init__(self, experiment_id: _Optional[str] = ..., name: _Optional[str] = ..., model_type: _Optional[str] = ..., source_run_id: _Optional[str] = ..., params: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetLoggedModelRequest(_message.Message):
    __slots__ = ("logged_model_id", "include_deleted")
    LOGGED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_DELETED_FIELD_NUMBER: _ClassVar[int]
    logged_model_id: str
    include_deleted: bool
    def __init__(self, logged_model_id: _Optional[str] = ..., include_deleted: _Optional[bool] = ...) -> None: ...

class ListLoggedModelsRequest(_message.Message):
    __slots__ = ("experiment_ids", "filter", "order_by", "dataset_names", "dataset_digests", "page_size", "page_token", "order_dataset_name", "order_dataset_digest")
    EXPERIMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAMES_FIELD_NUMBER: _ClassVar[int]
    DATASET_DIGESTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_DATASET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    experiment_ids: _containers.RepeatedScalarFieldContainer[str]
    filter: str
    order_by: _containers.RepeatedScalarFieldContainer[str]
    dataset_names: _containers.RepeatedScalarFieldContainer[str]
    dataset_digests: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    order_dataset_name: str
    order_dataset_digest: str
    def __init__(self, experiment_ids: _Optional[_Iterable[str]] = ..., filter: _Optional[str] = ..., order_by: _Optional[_Iterable[str]] = ..., dataset_names: _Optional[_Iterable[str]] = ..., dataset_digests: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order_dataset_name: _Optional[str] = ..., order_dataset_digest: _Optional[str] = ...) -> None: ...

class ListLoggedModelsResponse(_message.Message):
    __slots__ = ("logged_models", "next_page_token")
    LOGGED_MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    logged_models: _containers.RepeatedCompositeFieldContainer[LoggedModel]
    next_page_token: str
    def __init__(self, logged_models: _Optional[_Iterable[_Union[LoggedModel, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateLoggedModelRequest(_message.Message):
    __slots__ = ("logged_model_id", "status", "status_message", "params", "set_tags", "remove_tags")
    LOGGED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    SET_TAGS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TAGS_FIELD_NUMBER: _ClassVar[int]
    logged_model_id: str
    status: LoggedModel.Status
    status_message: str
    params: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    set_tags: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    remove_tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, logged_model_id: _Optional[str] = ..., status: _Optional[_Union[LoggedModel.Status, str]] = ..., status_message: _Optional[str] = ..., params: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., set_tags: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., remove_tags: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteLoggedModelRequest(_message.Message):
    __slots__ = ("logged_model_id",)
    LOGGED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    logged_model_id: str
    def __init__(self, logged_model_id: _Optional[str] = ...) -> None: ...

class DeleteLoggedModelResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LogModelMetricsRequest(_message.Message):
    __slots__ = ("logged_model_id", "metrics")
    LOGGED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    logged_model_id: str
    metrics: _containers.RepeatedCompositeFieldContainer[ModelMetric]
    def __init__(self, logged_model_id: _Optional[str] = ..., metrics: _Optional[_Iterable[_Union[ModelMetric, _Mapping]]] = ...) -> None: ...

class LogModelMetricsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
