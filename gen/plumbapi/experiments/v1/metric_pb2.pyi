import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.experiments.v1 import run_pb2 as _run_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Series(_message.Message):
    __slots__ = ("key", "steps", "values", "times")
    KEY_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    key: str
    steps: _containers.RepeatedScalarFieldContainer[float]
    values: _containers.RepeatedScalarFieldContainer[float]
    times: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, key: _Optional[str] = ..., steps: _Optional[_Iterable[float]] = ..., values: _Optional[_Iterable[float]] = ..., times: _Optional[_Iterable[float]] = ...) -> None: ...

class LogRequest(_message.Message):
    __slots__ = ("run_id", "series", "params", "tags", "sequence", "writer", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    WRITER_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    series: _containers.RepeatedCompositeFieldContainer[Series]
    params: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    tags: _containers.RepeatedCompositeFieldContainer[_run_pb2.Param]
    sequence: int
    writer: str
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., series: _Optional[_Iterable[_Union[Series, _Mapping]]] = ..., params: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[_run_pb2.Param, _Mapping]]] = ..., sequence: _Optional[int] = ..., writer: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class LogResponse(_message.Message):
    __slots__ = ("point_count",)
    POINT_COUNT_FIELD_NUMBER: _ClassVar[int]
    point_count: int
    def __init__(self, point_count: _Optional[int] = ...) -> None: ...

class GetMetricHistoryRequest(_message.Message):
    __slots__ = ("run_id", "keys", "max_points", "from_step", "to_step")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    TO_STEP_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    max_points: int
    from_step: float
    to_step: float
    def __init__(self, run_id: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ..., max_points: _Optional[int] = ..., from_step: _Optional[float] = ..., to_step: _Optional[float] = ...) -> None: ...

class GetMetricHistoryResponse(_message.Message):
    __slots__ = ("series",)
    SERIES_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[Series]
    def __init__(self, series: _Optional[_Iterable[_Union[Series, _Mapping]]] = ...) -> None: ...

class CompareMetricsRequest(_message.Message):
    __slots__ = ("run_ids", "keys", "max_points", "from_step", "to_step")
    RUN_IDS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    TO_STEP_FIELD_NUMBER: _ClassVar[int]
    run_ids: _containers.RepeatedScalarFieldContainer[str]
    keys: _containers.RepeatedScalarFieldContainer[str]
    max_points: int
    from_step: float
    to_step: float
    def __init__(self, run_ids: _Optional[_Iterable[str]] = ..., keys: _Optional[_Iterable[str]] = ..., max_points: _Optional[int] = ..., from_step: _Optional[float] = ..., to_step: _Optional[float] = ...) -> None: ...

class RunMetrics(_message.Message):
    __slots__ = ("run_id", "series")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    series: _containers.RepeatedCompositeFieldContainer[Series]
    def __init__(self, run_id: _Optional[str] = ..., series: _Optional[_Iterable[_Union[Series, _Mapping]]] = ...) -> None: ...

class CompareMetricsResponse(_message.Message):
    __slots__ = ("runs",)
    RUNS_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[RunMetrics]
    def __init__(self, runs: _Optional[_Iterable[_Union[RunMetrics, _Mapping]]] = ...) -> None: ...

class ListMetricPointsRequest(_message.Message):
    __slots__ = ("run_id", "key", "from_step", "to_step", "page_size", "page_token", "by_time")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FROM_STEP_FIELD_NUMBER: _ClassVar[int]
    TO_STEP_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    BY_TIME_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    key: str
    from_step: float
    to_step: float
    page_size: int
    page_token: str
    by_time: bool
    def __init__(self, run_id: _Optional[str] = ..., key: _Optional[str] = ..., from_step: _Optional[float] = ..., to_step: _Optional[float] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., by_time: _Optional[bool] = ...) -> None: ...

