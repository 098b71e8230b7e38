"""Student groups for CERS as a Django app: registers its kinds of job and its page."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "rosters"

    def ready(self) -> None:
        from django.core.checks import Tags  # noqa: PLC0415  # models are ready only now
        from django.core.checks import register as register_check  # noqa: PLC0415  # the same

        from accounts.navigation import Entry, Section  # noqa: PLC0415  # the same
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same
        from rosters import access, importing, requesting  # noqa: PLC0415  # the same
        from rosters.checks import check_addresses, check_name_mode  # noqa: PLC0415  # the same

        register(JobKind(name=requesting.KIND, run="rosters.running.run", covering_roles=access.covering_roles))
        register(JobKind(name=importing.KIND, run="rosters.importing.run", covering_roles=access.covering_roles))
        register_page(
            Entry(
                Section.SPECIAL_FUNCTIONS,
                "Student Assessment Rosters",
                "rosters:choose",
                visible=lambda user, organization, held: access.open_to(organization, held),
            )
        )
        register_check(check_name_mode)
        register_check(check_addresses, Tags.security, deploy=True)
