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

class FormatOption(_message.Message):
    __slots__ = ("name", "type", "default_value", "help", "choices")
    class Type(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        TYPE_UNSPECIFIED: _ClassVar[FormatOption.Type]
        TEXT: _ClassVar[FormatOption.Type]
        NUMBER: _ClassVar[FormatOption.Type]
        BOOLEAN: _ClassVar[FormatOption.Type]
    TYPE_UNSPECIFIED: FormatOption.Type
    TEXT: FormatOption.Type
    NUMBER: FormatOption.Type
    BOOLEAN: FormatOption.Type
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    HELP_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: FormatOption.Type
    default_value: str
    help: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[FormatOption.Type, str]] = ..., default_value: _Optional[str] = ..., help: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ...) -> None: ...

class CarriedKind(_message.Message):
    __slots__ = ("kind", "becomes")
    KIND_FIELD_NUMBER: _ClassVar[int]
    BECOMES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    becomes: str
    def __init__(self, kind: _Optional[str] = ..., becomes: _Optional[str] = ...) -> None: ...

class Format(_message.Message):
    __slots__ = ("name", "title", "summary", "ending", "writable", "kinds", "annotation_fields", "image_fields", "label_fields", "header_fields", "read_options", "write_options")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    WRITABLE_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELDS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELDS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELDS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELDS_FIELD_NUMBER: _ClassVar[int]
    READ_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    WRITE_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    summary: str
    ending: str
    writable: bool
    kinds: _containers.RepeatedCompositeFieldContainer[CarriedKind]
    annotation_fields: _containers.RepeatedScalarFieldContainer[str]
    image_fields: _containers.RepeatedScalarFieldContainer[str]
    label_fields: _containers.RepeatedScalarFieldContainer[str]
    header_fields: _containers.RepeatedScalarFieldContainer[str]
    read_options: _containers.RepeatedCompositeFieldContainer[FormatOption]
    write_options: _containers.RepeatedCompositeFieldContainer[FormatOption]
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., summary: _Optional[str] = ..., ending: _Optional[str] = ..., writable: _Optional[bool] = ..., kinds: _Optional[_Iterable[_Union[CarriedKind, _Mapping]]] = ..., annotation_fields: _Optional[_Iterable[str]] = ..., image_fields: _Optional[_Iterable[str]] = ..., label_fields: _Optional[_Iterable[str]] = ..., header_fields: _Optional[_Iterable[str]] = ..., read_options: _Optional[_Iterable[_Union[FormatOption, _Mapping]]] = ..., write_options: _Optional[_Iterable[_Union[FormatOption, _Mapping]]] = ...) -> None: ...

class ListFormatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListFormatsResponse(_message.Message):
    __slots__ = ("formats",)
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    formats: _containers.RepeatedCompositeFieldContainer[Format]
    def __init__(self, formats: _Optional[_Iterable[_Union[Format, _Mapping]]] = ...) -> None: ...

class Loss(_message.Message):
    __slots__ = ("code", "kind", "action", "count", "examples", "sentence", "kept")
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: str
    action: str
    count: int
    examples: _containers.RepeatedScalarFieldContainer[str]
    sentence: str
    kept: bool
    def __init__(self, code: _Optional[str] = ..., kind: _Optional[str] = ..., action: _Optional[str] = ..., count: _Optional[int] = ..., examples: _Optional[_Iterable[str]] = ..., sentence: _Optional[str] = ..., kept: _Optional[bool] = ...) -> None: ...

class ImportProblem(_message.Message):
    __slots__ = ("file", "place", "message", "severity")
    class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SEVERITY_UNSPECIFIED: _ClassVar[ImportProblem.Severity]
        ERROR: _ClassVar[ImportProblem.Severity]
        NOTE: _ClassVar[ImportProblem.Severity]
    SEVERITY_UNSPECIFIED: ImportProblem.Severity
    ERROR: ImportProblem.Severity
    NOTE: ImportProblem.Severity
    FILE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    file: str
    place: str
    message: str
    severity: ImportProblem.Severity
    def __init__(self, file: _Optional[str] = ..., place: _Optional[str] = ..., message: _Optional[str] = ..., severity: _Optional[_Union[ImportProblem.Severity, str]] = ...) -> None: ...

class ImportReport(_message.Message):
    __slots__ = ("guess", "image_count", "annotation_count", "answer_count", "error_count", "note_count", "problems", "changed_count")
    GUESS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERROR_COUNT_FIELD_NUMBER: _ClassVar[int]
    NOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    guess: str
    image_count: int
    annotation_count: int
    answer_count: int
    error_count: int
    note_count: int
    problems: _containers.RepeatedCompositeFieldContainer[ImportProblem]
    changed_count: int
    def __init__(self, guess: _Optional[str] = ..., image_count: _Optional[int] = ..., annotation_count: _Optional[int] = ..., answer_count: _Optional[int] = ..., error_count: _Optional[int] = ..., note_count: _Optional[int] = ..., problems: _Optional[_Iterable[_Union[ImportProblem, _Mapping]]] = ..., changed_count: _Optional[int] = ...) -> None: ...

