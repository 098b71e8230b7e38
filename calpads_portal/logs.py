"""Logs: one JSON object a line, with request and job, and without student data.

SSIDs stand in addresses the wire forces (`/Student/{ssid}`), and database errors quote the row. So addresses are
logged as their route, and of an exception its type and place; its words only where they cannot quote a record.
"""

import json
import logging
import logging.config
import sqlite3
import traceback
from datetime import UTC, datetime
from typing import Any

import psycopg
from django import db
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from wire.logcontext import job_id, request_id

OUR_PACKAGES = {
    *("calpads_portal", "wire", "ods", "accounts", "jobs", "extracts"),
    *("histories", "submissions", "ssid_matching", "rosters", "siras_export", "rop_export"),
}
# Their exceptions speak of connections and messages, never of records.
QUIET_PACKAGES = {"redis", "kombu", "amqp", "billiard"}


class JsonFormatter(logging.Formatter):
    """One line per record: time (UTC), level, logger, message, request, job, `fields` of the call, error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if request := request_id.get() or getattr(getattr(record, "request", None), "request_id", ""):
            line["request"] = request
        if job := job_id.get():
            line["job"] = job
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1]:
            line["error"] = describe_error(record.exc_info[1])
        return json.dumps(line, default=str)


def describe_error(error: BaseException) -> list[dict[str, object]]:
    """Type, safe words and frames of an exception and of those that led to it, the last one first."""
    chain: list[dict[str, object]] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 5:
        frames = traceback.extract_tb(current.__traceback__)
        entry: dict[str, object] = {"type": f"{type(current).__module__}.{type(current).__qualname__}"}
        if words := _safe_words(current):
            entry["words"] = words
        entry["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append(entry)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _safe_words(error: BaseException) -> str:
    origin = error.__cause__ if isinstance(error, db.Error) else error
    if isinstance(origin, psycopg.Error) and origin.sqlstate:
        # The server's words and DETAIL quote the row; state and constraint say which rule it broke.
        return f"SQLSTATE {origin.sqlstate} {origin.diag.constraint_name or ''}".strip()
    if isinstance(origin, psycopg.OperationalError | sqlite3.Error | OSError | ImproperlyConfigured):
        return str(origin)
    if type(error).__module__.partition(".")[0] in OUR_PACKAGES | QUIET_PACKAGES:
        return str(error)
    return ""


def _message(record: logging.LogRecord) -> str:
    """The record's words, with what may quote a record or an address taken out."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        route = route_of(request)
        return record.msg % tuple(
            route if isinstance(word, str) and request.path in {word, _unescaped(word)} else word
            for word in record.args
        )
    if isinstance(record.args, dict) and "exc" in record.args:  # celery.app.trace
        return record.msg % {**record.args, "exc": str(record.args["exc"]).partition("(")[0], "traceback": ""}
    if record.name == "gunicorn.error" and record.msg.startswith("Error handling request"):
        return "Error handling request"
    return record.getMessage()


def _unescaped(word: str) -> str:
    return word.encode("ascii", "replace").decode("unicode_escape")


def route_of(request: HttpRequest) -> str:
    """The route's template, as written in urls.py; never the address itself."""
    match = request.resolver_match
    return f"/{match.route}" if match else "(no route)"


def logging_config(*, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error as JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["standard_error"], "level": level},
        "loggers": {
            # Django gives these handlers of their own.
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": level},
            # SQL with its parameters, which are student data.
            "django.db.backends": {"level": "INFO"},
            # A line for every task that begins; the jobs' own lines say more.
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
