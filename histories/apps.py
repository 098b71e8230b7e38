"""The histories app: student and staff records, person by person. Registers its pages."""

from django.apps import AppConfig


class HistoriesConfig(AppConfig):
    name = "histories"

    def ready(self) -> None:
        from accounts.navigation import Entry, Section, register  # noqa: PLC0415  # models are ready only now
        from histories.access import SEARCHES  # noqa: PLC0415  # the same
        from histories.combining import ROLE  # noqa: PLC0415  # the same
        from histories.staff_views import STAFF_ROLES  # noqa: PLC0415  # the same

        register(
            Entry(
                Section.ONLINE_MAINTENANCE,
                "Student Data",
                "histories:search_ssid",
                visible=lambda user, organization, held: SEARCHES in held,
                order=1,
            )
        )
        register(
            Entry(
                Section.ONLINE_MAINTENANCE,
                "Combine SSIDs",
                "histories:combine",
                visible=lambda user, organization, held: ROLE in held and held[ROLE].whole,
                order=2,
            )
        )
        register(
            Entry(
                Section.ONLINE_MAINTENANCE,
                "Staff Data",
                "histories:staff_search",
                visible=lambda user, organization, held: any(
                    role in held and (held[role].whole or role != "sdem_edit") for role in STAFF_ROLES
                ),
                order=3,
            )
        )
