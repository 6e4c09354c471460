from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Actor(_message.Message):
    __slots__ = ("member_id", "name", "kind")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Actor.Kind]
        PERSON: _ClassVar[Actor.Kind]
        MACHINE: _ClassVar[Actor.Kind]
        JOB: _ClassVar[Actor.Kind]
        SERVICE: _ClassVar[Actor.Kind]
    KIND_UNSPECIFIED: Actor.Kind
    PERSON: Actor.Kind
    MACHINE: Actor.Kind
    JOB: Actor.Kind
    SERVICE: Actor.Kind
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    member_id: str
    name: str
    kind: Actor.Kind
    def __init__(self, member_id: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[Actor.Kind, str]] = ...) -> None: ...
