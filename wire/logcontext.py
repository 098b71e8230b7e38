"""Which request or job a log line belongs to. A leaf: whoever does the work sets it, the log formatter reads it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")
