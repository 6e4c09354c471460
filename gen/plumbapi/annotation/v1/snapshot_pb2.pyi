import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.annotation.v1 import annotation_pb2 as _annotation_pb2
from plumbapi.annotation.v1 import project_pb2 as _project_pb2
from plumbapi.annotation.v1 import task_pb2 as _task_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Snapshot(_message.Message):
    __slots__ = ("project_id", "project_name", "number", "digest", "image_count", "annotation_count", "configuration_version", "sets", "verifications", "note", "creator", "create_time", "assigned_versions", "shares")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFIGURATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    SETS_FIELD_NUMBER: _ClassVar[int]
    VERIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SHARES_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    project_name: str
    number: int
    digest: str
    image_count: int
    annotation_count: int
    configuration_version: int
    sets: _containers.RepeatedCompositeFieldContainer[_project_pb2.SetProgress]
    verifications: _project_pb2.Verifications
    note: str
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    assigned_versions: _containers.RepeatedCompositeFieldContainer[_project_pb2.AssignedVersion]
    shares: _containers.RepeatedCompositeFieldContainer[SetShare]
    def __init__(self, project_id: _Optional[str] = ..., project_name: _Optional[str] = ..., number: _Optional[int] = ..., digest: _Optional[str] = ..., image_count: _Optional[int] = ..., annotation_count: _Optional[int] = ..., configuration_version: _Optional[int] = ..., sets: _Optional[_Iterable[_Union[_project_pb2.SetProgress, _Mapping]]] = ..., verifications: _Optional[_Union[_project_pb2.Verifications, _Mapping]] = ..., note: _Optional[str] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., assigned_versions: _Optional[_Iterable[_Union[_project_pb2.AssignedVersion, _Mapping]]] = ..., shares: _Optional[_Iterable[_Union[SetShare, _Mapping]]] = ...) -> None: ...

class SetShare(_message.Message):
    __slots__ = ("image_set", "dimension", "value", "image_count")
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    image_set: str
    dimension: str
    value: str
    image_count: int
    def __init__(self, image_set: _Optional[str] = ..., dimension: _Optional[str] = ..., value: _Optional[str] = ..., image_count: _Optional[int] = ...) -> None: ...

class CreateSnapshotRequest(_message.Message):
    __slots__ = ("project_id", "note", "include_unreviewed", "request_id")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_UNREVIEWED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    note: str
    include_unreviewed: bool
    request_id: str
    def __init__(self, project_id: _Optional[str] = ..., note: _Optional[str] = ..., include_unreviewed: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListSnapshotsRequest(_message.Message):
    __slots__ = ("project_id", "page_size", "page_token")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    page_size: int
    page_token: str
    def __init__(self, project_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSnapshotsResponse(_message.Message):
    __slots__ = ("snapshots", "next_page_token")
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[Snapshot]
    next_page_token: str
    def __init__(self, snapshots: _Optional[_Iterable[_Union[Snapshot, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetSnapshotRequest(_message.Message):
    __slots__ = ("project_id", "number")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class CountVerificationsRequest(_message.Message):
    __slots__ = ("project_id", "number", "image_sets", "example_count")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SETS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    image_sets: _containers.RepeatedScalarFieldContainer[str]
    example_count: int
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ..., image_sets: _Optional[_Iterable[str]] = ..., example_count: _Optional[int] = ...) -> None: ...

class CountVerificationsResponse(_message.Message):
    __slots__ = ("image_count", "verifications", "examples")
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    image_count: int
    verifications: _project_pb2.Verifications
    examples: _containers.RepeatedCompositeFieldContainer[SnapshotEntry]
    def __init__(self, image_count: _Optional[int] = ..., verifications: _Optional[_Union[_project_pb2.Verifications, _Mapping]] = ..., examples: _Optional[_Iterable[_Union[SnapshotEntry, _Mapping]]] = ...) -> None: ...

class SnapshotSets(_message.Message):
    __slots__ = ("project_id", "number", "image_sets")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SETS_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    image_sets: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ..., image_sets: _Optional[_Iterable[str]] = ...) -> None: ...

class FindSharedImagesRequest(_message.Message):
    __slots__ = ("left", "right", "example_count")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    left: _containers.RepeatedCompositeFieldContainer[SnapshotSets]
    right: _containers.RepeatedCompositeFieldContainer[SnapshotSets]
    example_count: int
    def __init__(self, left: _Optional[_Iterable[_Union[SnapshotSets, _Mapping]]] = ..., right: _Optional[_Iterable[_Union[SnapshotSets, _Mapping]]] = ..., example_count: _Optional[int] = ...) -> None: ...

class FindSharedImagesResponse(_message.Message):
    __slots__ = ("left_count", "right_count", "shared_count", "examples")
    LEFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    RIGHT_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    left_count: int
    right_count: int
    shared_count: int
    examples: _containers.RepeatedCompositeFieldContainer[SnapshotEntry]
    def __init__(self, left_count: _Optional[int] = ..., right_count: _Optional[int] = ..., shared_count: _Optional[int] = ..., examples: _Optional[_Iterable[_Union[SnapshotEntry, _Mapping]]] = ...) -> None: ...

class SnapshotEntry(_message.Message):
    __slots__ = ("image_sha256", "path", "source", "tags", "image_set", "width", "height", "revision", "revision_digest", "annotations", "answers", "verification", "task_id")
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_DIGEST_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    image_sha256: str
    path: str
    source: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    image_set: str
    width: int
    height: int
    revision: int
    revision_digest: str
    annotations: _containers.RepeatedCompositeFieldContainer[_annotation_pb2.Annotation]
    answers: _containers.RepeatedCompositeFieldContainer[_annotation_pb2.Answer]
    verification: _task_pb2.Task.Verification
    task_id: str
    def __init__(self, image_sha256: _Optional[str] = ..., path: _Optional[str] = ..., source: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., image_set: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., revision: _Optional[int] = ..., revision_digest: _Optional[str] = ..., annotations: _Optional[_Iterable[_Union[_annotation_pb2.Annotation, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[_annotation_pb2.Answer, _Mapping]]] = ..., verification: _Optional[_Union[_task_pb2.Task.Verification, str]] = ..., task_id: _Optional[str] = ...) -> None: ...

class ListSnapshotEntriesRequest(_message.Message):
    __slots__ = ("project_id", "number", "page_size", "page_token")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    page_size: int
    page_token: str
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSnapshotEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[SnapshotEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[SnapshotEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
