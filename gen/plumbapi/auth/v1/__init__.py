from .member_pb2 import *  # noqa: F403
from .session_pb2 import *  # noqa: F403
from .token_pb2 import *  # noqa: F403
