import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Experiment(_message.Message):
    __slots__ = ("id", "name", "description", "run_count", "creator", "create_time", "tags", "update_time", "delete_time", "is_default")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    RUN_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DELETE_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    run_count: int
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    tags: _containers.RepeatedCompositeFieldContainer[Param]
    update_time: _timestamp_pb2.Timestamp
    delete_time: _timestamp_pb2.Timestamp
    is_default: bool
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., run_count: _Optional[int] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_default: _Optional[bool] = ...) -> None: ...

class Lifecycle(_message.Message):
    __slots__ = ()
    class View(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VIEW_UNSPECIFIED: _ClassVar[Lifecycle.View]
        ACTIVE: _ClassVar[Lifecycle.View]
        DELETED: _ClassVar[Lifecycle.View]
        ALL: _ClassVar[Lifecycle.View]
    VIEW_UNSPECIFIED: Lifecycle.View
    ACTIVE: Lifecycle.View
    DELETED: Lifecycle.View
    ALL: Lifecycle.View
    def __init__(self) -> None: ...

class ListExperimentsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter", "order_by", "view")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    order_by: _containers.RepeatedScalarFieldContainer[str]
    view: Lifecycle.View
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ..., order_by: _Optional[_Iterable[str]] = ..., view: _Optional[_Union[Lifecycle.View, str]] = ...) -> None: ...

class GetExperimentRequest(_message.Message):
    __slots__ = ("experiment_id",)
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    def __init__(self, experiment_id: _Optional[str] = ...) -> None: ...

