"""Credentials in the database open with the portal's key and with nothing else."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.sealing import SealBroken, opened, sealed


@given(st.text(max_size=200))
def test_what_was_sealed_opens(text: str) -> None:
    assert opened(sealed(text)) == text


def test_the_sealed_text_does_not_hold_the_secret_and_differs_each_time() -> None:
    one, other = sealed("open sesame"), sealed("open sesame")
    assert "sesame" not in one
    assert one != other


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    token = sealed("open sesame")
    with override_settings(SECRET_KEY="quite another key"), pytest.raises(SealBroken, match="Enter them again"):
        opened(token)


def test_a_key_that_is_being_replaced_still_opens() -> None:
    with override_settings(SECRET_KEY="the old key"):
        token = sealed("open sesame")
    with override_settings(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=["the old key"]):
        assert opened(token) == "open sesame"


def test_a_changed_text_does_not_open() -> None:
    token = sealed("open sesame")
    with pytest.raises(SealBroken):
        opened(token[:-4] + ("AAA=" if not token.endswith("AAA=") else "BBB="))
