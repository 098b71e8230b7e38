"""What a log line says, and above all what it does not."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve

from calpads_portal.logs import JsonFormatter
from jobs.errors import Refused
from wire.logcontext import job_id, request_id

SECRET = "9912345678"


def line_of(message: object, *args: object, name: str = "somebody", **more: object) -> dict[str, object]:
    """The JSON a record becomes; an exception being handled is logged with it."""
    error = sys.exc_info() if sys.exc_info()[0] else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, error)  # type: ignore[arg-type]
    record.__dict__.update(more)
    found: dict[str, object] = json.loads(JsonFormatter().format(record))
    return found


def test_a_line_has_time_level_logger_message_and_the_calls_fields() -> None:
    line = line_of("%s rows", 3, fields={"rows": 3})
    assert line.pop("time", "")
    assert line == {"level": "ERROR", "logger": "somebody", "message": "3 rows", "rows": 3}


def test_a_line_names_the_request_and_the_job_it_belongs_to() -> None:
    tokens = request_id.set("r1"), job_id.set("77")
    try:
        line = line_of("x")
    finally:
        request_id.reset(tokens[0])
        job_id.reset(tokens[1])
    assert (line["request"], line["job"]) == ("r1", "77")


def test_a_line_stays_one_line_whatever_the_message_holds() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, 'a\nlevel "b"\r', (), None)
    assert "\n" not in JsonFormatter().format(record)


def request_for(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.resolver_match = resolve("/readyz")
    return request


def test_djangos_words_on_a_request_name_its_route_and_not_its_address() -> None:
    request = request_for(f"/Student/{SECRET}")
    assert line_of("Not Found: %s", request.path, request=request)["message"] == "Not Found: /readyz"


def test_an_address_django_has_escaped_is_recognised() -> None:
    request = request_for(f"/Student/{SECRET}/Peña")
    line = line_of("Not Found: %s", f"/Student/{SECRET}/Pe\\xf1a", request=request)
    assert line["message"] == "Not Found: /readyz"


def test_gunicorns_words_on_a_request_leave_out_its_address() -> None:
    line = line_of("Error handling request %s %s", "GET", f"/Student/{SECRET}", name="gunicorn.error")
    assert line["message"] == "Error handling request"


def test_celerys_words_on_a_failure_leave_out_those_of_the_exception() -> None:
    words = {"name": "jobs.run", "id": "1", "exc": f"ValueError('{SECRET}')", "traceback": SECRET}
    record = logging.LogRecord("celery.app.trace", logging.ERROR, __file__, 1, "Task %(name)s: %(exc)s", (words,), None)
    assert json.loads(JsonFormatter().format(record))["message"] == "Task jobs.run: ValueError"


def test_the_words_of_a_foreign_exception_are_left_out_its_type_and_place_stay() -> None:
    try:
        int(f"x{SECRET}")
    except ValueError:
        line = line_of("failed")
    (error,) = line["error"]  # type: ignore[misc]
    assert error["type"] == "builtins.ValueError"
    assert "words" not in error
    assert error["frames"][-1].endswith("test_the_words_of_a_foreign_exception_are_left_out_its_type_and_place_stay")
    assert SECRET not in json.dumps(line)


def test_the_words_of_files_and_of_our_own_exceptions_stay() -> None:
    try:
        try:
            open("/nonexistent/file")  # noqa: PTH123, SIM115
        except FileNotFoundError as missing:
            raise Refused("There is no such file.") from missing
    except Refused:
        line = line_of("failed")
    errors = line["error"]
    assert [error["words"] for error in errors] == [  # type: ignore[attr-defined]
        "There is no such file.",
        "[Errno 2] No such file or directory: '/nonexistent/file'",
    ]


@pytest.mark.django_db
def test_a_database_error_names_its_rule_and_never_the_row() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL's errors quote rows, SQLite's do not")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pupil (ssid text CONSTRAINT pupil_key UNIQUE)")
        cursor.execute("INSERT INTO pupil VALUES (%s)", [SECRET])
        try:
            cursor.execute("INSERT INTO pupil VALUES (%s)", [SECRET])
        except DatabaseError:
            line = line_of("failed")
    assert SECRET not in json.dumps(line)
    assert [error["words"] for error in line["error"]] == ["SQLSTATE 23505 pupil_key"] * 2  # type: ignore[attr-defined]


class Written(logging.Handler):
    """The lines as they are written, at the moment they are."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def written() -> Iterator[list[dict[str, object]]]:
    handler = Written()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_requests_are_logged_by_route_with_status_and_time(written: list[dict[str, object]]) -> None:
    response = Client().get("/healthz", {"ssid": SECRET})
    (line,) = written
    assert (line["message"], line["status"], line["request"]) == ("GET /healthz", 200, response["X-Request-ID"])
    assert line.keys() == {"time", "level", "logger", "message", "request", "status", "milliseconds"}


@pytest.mark.django_db
def test_an_address_nobody_knows_is_logged_without_its_words(written: list[dict[str, object]]) -> None:
    response = Client().get(f"/NoSuchPage/{SECRET}")
    assert [(line["message"], line["request"]) for line in written] == [
        ("GET (no route)", response["X-Request-ID"]),
        ("Not Found: (no route)", response["X-Request-ID"]),
    ]