class ListExperimentsResponse(_message.Message):
    __slots__ = ("experiments", "next_page_token")
    EXPERIMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    experiments: _containers.RepeatedCompositeFieldContainer[Experiment]
    next_page_token: str
    def __init__(self, experiments: _Optional[_Iterable[_Union[Experiment, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateExperimentRequest(_message.Message):
    __slots__ = ("name", "description", "request_id", "tags")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    request_id: str
    tags: _containers.RepeatedCompositeFieldContainer[Param]
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., request_id: _Optional[str] = ..., tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ...) -> None: ...

class UpdateExperimentRequest(_message.Message):
    __slots__ = ("experiment_id", "name", "description", "set_tags", "remove_tags")
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SET_TAGS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TAGS_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    name: str
    description: str
    set_tags: _containers.RepeatedCompositeFieldContainer[Param]
    remove_tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, experiment_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., set_tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., remove_tags: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteExperimentRequest(_message.Message):
    __slots__ = ("experiment_id",)
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    def __init__(self, experiment_id: _Optional[str] = ...) -> None: ...

class RestoreExperimentRequest(_message.Message):
    __slots__ = ("experiment_id",)
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    def __init__(self, experiment_id: _Optional[str] = ...) -> None: ...

class Param(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: str
    def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class Input(_message.Message):
    __slots__ = ("kind", "name", "digest", "resource_id", "number", "image_sets")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Input.Kind]
        DATASET_VERSION: _ClassVar[Input.Kind]
        SNAPSHOT: _ClassVar[Input.Kind]
        MODEL_VERSION: _ClassVar[Input.Kind]
        CONFIG: _ClassVar[Input.Kind]
    KIND_UNSPECIFIED: Input.Kind
    DATASET_VERSION: Input.Kind
    SNAPSHOT: Input.Kind
    MODEL_VERSION: Input.Kind
    CONFIG: Input.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SETS_FIELD_NUMBER: _ClassVar[int]
    kind: Input.Kind
    name: str
    digest: str
    resource_id: str
    number: int
    image_sets: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[Input.Kind, str]] = ..., name: _Optional[str] = ..., digest: _Optional[str] = ..., resource_id: _Optional[str] = ..., number: _Optional[int] = ..., image_sets: _Optional[_Iterable[str]] = ...) -> None: ...

class RunDataset(_message.Message):
    __slots__ = ("name", "digest", "source_type", "source", "schema", "profile", "tags")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    digest: str
    source_type: str
    source: str
    schema: str
    profile: str
    tags: _containers.RepeatedCompositeFieldContainer[Param]
    def __init__(self, name: _Optional[str] = ..., digest: _Optional[str] = ..., source_type: _Optional[str] = ..., source: _Optional[str] = ..., schema: _Optional[str] = ..., profile: _Optional[str] = ..., tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ...) -> None: ...

class ModelLink(_message.Message):
    __slots__ = ("logged_model_id", "step")
    LOGGED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    logged_model_id: str
    step: int
    def __init__(self, logged_model_id: _Optional[str] = ..., step: _Optional[int] = ...) -> None: ...

class Run(_message.Message):
    __slots__ = ("id", "experiment_id", "experiment_name", "kind", "name", "status", "params", "tags", "inputs", "record", "record_digest", "parent_run_id", "metrics", "note", "creator", "start_time", "end_time", "error", "delete_time", "forked_from_run_id", "forked_from_step", "datasets", "model_inputs", "model_outputs", "job_id", "user_name")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Run.Kind]
        TRAINING: _ClassVar[Run.Kind]
        EVALUATION: _ClassVar[Run.Kind]
        INFERENCE: _ClassVar[Run.Kind]
    KIND_UNSPECIFIED: Run.Kind
    TRAINING: Run.Kind
    EVALUATION: Run.Kind
    INFERENCE: Run.Kind
    class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATUS_UNSPECIFIED: _ClassVar[Run.Status]
        RUNNING: _ClassVar[Run.Status]
        FINISHED: _ClassVar[Run.Status]
        FAILED: _ClassVar[Run.Status]
        CANCELLED: _ClassVar[Run.Status]
        SCHEDULED: _ClassVar[Run.Status]
    STATUS_UNSPECIFIED: Run.Status
    RUNNING: Run.Status
    FINISHED: Run.Status
    FAILED: Run.Status
    CANCELLED: Run.Status
    SCHEDULED: Run.Status
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    RECORD_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PARENT_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DELETE_TIME_FIELD_NUMBER: _ClassVar[int]
    FORKED_FROM_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    FORKED_FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    MODEL_INPUTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    USER_NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    experiment_id: str
    experiment_name: str
    kind: Run.Kind
    name: str
    status: Run.Status
    params: _containers.RepeatedCompositeFieldContainer[Param]
    tags: _containers.RepeatedCompositeFieldContainer[Param]
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    record: _struct_pb2.Struct
    record_digest: str
    parent_run_id: str
    metrics: _containers.RepeatedCompositeFieldContainer[MetricSummary]
    note: str
    creator: _actor_pb2.Actor
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    error: str
    delete_time: _timestamp_pb2.Timestamp
    forked_from_run_id: str
    forked_from_step: float
    datasets: _containers.RepeatedCompositeFieldContainer[RunDataset]
    model_inputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    model_outputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    job_id: str
    user_name: str
    def __init__(self, id: _Optional[str] = ..., experiment_id: _Optional[str] = ..., experiment_name: _Optional[str] = ..., kind: _Optional[_Union[Run.Kind, str]] = ..., name: _Optional[str] = ..., status: _Optional[_Union[Run.Status, str]] = ..., params: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., record: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., record_digest: _Optional[str] = ..., parent_run_id: _Optional[str] = ..., metrics: _Optional[_Iterable[_Union[MetricSummary, _Mapping]]] = ..., note: _Optional[str] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., error: _Optional[str] = ..., delete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., forked_from_run_id: _Optional[str] = ..., forked_from_step: _Optional[float] = ..., datasets: _Optional[_Iterable[_Union[RunDataset, _Mapping]]] = ..., model_inputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ..., model_outputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ..., job_id: _Optional[str] = ..., user_name: _Optional[str] = ...) -> None: ...

class MetricSummary(_message.Message):
    __slots__ = ("key", "last", "min", "max", "last_step", "point_count", "last_time")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    LAST_STEP_FIELD_NUMBER: _ClassVar[int]
    POINT_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_TIME_FIELD_NUMBER: _ClassVar[int]
    key: str
    last: float
    min: float
    max: float
    last_step: float
    point_count: int
    last_time: float
    def __init__(self, key: _Optional[str] = ..., last: _Optional[float] = ..., min: _Optional[float] = ..., max: _Optional[float] = ..., last_step: _Optional[float] = ..., point_count: _Optional[int] = ..., last_time: _Optional[float] = ...) -> None: ...

