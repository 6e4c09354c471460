from google.api import annotations_pb2 as _annotations_pb2
from plumbapi.experiments.v1 import gate_pb2 as _gate_pb2
from plumbapi.experiments.v1 import logged_model_pb2 as _logged_model_pb2
from plumbapi.experiments.v1 import metric_pb2 as _metric_pb2
from plumbapi.experiments.v1 import model_pb2 as _model_pb2
from plumbapi.experiments.v1 import run_pb2 as _run_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