class ListMetricPointsResponse(_message.Message):
    __slots__ = ("series", "next_page_token")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    series: Series
    next_page_token: str
    def __init__(self, series: _Optional[_Union[Series, _Mapping]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Slice(_message.Message):
    __slots__ = ("dimension", "value", "image_count", "metrics")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    dimension: str
    value: str
    image_count: int
    metrics: _containers.RepeatedCompositeFieldContainer[SliceMetric]
    def __init__(self, dimension: _Optional[str] = ..., value: _Optional[str] = ..., image_count: _Optional[int] = ..., metrics: _Optional[_Iterable[_Union[SliceMetric, _Mapping]]] = ...) -> None: ...

class SliceMetric(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: float
    def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ("kind", "image_sha256", "path", "source", "tags", "expected", "predicted", "score")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Failure.Kind]
        FALSE_POSITIVE: _ClassVar[Failure.Kind]
        FALSE_NEGATIVE: _ClassVar[Failure.Kind]
        WRONG_LABEL: _ClassVar[Failure.Kind]
    KIND_UNSPECIFIED: Failure.Kind
    FALSE_POSITIVE: Failure.Kind
    FALSE_NEGATIVE: Failure.Kind
    WRONG_LABEL: Failure.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    kind: Failure.Kind
    image_sha256: str
    path: str
    source: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    expected: str
    predicted: str
    score: float
    def __init__(self, kind: _Optional[_Union[Failure.Kind, str]] = ..., image_sha256: _Optional[str] = ..., path: _Optional[str] = ..., source: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., expected: _Optional[str] = ..., predicted: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class LogEvaluationRequest(_message.Message):
    __slots__ = ("run_id", "slices", "failures", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SLICES_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    slices: _containers.RepeatedCompositeFieldContainer[Slice]
    failures: _containers.RepeatedCompositeFieldContainer[Failure]
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., slices: _Optional[_Iterable[_Union[Slice, _Mapping]]] = ..., failures: _Optional[_Iterable[_Union[Failure, _Mapping]]] = ..., epoch: _Optional[int] = ...) -> None: ...

class LogEvaluationResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetEvaluationRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class GetEvaluationResponse(_message.Message):
    __slots__ = ("slices", "failures")
    SLICES_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    slices: _containers.RepeatedCompositeFieldContainer[Slice]
    failures: _containers.RepeatedCompositeFieldContainer[Failure]
    def __init__(self, slices: _Optional[_Iterable[_Union[Slice, _Mapping]]] = ..., failures: _Optional[_Iterable[_Union[Failure, _Mapping]]] = ...) -> None: ...

class Artifact(_message.Message):
    __slots__ = ("run_id", "path", "sha256", "size", "media_type", "create_time")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    path: str
    sha256: str
    size: int
    media_type: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, run_id: _Optional[str] = ..., path: _Optional[str] = ..., sha256: _Optional[str] = ..., size: _Optional[int] = ..., media_type: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PrepareArtifactRequest(_message.Message):
    __slots__ = ("run_id", "path", "sha256", "size", "media_type", "epoch", "part_count")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PART_COUNT_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    path: str
    sha256: str
    size: int
    media_type: str
    epoch: int
    part_count: int
    def __init__(self, run_id: _Optional[str] = ..., path: _Optional[str] = ..., sha256: _Optional[str] = ..., size: _Optional[int] = ..., media_type: _Optional[str] = ..., epoch: _Optional[int] = ..., part_count: _Optional[int] = ...) -> None: ...

class PrepareArtifactResponse(_message.Message):
    __slots__ = ("upload_id", "put_url", "part_urls")
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    PUT_URL_FIELD_NUMBER: _ClassVar[int]
    PART_URLS_FIELD_NUMBER: _ClassVar[int]
    upload_id: str
    put_url: str
    part_urls: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, upload_id: _Optional[str] = ..., put_url: _Optional[str] = ..., part_urls: _Optional[_Iterable[str]] = ...) -> None: ...

class CompleteArtifactRequest(_message.Message):
    __slots__ = ("run_id", "upload_id", "epoch", "part_etags")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PART_ETAGS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    upload_id: str
    epoch: int
    part_etags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, run_id: _Optional[str] = ..., upload_id: _Optional[str] = ..., epoch: _Optional[int] = ..., part_etags: _Optional[_Iterable[str]] = ...) -> None: ...

class AbortArtifactRequest(_message.Message):
    __slots__ = ("run_id", "upload_id", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    upload_id: str
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., upload_id: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class AbortArtifactResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeleteArtifactsRequest(_message.Message):
    __slots__ = ("run_id", "path", "epoch")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    path: str
    epoch: int
    def __init__(self, run_id: _Optional[str] = ..., path: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class DeleteArtifactsResponse(_message.Message):
    __slots__ = ("deleted_count",)
    DELETED_COUNT_FIELD_NUMBER: _ClassVar[int]
    deleted_count: int
    def __init__(self, deleted_count: _Optional[int] = ...) -> None: ...

class ListArtifactsRequest(_message.Message):
    __slots__ = ("run_id", "page_size", "page_token", "path")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    page_size: int
    page_token: str
    path: str
    def __init__(self, run_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class ListArtifactsResponse(_message.Message):
    __slots__ = ("artifacts", "next_page_token")
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    artifacts: _containers.RepeatedCompositeFieldContainer[Artifact]
    next_page_token: str
    def __init__(self, artifacts: _Optional[_Iterable[_Union[Artifact, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SignArtifactRequest(_message.Message):
    __slots__ = ("run_id", "path")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    path: str
    def __init__(self, run_id: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class SignArtifactResponse(_message.Message):
    __slots__ = ("artifact", "url")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    artifact: Artifact
    url: str
    def __init__(self, artifact: _Optional[_Union[Artifact, _Mapping]] = ..., url: _Optional[str] = ...) -> None: ...
