"""The composition root as a Django app: its checks and commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "calpads_portal"

    def ready(self) -> None:
        from calpads_portal import checks  # noqa: F401, PLC0415 - registers them
