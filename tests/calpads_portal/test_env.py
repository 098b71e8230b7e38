"""A wrong environment stops the start and says which variable it is."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from calpads_portal import env

VARIABLE = "PORTAL_TEST_VARIABLE"


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("", False)])
def test_booleans_are_read_in_every_usual_way(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv(VARIABLE, value)
    assert env.boolean(VARIABLE, default=not expected) is expected


def test_the_default_stands_when_nothing_is_set() -> None:
    assert (env.boolean(VARIABLE, default=True), env.integer(VARIABLE, 7), env.text(VARIABLE, "x")) == (True, 7, "x")
    assert (env.items(VARIABLE, "a, b,"), env.secret(VARIABLE)) == (["a", "b"], "")


def test_a_boolean_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "perhaps")
    with pytest.raises(ImproperlyConfigured, match=f"{VARIABLE} must be 1 or 0, not 'perhaps'"):
        env.boolean(VARIABLE, default=True)


@pytest.mark.parametrize("value", ["ten", "", "1.5", "0"])
def test_a_number_that_is_none_or_too_small_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ImproperlyConfigured, match=f"{VARIABLE} must be a whole number of at least 1"):
        env.integer(VARIABLE, 5, least=1)


def test_a_secret_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame\n")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "secret"))
    assert env.secret(VARIABLE) == "sesame"


def test_a_secret_file_that_is_missing_or_empty_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=f"{VARIABLE}_FILE cannot be read"):
        env.secret(VARIABLE)
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(ImproperlyConfigured, match=f"{VARIABLE}_FILE names an empty file"):
        env.secret(VARIABLE)


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "sesame")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="not both"):
        env.secret(VARIABLE)


def test_a_kept_secret_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret_key"
    first = env.kept_secret(file)
    assert (env.kept_secret(file), len(first) >= 64) == (first, True)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]
