"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`emulator_banner`: whether the page says that this is an emulator with synthetic data."""
    return {"emulator_banner": settings.EMULATOR_BANNER}
