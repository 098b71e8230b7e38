"""Background file jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from jobs import worker  # noqa: F401, PLC0415 - connects what a worker does when it starts
