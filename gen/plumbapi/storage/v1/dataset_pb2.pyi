import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Dataset(_message.Message):
    __slots__ = ("id", "name", "description", "latest_version", "draft_image_count", "draft_change_count", "creator", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LATEST_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRAFT_IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    DRAFT_CHANGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    latest_version: int
    draft_image_count: int
    draft_change_count: int
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., latest_version: _Optional[int] = ..., draft_image_count: _Optional[int] = ..., draft_change_count: _Optional[int] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDatasetsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDatasetsResponse(_message.Message):
    __slots__ = ("datasets", "next_page_token")
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    datasets: _containers.RepeatedCompositeFieldContainer[Dataset]
    next_page_token: str
    def __init__(self, datasets: _Optional[_Iterable[_Union[Dataset, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDatasetRequest(_message.Message):
    __slots__ = ("dataset_id",)
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    def __init__(self, dataset_id: _Optional[str] = ...) -> None: ...

class CreateDatasetRequest(_message.Message):
    __slots__ = ("name", "description", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateDatasetRequest(_message.Message):
    __slots__ = ("dataset_id", "description")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    description: str
    def __init__(self, dataset_id: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class Share(_message.Message):
    __slots__ = ("value", "image_count")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    value: str
    image_count: int
    def __init__(self, value: _Optional[str] = ..., image_count: _Optional[int] = ...) -> None: ...

class Composition(_message.Message):
    __slots__ = ("sources", "contributors", "batches", "tags")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTORS_FIELD_NUMBER: _ClassVar[int]
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[Share]
    contributors: _containers.RepeatedCompositeFieldContainer[Share]
    batches: _containers.RepeatedCompositeFieldContainer[Share]
    tags: _containers.RepeatedCompositeFieldContainer[Share]
    def __init__(self, sources: _Optional[_Iterable[_Union[Share, _Mapping]]] = ..., contributors: _Optional[_Iterable[_Union[Share, _Mapping]]] = ..., batches: _Optional[_Iterable[_Union[Share, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[Share, _Mapping]]] = ...) -> None: ...

class Version(_message.Message):
    __slots__ = ("dataset_id", "dataset_name", "number", "digest", "image_count", "size", "note", "composition", "frame_md5", "publisher", "create_time")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    COMPOSITION_FIELD_NUMBER: _ClassVar[int]
    FRAME_MD5_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    dataset_name: str
    number: int
    digest: str
    image_count: int
    size: int
    note: str
    composition: Composition
    frame_md5: str
    publisher: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, dataset_id: _Optional[str] = ..., dataset_name: _Optional[str] = ..., number: _Optional[int] = ..., digest: _Optional[str] = ..., image_count: _Optional[int] = ..., size: _Optional[int] = ..., note: _Optional[str] = ..., composition: _Optional[_Union[Composition, _Mapping]] = ..., frame_md5: _Optional[str] = ..., publisher: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PublishDatasetRequest(_message.Message):
    __slots__ = ("dataset_id", "note", "request_id")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    note: str
    request_id: str
    def __init__(self, dataset_id: _Optional[str] = ..., note: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListVersionsRequest(_message.Message):
    __slots__ = ("dataset_id", "page_size", "page_token")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    page_size: int
    page_token: str
    def __init__(self, dataset_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListVersionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[Version]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[Version, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetVersionRequest(_message.Message):
    __slots__ = ("dataset_id", "number")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    number: int
    def __init__(self, dataset_id: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class DiffVersionsRequest(_message.Message):
    __slots__ = ("dataset_id", "number", "base", "page_size", "page_token")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    number: int
    base: int
    page_size: int
    page_token: str
    def __init__(self, dataset_id: _Optional[str] = ..., number: _Optional[int] = ..., base: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class DiffVersionsResponse(_message.Message):
    __slots__ = ("differences", "next_page_token", "added_count", "removed_count", "changed_count", "sources")
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ADDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[Difference]
    next_page_token: str
    added_count: int
    removed_count: int
    changed_count: int
    sources: _containers.RepeatedCompositeFieldContainer[Share]
    def __init__(self, differences: _Optional[_Iterable[_Union[Difference, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., added_count: _Optional[int] = ..., removed_count: _Optional[int] = ..., changed_count: _Optional[int] = ..., sources: _Optional[_Iterable[_Union[Share, _Mapping]]] = ...) -> None: ...

class Difference(_message.Message):
    __slots__ = ("kind", "path", "old_sha256", "new_sha256", "source", "fields")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Difference.Kind]
        ADDED: _ClassVar[Difference.Kind]
        REMOVED: _ClassVar[Difference.Kind]
        CHANGED: _ClassVar[Difference.Kind]
    KIND_UNSPECIFIED: Difference.Kind
    ADDED: Difference.Kind
    REMOVED: Difference.Kind
    CHANGED: Difference.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    OLD_SHA256_FIELD_NUMBER: _ClassVar[int]
    NEW_SHA256_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    kind: Difference.Kind
    path: str
    old_sha256: str
    new_sha256: str
    source: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[Difference.Kind, str]] = ..., path: _Optional[str] = ..., old_sha256: _Optional[str] = ..., new_sha256: _Optional[str] = ..., source: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class ExportVersionRequest(_message.Message):
    __slots__ = ("dataset_id", "number")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    number: int
    def __init__(self, dataset_id: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class ExportVersionResponse(_message.Message):
    __slots__ = ("version", "files")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    version: Version
    files: _containers.RepeatedCompositeFieldContainer[ExportedFile]
    def __init__(self, version: _Optional[_Union[Version, _Mapping]] = ..., files: _Optional[_Iterable[_Union[ExportedFile, _Mapping]]] = ...) -> None: ...

class ExportedFile(_message.Message):
    __slots__ = ("path", "url", "size")
    PATH_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    path: str
    url: str
    size: int
    def __init__(self, path: _Optional[str] = ..., url: _Optional[str] = ..., size: _Optional[int] = ...) -> None: ...

class GetGapRequest(_message.Message):
    __slots__ = ("dataset_id",)
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    def __init__(self, dataset_id: _Optional[str] = ...) -> None: ...

class GetGapResponse(_message.Message):
    __slots__ = ("newest", "sources")
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    newest: Version
    sources: _containers.RepeatedCompositeFieldContainer[SourceGap]
    def __init__(self, newest: _Optional[_Union[Version, _Mapping]] = ..., sources: _Optional[_Iterable[_Union[SourceGap, _Mapping]]] = ...) -> None: ...

class SourceGap(_message.Message):
    __slots__ = ("source", "pending_count", "draft_count", "published_count", "unpublished_count")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    PENDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    DRAFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNPUBLISHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    source: str
    pending_count: int
    draft_count: int
    published_count: int
    unpublished_count: int
    def __init__(self, source: _Optional[str] = ..., pending_count: _Optional[int] = ..., draft_count: _Optional[int] = ..., published_count: _Optional[int] = ..., unpublished_count: _Optional[int] = ...) -> None: ...