class CreateRunRequest(_message.Message):
    __slots__ = ("experiment", "kind", "name", "params", "tags", "inputs", "record", "parent_run_id", "request_id", "note", "experiment_id", "start_time", "forked_from_run_id", "forked_from_step", "status", "user_name", "datasets")
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    PARENT_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    FORKED_FROM_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    FORKED_FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    USER_NAME_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    experiment: str
    kind: Run.Kind
    name: str
    params: _containers.RepeatedCompositeFieldContainer[Param]
    tags: _containers.RepeatedCompositeFieldContainer[Param]
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    record: _struct_pb2.Struct
    parent_run_id: str
    request_id: str
    note: str
    experiment_id: str
    start_time: _timestamp_pb2.Timestamp
    forked_from_run_id: str
    forked_from_step: float
    status: Run.Status
    user_name: str
    datasets: _containers.RepeatedCompositeFieldContainer[RunDataset]
    def __init__(self, experiment: _Optional[str] = ..., kind: _Optional[_Union[Run.Kind, str]] = ..., name: _Optional[str] = ..., params: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., record: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., parent_run_id: _Optional[str] = ..., request_id: _Optional[str] = ..., note: _Optional[str] = ..., experiment_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., forked_from_run_id: _Optional[str] = ..., forked_from_step: _Optional[float] = ..., status: _Optional[_Union[Run.Status, str]] = ..., user_name: _Optional[str] = ..., datasets: _Optional[_Iterable[_Union[RunDataset, _Mapping]]] = ...) -> None: ...

class GetRunRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class UpdateRunRequest(_message.Message):
    __slots__ = ("run_id", "name", "note", "status", "end_time", "error", "set_tags", "remove_tags", "epoch", "parent_run_id")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SET_TAGS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TAGS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PARENT_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    name: str
    note: str
    status: Run.Status
    end_time: _timestamp_pb2.Timestamp
    error: str
    set_tags: _containers.RepeatedCompositeFieldContainer[Param]
    remove_tags: _containers.RepeatedScalarFieldContainer[str]
    epoch: int
    parent_run_id: str
    def __init__(self, run_id: _Optional[str] = ..., name: _Optional[str] = ..., note: _Optional[str] = ..., status: _Optional[_Union[Run.Status, str]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., error: _Optional[str] = ..., set_tags: _Optional[_Iterable[_Union[Param, _Mapping]]] = ..., remove_tags: _Optional[_Iterable[str]] = ..., epoch: _Optional[int] = ..., parent_run_id: _Optional[str] = ...) -> None: ...

class DeleteRunRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class RestoreRunRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class ListRunsRequest(_message.Message):
    __slots__ = ("experiment_id", "kind", "status", "parent_run_id", "page_size", "page_token", "experiment_ids", "filter", "order_by", "view", "form")
    class Form(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        FORM_UNSPECIFIED: _ClassVar[ListRunsRequest.Form]
        RUNS: _ClassVar[ListRunsRequest.Form]
        TABLE: _ClassVar[ListRunsRequest.Form]
    FORM_UNSPECIFIED: ListRunsRequest.Form
    RUNS: ListRunsRequest.Form
    TABLE: ListRunsRequest.Form
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PARENT_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    kind: Run.Kind
    status: Run.Status
    parent_run_id: str
    page_size: int
    page_token: str
    experiment_ids: _containers.RepeatedScalarFieldContainer[str]
    filter: str
    order_by: _containers.RepeatedScalarFieldContainer[str]
    view: Lifecycle.View
    form: ListRunsRequest.Form
    def __init__(self, experiment_id: _Optional[str] = ..., kind: _Optional[_Union[Run.Kind, str]] = ..., status: _Optional[_Union[Run.Status, str]] = ..., parent_run_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., experiment_ids: _Optional[_Iterable[str]] = ..., filter: _Optional[str] = ..., order_by: _Optional[_Iterable[str]] = ..., view: _Optional[_Union[Lifecycle.View, str]] = ..., form: _Optional[_Union[ListRunsRequest.Form, str]] = ...) -> None: ...

class ListRunsResponse(_message.Message):
    __slots__ = ("runs", "next_page_token", "table")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[Run]
    next_page_token: str
    table: RunTable
    def __init__(self, runs: _Optional[_Iterable[_Union[Run, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., table: _Optional[_Union[RunTable, _Mapping]] = ...) -> None: ...

class RunTable(_message.Message):
    __slots__ = ("ids", "experiment_ids", "names", "kinds", "statuses", "start_times", "end_times", "delete_times", "notes", "creator_names", "user_names", "parent_run_ids", "params", "tags", "metrics", "links")
    IDS_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    START_TIMES_FIELD_NUMBER: _ClassVar[int]
    END_TIMES_FIELD_NUMBER: _ClassVar[int]
    DELETE_TIMES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    CREATOR_NAMES_FIELD_NUMBER: _ClassVar[int]
    USER_NAMES_FIELD_NUMBER: _ClassVar[int]
    PARENT_RUN_IDS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    experiment_ids: _containers.RepeatedScalarFieldContainer[str]
    names: _containers.RepeatedScalarFieldContainer[str]
    kinds: _containers.RepeatedScalarFieldContainer[Run.Kind]
    statuses: _containers.RepeatedScalarFieldContainer[Run.Status]
    start_times: _containers.RepeatedScalarFieldContainer[float]
    end_times: _containers.RepeatedScalarFieldContainer[float]
    delete_times: _containers.RepeatedScalarFieldContainer[float]
    notes: _containers.RepeatedScalarFieldContainer[str]
    creator_names: _containers.RepeatedScalarFieldContainer[str]
    user_names: _containers.RepeatedScalarFieldContainer[str]
    parent_run_ids: _containers.RepeatedScalarFieldContainer[str]
    params: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    metrics: _containers.RepeatedScalarFieldContainer[str]
    links: _containers.RepeatedCompositeFieldContainer[RunLinks]
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., experiment_ids: _Optional[_Iterable[str]] = ..., names: _Optional[_Iterable[str]] = ..., kinds: _Optional[_Iterable[_Union[Run.Kind, str]]] = ..., statuses: _Optional[_Iterable[_Union[Run.Status, str]]] = ..., start_times: _Optional[_Iterable[float]] = ..., end_times: _Optional[_Iterable[float]] = ..., delete_times: _Optional[_Iterable[float]] = ..., notes: _Optional[_Iterable[str]] = ..., creator_names: _Optional[_Iterable[str]] = ..., user_names: _Optional[_Iterable[str]] = ..., parent_run_ids: _Optional[_Iterable[str]] = ..., params: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., metrics: _Optional[_Iterable[str]] = ..., links: _Optional[_Iterable[_Union[RunLinks, _Mapping]]] = ...) -> None: ...

class RunLinks(_message.Message):
    __slots__ = ("row", "inputs", "datasets", "model_inputs", "model_outputs")
    ROW_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    MODEL_INPUTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    row: int
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    datasets: _containers.RepeatedCompositeFieldContainer[RunDataset]
    model_inputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    model_outputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    def __init__(self, row: _Optional[int] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., datasets: _Optional[_Iterable[_Union[RunDataset, _Mapping]]] = ..., model_inputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ..., model_outputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ...) -> None: ...

class CompareRunsRequest(_message.Message):
    __slots__ = ("run_ids",)
    RUN_IDS_FIELD_NUMBER: _ClassVar[int]
    run_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, run_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CompareRunsResponse(_message.Message):
    __slots__ = ("runs", "params", "tags", "record", "metrics", "inputs", "data_differences")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    DATA_DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[Run]
    params: _containers.RepeatedCompositeFieldContainer[TextRow]
    tags: _containers.RepeatedCompositeFieldContainer[TextRow]
    record: _containers.RepeatedCompositeFieldContainer[TextRow]
    metrics: _containers.RepeatedCompositeFieldContainer[MetricRow]
    inputs: _containers.RepeatedCompositeFieldContainer[InputRow]
    data_differences: _containers.RepeatedCompositeFieldContainer[DataDifference]
    def __init__(self, runs: _Optional[_Iterable[_Union[Run, _Mapping]]] = ..., params: _Optional[_Iterable[_Union[TextRow, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[TextRow, _Mapping]]] = ..., record: _Optional[_Iterable[_Union[TextRow, _Mapping]]] = ..., metrics: _Optional[_Iterable[_Union[MetricRow, _Mapping]]] = ..., inputs: _Optional[_Iterable[_Union[InputRow, _Mapping]]] = ..., data_differences: _Optional[_Iterable[_Union[DataDifference, _Mapping]]] = ...) -> None: ...

class TextCell(_message.Message):
    __slots__ = ("is_set", "text")
    IS_SET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    is_set: bool
    text: str
    def __init__(self, is_set: _Optional[bool] = ..., text: _Optional[str] = ...) -> None: ...

class TextRow(_message.Message):
    __slots__ = ("key", "cells", "differs")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    key: str
    cells: _containers.RepeatedCompositeFieldContainer[TextCell]
    differs: bool
    def __init__(self, key: _Optional[str] = ..., cells: _Optional[_Iterable[_Union[TextCell, _Mapping]]] = ..., differs: _Optional[bool] = ...) -> None: ...

class MetricRow(_message.Message):
    __slots__ = ("key", "cells", "differs")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    key: str
    cells: _containers.RepeatedCompositeFieldContainer[MetricSummary]
    differs: bool
    def __init__(self, key: _Optional[str] = ..., cells: _Optional[_Iterable[_Union[MetricSummary, _Mapping]]] = ..., differs: _Optional[bool] = ...) -> None: ...

class InputRow(_message.Message):
    __slots__ = ("kind", "resource_id", "name", "cells", "differs")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    kind: Input.Kind
    resource_id: str
    name: str
    cells: _containers.RepeatedCompositeFieldContainer[Input]
    differs: bool
    def __init__(self, kind: _Optional[_Union[Input.Kind, str]] = ..., resource_id: _Optional[str] = ..., name: _Optional[str] = ..., cells: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., differs: _Optional[bool] = ...) -> None: ...

class DataDifference(_message.Message):
    __slots__ = ("dataset_id", "dataset_name", "old_number", "new_number", "added_count", "removed_count", "changed_count")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    OLD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NEW_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ADDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    dataset_name: str
    old_number: int
    new_number: int
    added_count: int
    removed_count: int
    changed_count: int
    def __init__(self, dataset_id: _Optional[str] = ..., dataset_name: _Optional[str] = ..., old_number: _Optional[int] = ..., new_number: _Optional[int] = ..., added_count: _Optional[int] = ..., removed_count: _Optional[int] = ..., changed_count: _Optional[int] = ...) -> None: ...

class GroupRunsRequest(_message.Message):
    __slots__ = ("experiment_ids", "filter", "view", "group_by", "metric_keys")
    EXPERIMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    METRIC_KEYS_FIELD_NUMBER: _ClassVar[int]
    experiment_ids: _containers.RepeatedScalarFieldContainer[str]
    filter: str
    view: Lifecycle.View
    group_by: _containers.RepeatedScalarFieldContainer[str]
    metric_keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, experiment_ids: _Optional[_Iterable[str]] = ..., filter: _Optional[str] = ..., view: _Optional[_Union[Lifecycle.View, str]] = ..., group_by: _Optional[_Iterable[str]] = ..., metric_keys: _Optional[_Iterable[str]] = ...) -> None: ...

class GroupRunsResponse(_message.Message):
    __slots__ = ("groups",)
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[RunGroup]
    def __init__(self, groups: _Optional[_Iterable[_Union[RunGroup, _Mapping]]] = ...) -> None: ...

class RunGroup(_message.Message):
    __slots__ = ("values", "run_count", "metrics")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    RUN_COUNT_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[TextCell]
    run_count: int
    metrics: _containers.RepeatedCompositeFieldContainer[MetricAggregate]
    def __init__(self, values: _Optional[_Iterable[_Union[TextCell, _Mapping]]] = ..., run_count: _Optional[int] = ..., metrics: _Optional[_Iterable[_Union[MetricAggregate, _Mapping]]] = ...) -> None: ...

class MetricAggregate(_message.Message):
    __slots__ = ("key", "run_count", "min", "mean", "max")
    KEY_FIELD_NUMBER: _ClassVar[int]
    RUN_COUNT_FIELD_NUMBER: _ClassVar[int]
    MIN_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    key: str
    run_count: int
    min: float
    mean: float
    max: float
    def __init__(self, key: _Optional[str] = ..., run_count: _Optional[int] = ..., min: _Optional[float] = ..., mean: _Optional[float] = ..., max: _Optional[float] = ...) -> None: ...

class AddInputsRequest(_message.Message):
    __slots__ = ("run_id", "inputs", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., epoch: _Optional[int] = ...) -> None: ...

class AddDatasetsRequest(_message.Message):
    __slots__ = ("run_id", "datasets", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    datasets: _containers.RepeatedCompositeFieldContainer[RunDataset]
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., datasets: _Optional[_Iterable[_Union[RunDataset, _Mapping]]] = ..., epoch: _Optional[int] = ...) -> None: ...

class AddModelLinksRequest(_message.Message):
    __slots__ = ("run_id", "inputs", "outputs", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    inputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    outputs: _containers.RepeatedCompositeFieldContainer[ModelLink]
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., inputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ..., outputs: _Optional[_Iterable[_Union[ModelLink, _Mapping]]] = ..., epoch: _Optional[int] = ...) -> None: ...

class SetRecordRequest(_message.Message):
    __slots__ = ("run_id", "record", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    record: _struct_pb2.Struct
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., record: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., epoch: _Optional[int] = ...) -> None: ...

class FinishRunRequest(_message.Message):
    __slots__ = ("run_id", "status", "error", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    status: Run.Status
    error: str
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., status: _Optional[_Union[Run.Status, str]] = ..., error: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class FenceRunRequest(_message.Message):
    __slots__ = ("run_id", "epoch", "from_step", "job_id")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    epoch: int
    from_step: int
    job_id: str
    def __init__(self, run_id: _Optional[str] = ..., epoch: _Optional[int] = ..., from_step: _Optional[int] = ..., job_id: _Optional[str] = ...) -> None: ...

class FenceRunResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
