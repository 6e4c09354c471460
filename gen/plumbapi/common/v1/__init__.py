from .actor_pb2 import *  # noqa: F403
from .audit_pb2 import *  # noqa: F403
