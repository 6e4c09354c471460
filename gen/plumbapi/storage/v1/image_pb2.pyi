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

class Quality(_message.Message):
    __slots__ = ("width", "height", "channels", "bit_depth", "effective_bits", "sharpness", "exposure", "contrast", "phash", "dhash", "pixel_hash", "window_low", "window_high", "orientation")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    BIT_DEPTH_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_BITS_FIELD_NUMBER: _ClassVar[int]
    SHARPNESS_FIELD_NUMBER: _ClassVar[int]
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    CONTRAST_FIELD_NUMBER: _ClassVar[int]
    PHASH_FIELD_NUMBER: _ClassVar[int]
    DHASH_FIELD_NUMBER: _ClassVar[int]
    PIXEL_HASH_FIELD_NUMBER: _ClassVar[int]
    WINDOW_LOW_FIELD_NUMBER: _ClassVar[int]
    WINDOW_HIGH_FIELD_NUMBER: _ClassVar[int]
    ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    width: int
    height: int
    channels: int
    bit_depth: int
    effective_bits: int
    sharpness: float
    exposure: float
    contrast: float
    phash: str
    dhash: str
    pixel_hash: str
    window_low: float
    window_high: float
    orientation: int
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ..., channels: _Optional[int] = ..., bit_depth: _Optional[int] = ..., effective_bits: _Optional[int] = ..., sharpness: _Optional[float] = ..., exposure: _Optional[float] = ..., contrast: _Optional[float] = ..., phash: _Optional[str] = ..., dhash: _Optional[str] = ..., pixel_hash: _Optional[str] = ..., window_low: _Optional[float] = ..., window_high: _Optional[float] = ..., orientation: _Optional[int] = ...) -> None: ...

