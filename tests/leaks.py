"""A pytest plugin: no log line of the whole run may hold an SSID, a name or a birth date.

Every line the portal logs in the test processes goes, as in production, through `JsonFormatter` into a folder; what
the tests' own servers and portal processes write goes there too (fixture `log_folder`). At the end of the run the
folder is searched, and a find fails the run.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from calpads_portal.logs import JsonFormatter
from ods.demo.names import unmistakable_first_names, unmistakable_surnames

FOLDER = "PORTAL_TEST_LOGS"
# All SSIDs of demo data and tests begin so; no real one does.
SSID = r"\b99\d{8}\b"
# Birth dates of pupils, as the layouts and as people write them. Logs of this code are younger.
BIRTH_DATE = r"\b(?:19[5-9]\d|20[01]\d)(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|-(?:0[1-9]|1[0-2])-\d\d)\b"
NAMES = rf"\b(?:{'|'.join(map(re.escape, sorted({*unmistakable_surnames(), *unmistakable_first_names()})))})\b"
STUDENT_DATA = re.compile(f"{SSID}|{BIRTH_DATE}|{NAMES}")


def finds(folder: Path) -> Iterator[str]:
    """`file:line: what was found`, over all files under the folder. The line itself stays unsaid."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if match := STUDENT_DATA.search(line):
                yield f"{path.relative_to(folder)}:{number}: {match.group()}"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # pytest-xdist's workers inherit it
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-logs-")
    handler = logging.FileHandler(Path(os.environ[FOLDER], f"pytest-{os.getpid()}.log"))
    handler.setFormatter(JsonFormatter())
    handler.setLevel(logging.INFO)  # as in production, whatever a test sets
    logging.getLogger().addHandler(handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    folder = Path(os.environ[FOLDER])
    session.config.stash[FOUND] = found = list(finds(folder))
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    else:
        shutil.rmtree(folder)


FOUND = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if found := config.stash.get(FOUND, []):
        terminalreporter.section("STUDENT DATA IN LOGS", red=True)
        for line in found[:20]:
            terminalreporter.line(line)
        terminalreporter.line(f"{len(found)} lines; the logs stay in {os.environ[FOLDER]}")


@pytest.fixture
def log_folder(request: pytest.FixtureRequest) -> Path:
    """Where this test's own servers and processes write their logs, to be searched with all others."""
    name = re.sub(r"\W+", "-", request.node.nodeid)[-100:]
    folder = Path(os.environ[FOLDER], f"{name}-{os.getpid()}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
