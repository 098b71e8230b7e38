"""What must be right before the portal starts."""

from collections.abc import Sequence
from typing import Any, get_args

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from ssid_matching.parameters import Profile


def check_profile(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """SSID_MATCHING_PROFILE names a profile."""
    if settings.SSID_MATCHING_PROFILE in get_args(Profile):
        return []
    known = " or ".join(get_args(Profile))
    return [Error(f"SSID_MATCHING_PROFILE must be {known}.", id="ssid_matching.E001")]