class Image(_message.Message):
    __slots__ = ("path", "sha256", "md5", "size", "media_type", "source", "batch_id", "contributor", "tags", "metadata", "quality", "create_time")
    PATH_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    MD5_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTOR_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    path: str
    sha256: str
    md5: str
    size: int
    media_type: str
    source: str
    batch_id: str
    contributor: _actor_pb2.Actor
    tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _struct_pb2.Struct
    quality: Quality
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, path: _Optional[str] = ..., sha256: _Optional[str] = ..., md5: _Optional[str] = ..., size: _Optional[int] = ..., media_type: _Optional[str] = ..., source: _Optional[str] = ..., batch_id: _Optional[str] = ..., contributor: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., quality: _Optional[_Union[Quality, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListImagesRequest(_message.Message):
    __slots__ = ("dataset_id", "version", "source", "tag", "batch_id", "path_prefix", "page_size", "page_token")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_PREFIX_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    version: int
    source: str
    tag: str
    batch_id: str
    path_prefix: str
    page_size: int
    page_token: str
    def __init__(self, dataset_id: _Optional[str] = ..., version: _Optional[int] = ..., source: _Optional[str] = ..., tag: _Optional[str] = ..., batch_id: _Optional[str] = ..., path_prefix: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListImagesResponse(_message.Message):
    __slots__ = ("images", "next_page_token")
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    images: _containers.RepeatedCompositeFieldContainer[Image]
    next_page_token: str
    def __init__(self, images: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetImageRequest(_message.Message):
    __slots__ = ("sha256",)
    SHA256_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    def __init__(self, sha256: _Optional[str] = ...) -> None: ...

class GetImageResponse(_message.Message):
    __slots__ = ("image", "places")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    image: Image
    places: _containers.RepeatedCompositeFieldContainer[ImagePlace]
    def __init__(self, image: _Optional[_Union[Image, _Mapping]] = ..., places: _Optional[_Iterable[_Union[ImagePlace, _Mapping]]] = ...) -> None: ...

class ImagePlace(_message.Message):
    __slots__ = ("dataset_id", "dataset_name", "path", "source", "in_draft", "versions")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    IN_DRAFT_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    dataset_name: str
    path: str
    source: str
    in_draft: bool
    versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, dataset_id: _Optional[str] = ..., dataset_name: _Optional[str] = ..., path: _Optional[str] = ..., source: _Optional[str] = ..., in_draft: _Optional[bool] = ..., versions: _Optional[_Iterable[int]] = ...) -> None: ...

class TagImagesRequest(_message.Message):
    __slots__ = ("dataset_id", "paths", "add_tags", "remove_tags", "metadata", "version")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    ADD_TAGS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TAGS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    add_tags: _containers.RepeatedScalarFieldContainer[str]
    remove_tags: _containers.RepeatedScalarFieldContainer[str]
    metadata: _struct_pb2.Struct
    version: int
    def __init__(self, dataset_id: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., add_tags: _Optional[_Iterable[str]] = ..., remove_tags: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class TagImagesResponse(_message.Message):
    __slots__ = ("changed_count",)
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    changed_count: int
    def __init__(self, changed_count: _Optional[int] = ...) -> None: ...

class RemoveImagesRequest(_message.Message):
    __slots__ = ("dataset_id", "paths", "version")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, dataset_id: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class RemoveImagesResponse(_message.Message):
    __slots__ = ("removed_count",)
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    removed_count: int
    def __init__(self, removed_count: _Optional[int] = ...) -> None: ...

class SignDownloadsRequest(_message.Message):
    __slots__ = ("sha256s", "rendition", "purpose")
    class Rendition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        RENDITION_UNSPECIFIED: _ClassVar[SignDownloadsRequest.Rendition]
        ORIGINAL: _ClassVar[SignDownloadsRequest.Rendition]
        PREVIEW: _ClassVar[SignDownloadsRequest.Rendition]
    RENDITION_UNSPECIFIED: SignDownloadsRequest.Rendition
    ORIGINAL: SignDownloadsRequest.Rendition
    PREVIEW: SignDownloadsRequest.Rendition
    SHA256S_FIELD_NUMBER: _ClassVar[int]
    RENDITION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    sha256s: _containers.RepeatedScalarFieldContainer[str]
    rendition: SignDownloadsRequest.Rendition
    purpose: str
    def __init__(self, sha256s: _Optional[_Iterable[str]] = ..., rendition: _Optional[_Union[SignDownloadsRequest.Rendition, str]] = ..., purpose: _Optional[str] = ...) -> None: ...

class SignDownloadsResponse(_message.Message):
    __slots__ = ("downloads",)
    DOWNLOADS_FIELD_NUMBER: _ClassVar[int]
    downloads: _containers.RepeatedCompositeFieldContainer[Download]
    def __init__(self, downloads: _Optional[_Iterable[_Union[Download, _Mapping]]] = ...) -> None: ...

class Download(_message.Message):
    __slots__ = ("sha256", "url", "media_type", "expire_time")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    url: str
    media_type: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, sha256: _Optional[str] = ..., url: _Optional[str] = ..., media_type: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LocateImagesRequest(_message.Message):
    __slots__ = ("sha256s", "reader", "purpose")
    SHA256S_FIELD_NUMBER: _ClassVar[int]
    READER_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    sha256s: _containers.RepeatedScalarFieldContainer[str]
    reader: _actor_pb2.Actor
    purpose: str
    def __init__(self, sha256s: _Optional[_Iterable[str]] = ..., reader: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., purpose: _Optional[str] = ...) -> None: ...

class LocateImagesResponse(_message.Message):
    __slots__ = ("images",)
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    images: _containers.RepeatedCompositeFieldContainer[LocatedImage]
    def __init__(self, images: _Optional[_Iterable[_Union[LocatedImage, _Mapping]]] = ...) -> None: ...

class LocatedImage(_message.Message):
    __slots__ = ("sha256", "key", "size")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    key: str
    size: int
    def __init__(self, sha256: _Optional[str] = ..., key: _Optional[str] = ..., size: _Optional[int] = ...) -> None: ...

class GetThumbnailRequest(_message.Message):
    __slots__ = ("sha256",)
    SHA256_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    def __init__(self, sha256: _Optional[str] = ...) -> None: ...

class GetThumbnailResponse(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...