class Transfer(_message.Message):
    __slots__ = ("id", "project_id", "kind", "state", "format", "options", "snapshot_number", "include_images", "allow_loss", "skip_invalid", "dry_run", "file_name", "stage", "done", "total", "losses", "size", "sha256", "report", "error", "creator", "create_time", "end_time")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Transfer.Kind]
        EXPORT: _ClassVar[Transfer.Kind]
        PREVIEW: _ClassVar[Transfer.Kind]
        IMPORT: _ClassVar[Transfer.Kind]
    KIND_UNSPECIFIED: Transfer.Kind
    EXPORT: Transfer.Kind
    PREVIEW: Transfer.Kind
    IMPORT: Transfer.Kind
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Transfer.State]
        QUEUED: _ClassVar[Transfer.State]
        RUNNING: _ClassVar[Transfer.State]
        SUCCEEDED: _ClassVar[Transfer.State]
        REFUSED: _ClassVar[Transfer.State]
        FAILED: _ClassVar[Transfer.State]
    STATE_UNSPECIFIED: Transfer.State
    QUEUED: Transfer.State
    RUNNING: Transfer.State
    SUCCEEDED: Transfer.State
    REFUSED: Transfer.State
    FAILED: Transfer.State
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_IMAGES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSS_FIELD_NUMBER: _ClassVar[int]
    SKIP_INVALID_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LOSSES_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    project_id: str
    kind: Transfer.Kind
    state: Transfer.State
    format: str
    options: _containers.ScalarMap[str, str]
    snapshot_number: int
    include_images: bool
    allow_loss: bool
    skip_invalid: bool
    dry_run: bool
    file_name: str
    stage: str
    done: int
    total: int
    losses: _containers.RepeatedCompositeFieldContainer[Loss]
    size: int
    sha256: str
    report: ImportReport
    error: str
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., project_id: _Optional[str] = ..., kind: _Optional[_Union[Transfer.Kind, str]] = ..., state: _Optional[_Union[Transfer.State, str]] = ..., format: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ..., snapshot_number: _Optional[int] = ..., include_images: _Optional[bool] = ..., allow_loss: _Optional[bool] = ..., skip_invalid: _Optional[bool] = ..., dry_run: _Optional[bool] = ..., file_name: _Optional[str] = ..., stage: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., losses: _Optional[_Iterable[_Union[Loss, _Mapping]]] = ..., size: _Optional[int] = ..., sha256: _Optional[str] = ..., report: _Optional[_Union[ImportReport, _Mapping]] = ..., error: _Optional[str] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExportSnapshotRequest(_message.Message):
    __slots__ = ("project_id", "number", "format", "options", "include_images", "allow_loss", "request_id")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_IMAGES_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    format: str
    options: _containers.ScalarMap[str, str]
    include_images: bool
    allow_loss: bool
    request_id: str
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ..., format: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ..., include_images: _Optional[bool] = ..., allow_loss: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class PreviewExportRequest(_message.Message):
    __slots__ = ("project_id", "number", "format", "options")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    number: int
    format: str
    options: _containers.ScalarMap[str, str]
    def __init__(self, project_id: _Optional[str] = ..., number: _Optional[int] = ..., format: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ...) -> None: ...

class PrepareImportRequest(_message.Message):
    __slots__ = ("project_id", "file_name")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    file_name: str
    def __init__(self, project_id: _Optional[str] = ..., file_name: _Optional[str] = ...) -> None: ...

class ImportUpload(_message.Message):
    __slots__ = ("id", "put_url", "expire_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    PUT_URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    put_url: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., put_url: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ImportAnnotationsRequest(_message.Message):
    __slots__ = ("project_id", "upload_id", "format", "options", "skip_invalid", "dry_run", "request_id")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SKIP_INVALID_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    upload_id: str
    format: str
    options: _containers.ScalarMap[str, str]
    skip_invalid: bool
    dry_run: bool
    request_id: str
    def __init__(self, project_id: _Optional[str] = ..., upload_id: _Optional[str] = ..., format: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ..., skip_invalid: _Optional[bool] = ..., dry_run: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetTransferRequest(_message.Message):
    __slots__ = ("transfer_id",)
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    transfer_id: str
    def __init__(self, transfer_id: _Optional[str] = ...) -> None: ...

class ListTransfersRequest(_message.Message):
    __slots__ = ("project_id", "page_size", "page_token")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    page_size: int
    page_token: str
    def __init__(self, project_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTransfersResponse(_message.Message):
    __slots__ = ("transfers", "next_page_token")
    TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    transfers: _containers.RepeatedCompositeFieldContainer[Transfer]
    next_page_token: str
    def __init__(self, transfers: _Optional[_Iterable[_Union[Transfer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DownloadExportRequest(_message.Message):
    __slots__ = ("transfer_id",)
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    transfer_id: str
    def __init__(self, transfer_id: _Optional[str] = ...) -> None: ...

class DownloadExportResponse(_message.Message):
    __slots__ = ("url", "file_name", "size", "sha256", "expire_time")
    URL_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    url: str
    file_name: str
    size: int
    sha256: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, url: _Optional[str] = ..., file_name: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
