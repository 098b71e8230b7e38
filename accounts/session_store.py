"""Sessions in the database, as Django's; each also knows when its row expires (`accounts.sessions`)."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session


class SessionStore(DatabaseStore):
    """`expires_at`: when the row ends that was loaded, None if there is none. Asking for it apart took a query more."""

    expires_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # the stubs do not know it
        self.expires_at = found.expire_date if found else None
        return found
