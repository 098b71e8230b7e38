"""The ROP extract as a Django app: registers its kinds of job, its page and its check."""

from django.apps import AppConfig
from django.conf import settings


class RopExportConfig(AppConfig):
    name = "rop_export"

    def ready(self) -> None:
        from django.core.checks import register as register_check  # noqa: PLC0415  # models are ready only now

        from accounts.navigation import Entry, Section  # noqa: PLC0415  # the same
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same
        from rop_export import access, importing, requesting  # noqa: PLC0415  # the same
        from rop_export.checks import check_layouts  # noqa: PLC0415  # the same

        register(
            JobKind(
                name=requesting.KIND,
                run="rop_export.requesting.run",
                covering_roles=access.covering_roles,
                file_days=lambda: int(settings.ROP_FILE_DAYS),
            )
        )
        register(JobKind(name=importing.KIND, run="rop_export.importing.run", covering_roles=access.covering_roles))
        register_page(
            Entry(
                Section.PAGES,
                "ROP Extract",
                "rop_export:configure",
                visible=lambda user, organization, held: access.open_to(organization, held),
            )
        )
        register_check(check_layouts)
