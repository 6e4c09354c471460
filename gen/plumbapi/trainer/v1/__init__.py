from .job_pb2 import *  # noqa: F403
