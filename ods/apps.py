"""The operational data store as a Django app."""

from django.apps import AppConfig


class OdsConfig(AppConfig):
    name = "ods"
    verbose_name = "Operational data store"

    def ready(self) -> None:
        from ods.identities import follow_posting  # noqa: PLC0415  # models are ready only now
        from ods.posting import hooks  # noqa: PLC0415  # the same

        hooks.register(follow_posting, "SENR", "SINF")
