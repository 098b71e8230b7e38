"""Settings that must be right before the portal starts, and before it is deployed."""

from __future__ import annotations

import pytest

from rosters.checks import check_addresses, check_name_mode

HERE = "http://127.0.0.1:8790"


@pytest.mark.parametrize(("mode", "found"), [("standard", []), ("literal", []), ("short", ["rosters.E001"])])
def test_a_way_of_naming_that_is_none_stops_the_start(settings, mode, found):
    settings.ROSTERS_NAME_MODE = mode
    assert [one.id for one in check_name_mode(None)] == found


@pytest.mark.parametrize(
    ("emulated", "url", "token_url", "token_url_set", "found"),
    [
        (True, HERE, f"{HERE}/auth/oauth2/access_token", False, ["rosters.W001"]),
        (False, HERE, f"{HERE}/token", True, []),
        (False, "https://cers.example.org/api", "https://cers.example.org/api/auth", False, ["rosters.W002"]),
        (False, "https://cers.example.org/api", "https://login.example.org/token", True, []),
        (False, "http://cers.example.org/api", "https://login.example.org/token", True, ["rosters.E002"]),
        (False, "https://cers.example.org/api", "http://127.0.0.1.example.org/", True, ["rosters.E002"]),
    ],
)
def test_a_deployment_says_where_groups_and_credentials_go_and_over_tls(
    settings, emulated, url, token_url, token_url_set, found
):
    settings.CERS_EMULATED, settings.CERS_URL = emulated, url
    settings.CERS_TOKEN_URL, settings.CERS_TOKEN_URL_SET = token_url, token_url_set
    assert [one.id for one in check_addresses(None)] == found
