"""SIRAS as a Django app: registers its kinds of job and its page."""

from django.apps import AppConfig


class SirasExportConfig(AppConfig):
    name = "siras_export"

    def ready(self) -> None:
        from accounts.navigation import Entry, Section  # noqa: PLC0415  # models are ready only now
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same
        from siras_export import access, requesting  # noqa: PLC0415  # the same

        register(
            JobKind(name=requesting.BUILD, run="siras_export.running.run_build", covering_roles=access.covering_roles)
        )
        register(
            JobKind(name=requesting.SEND, run="siras_export.sending.run_send", covering_roles=access.covering_roles)
        )
        register_page(
            Entry(
                Section.PAGES,
                "SIRAS",
                "siras_export:overview",
                visible=lambda user, organization, held: access.open_to(organization, held),
            )
        )
