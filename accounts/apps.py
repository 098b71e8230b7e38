"""accounts, when Django starts."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models can be imported only now; `sessions` connects the receiver that notes when a session began.
        from accounts import sessions  # noqa: F401, PLC0415  # see above
        from accounts.administrators import keep_group  # noqa: PLC0415  # see above
        from accounts.navigation import Entry, Section, register  # noqa: PLC0415  # see above

        post_migrate.connect(keep_group, dispatch_uid="accounts.administrators")
        register(Entry(Section.ADMIN, "Admin", "admin:index", visible=lambda user, organization, held: user.is_staff))
