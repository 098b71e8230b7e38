"""The SSID Matching Tool: registers its kind of job, its page and its check."""

from django.apps import AppConfig


class SsidMatchingConfig(AppConfig):
    name = "ssid_matching"
    verbose_name = "SSID Matching Tool"

    def ready(self) -> None:
        from django.core.checks import register as register_check  # noqa: PLC0415  # models are ready only now

        from accounts.navigation import Entry, Section  # noqa: PLC0415  # the same
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same
        from ssid_matching import access, receiving  # noqa: PLC0415  # the same
        from ssid_matching.checks import check_profile  # noqa: PLC0415  # the same

        register(JobKind(name=receiving.KIND, run="ssid_matching.running.run", covering_roles=access.covering_roles))
        register_page(
            Entry(
                Section.ONLINE_MAINTENANCE,
                "SSID Matching Tool",
                "ssid_matching:tool",
                visible=lambda user, organization, held: access.open_to(organization, held),
                order=2,
            )
        )
        register_check(check_profile)
