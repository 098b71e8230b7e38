"""The web server's settings, for `gunicorn --config python:calpads_portal.gunicorn_config`."""

import gc
from pathlib import Path

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from calpads_portal import env

bind = f"{env.text('BIND_HOST', '127.0.0.1')}:{env.integer('PORT', 8000, least=1)}"
worker_class = "gthread"
workers = env.integer("WEB_WORKERS", 1, least=1)
# A slow download holds a thread, never a process.
threads = env.integer("WEB_THREADS", 8, least=1)
timeout = 60
graceful_timeout = 20
keepalive = 15
# A heartbeat file on a slow disk would make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a file without a name


def post_worker_init(worker: Worker) -> None:
    """What was loaded at the start stays: the garbage collector need not look through it in the middle of requests."""
    gc.collect()
    gc.freeze()


class PortalLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own words go the way of all others, as JSON to standard error."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


logger_class = PortalLogger
# Addresses are student data (SSIDs): our own middleware logs requests, by route.
accesslog = None
# A way in that nobody here uses.
control_socket_disable = True
# Only the settings' TRUSTED_PROXY decides which headers of a proxy count.
forwarded_allow_ips = ""
