"""What the environment makes of the settings, asked of fresh processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.calpads_portal.conftest import REPOSITORY

PRODUCTION = {
    "DATABASE_URL": "postgresql://portal@127.0.0.1:9/portal",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "SECRET_KEY": "a-key-for-this-test-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
    "HTTPS": "1",
    "CERS_URL": "https://cers.example.org/api",
    "CERS_TOKEN_URL": "https://login.example.org/token",
}


def run(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(tmp_path: Path, *names: str, **environment: str) -> dict[str, object]:
    program = (
        "import json, sys; from calpads_portal import settings;"
        " print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))"
    )
    answer: dict[str, object] = json.loads(run(tmp_path, "-c", program, *names, **environment).stdout)
    return answer


def test_with_nothing_set_everything_lies_in_var_dir(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "DATABASES", "FILES_DIR", "REDIS_URL", "DEBUG", "EMULATOR_BANNER")
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "var" / "portal.sqlite3")  # type: ignore[index]
    assert (found["FILES_DIR"], found["REDIS_URL"]) == (str(tmp_path / "var" / "files"), "")
    assert (found["DEBUG"], found["EMULATOR_BANNER"]) == (False, True)


def test_two_variables_make_a_production_portal(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path, "DATABASES", "REDIS_URL", DATABASE_URL=PRODUCTION["DATABASE_URL"], REDIS_URL=PRODUCTION["REDIS_URL"]
    )
    database = found["DATABASES"]["default"]  # type: ignore[index]
    assert (database["ENGINE"], database["PORT"], database["NAME"]) == ("django.db.backends.postgresql", 9, "portal")
    assert found["REDIS_URL"] == PRODUCTION["REDIS_URL"]


def test_the_databases_password_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("sesame\n")
    found = settings_of(
        tmp_path,
        "DATABASES",
        DATABASE_URL=PRODUCTION["DATABASE_URL"],
        DATABASE_PASSWORD_FILE=str(tmp_path / "password"),
    )
    assert found["DATABASES"]["default"]["PASSWORD"] == "sesame"  # type: ignore[index]


@pytest.mark.parametrize("https", [True, False])
def test_https_makes_cookies_secure_and_sends_browsers_there(tmp_path: Path, https: bool) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    found = settings_of(
        tmp_path, *names, "SESSION_COOKIE_NAME", "SECURE_HSTS_SECONDS", **({"HTTPS": "1"} if https else {})
    )
    assert [found[name] for name in names] == [https] * 3
    assert found["SESSION_COOKIE_NAME"] == ("__Host-sessionid" if https else "sessionid")
    assert found["SECURE_HSTS_SECONDS"] == (31_536_000 if https else 0)


def test_cookies_passwords_and_uploads_are_kept_close(tmp_path: Path) -> None:
    assert settings_of(
        tmp_path,
        *("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE"),
        *("PASSWORD_HASHERS", "FILE_UPLOAD_PERMISSIONS", "ANONYMOUS_USER_NAME"),
        *("SESSION_IDLE_SECONDS", "SESSION_ABSOLUTE_SECONDS"),
    ) == {
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "FILE_UPLOAD_PERMISSIONS": 0o600,
        "ANONYMOUS_USER_NAME": None,
        "SESSION_IDLE_SECONDS": 30 * 60,
        "SESSION_ABSOLUTE_SECONDS": 12 * 60 * 60,
    }


def test_the_deployment_check_finds_nothing_in_a_production_portal(tmp_path: Path) -> None:
    checked = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ("SECRET_KEY", "portal.W001"),
        ("HTTPS", "security.W008"),
        ("CERS_URL", "rosters.W001"),
        ("CERS_TOKEN_URL", "rosters.W002"),
    ],
)
def test_the_deployment_check_misses_what_is_missing(tmp_path: Path, missing: str, found: str) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    checked = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **environment)
    assert checked.returncode == 1
    assert found in checked.stderr


def test_a_variable_that_makes_no_sense_stops_the_start(tmp_path: Path) -> None:
    checked = run(tmp_path, "manage.py", "check", HTTPS="maybe")
    assert checked.returncode == 1
    assert checked.stderr.splitlines()[-1].endswith("HTTPS must be 1 or 0, not 'maybe'.")
