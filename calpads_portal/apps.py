"""The composition root as a Django app: its checks and commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "calpads_portal"

    def ready(self) -> None:
        from accounts.navigation import Entry, Section, register  # noqa: PLC0415 - models are ready only now
        from calpads_portal import checks  # noqa: F401, PLC0415 - registers them

        # ods lies below accounts and cannot fill the menu itself.
        register(Entry(Section.HOME, "Home", "home", visible=lambda user, organization, held: True))
        register(
            Entry(Section.PAGES, "Record Layouts", "ods:record_layouts", visible=lambda user, organization, held: True)
        )
