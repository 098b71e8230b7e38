"""The operational data store as a Django app."""

from django.apps import AppConfig
from django.core import checks


class OdsConfig(AppConfig):
    name = "ods"
    verbose_name = "Operational data store"

    def ready(self) -> None:
        from ods.checks import check_database, check_layouts, check_matching_keys  # noqa: PLC0415  # models are ready only now
        from ods.identities import follow_posting  # noqa: PLC0415  # the same
        from ods.matching_lines import follow_posting as follow_with_lines  # noqa: PLC0415  # the same
        from ods.posting import hooks  # noqa: PLC0415  # the same

        checks.register(check_layouts, checks.Tags.models)
        checks.register(check_database, checks.Tags.models)
        checks.register(check_matching_keys, checks.Tags.database)
        hooks.register(follow_posting, "SENR", "SINF")
        hooks.register(follow_with_lines, "SENR")
