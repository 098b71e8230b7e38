"""The extracts app: registers its kind of job and its page."""

from django.apps import AppConfig


class ExtractsConfig(AppConfig):
    name = "extracts"

    def ready(self) -> None:
        from accounts.navigation import Entry, Section  # noqa: PLC0415  # models are ready only now
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from extracts import requesting  # noqa: PLC0415  # the same
        from extracts.access import anything_open  # noqa: PLC0415  # the same
        from extracts.definitions import covering_roles  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same

        register(JobKind(name=requesting.KIND, run="extracts.requesting.run", covering_roles=covering_roles))
        register_page(
            Entry(
                Section.ONLINE_MAINTENANCE,
                "Direct Certification",
                "extracts:DirectCertificationExtract",
                visible=lambda user, organization, held: "direct_certification" in held,
                order=4,
            )
        )
        register_page(
            Entry(
                Section.EXTRACTS,
                "Extracts",
                "extracts:home",
                visible=lambda user, organization, held: anything_open(organization=organization, held=held),
            )
        )
