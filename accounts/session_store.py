"""Sessions in the database, as Django's; each also knows when its row expires (`accounts.sessions`)."""

from datetime import datetime
from functools import cache

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from ods.compiled import SOME_TEXT, SOME_TIME, Compiled


class SessionStore(DatabaseStore):
    """`expires_at`: when the row ends that was loaded, None if there is none. Asking for it apart took a query more."""

    expires_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        self.expires_at = None
        for data, expires_at in _session(connection.vendor).rows(self.session_key, timezone.now()):
            self.expires_at = expires_at
            return Session(str(self.session_key), data, expires_at)
        self._session_key = None
        return None


@cache
def _session(_vendor: str) -> Compiled:
    found = Session.objects.filter(session_key=SOME_TEXT, expire_date__gt=SOME_TIME)
    return Compiled(found.values_list("session_data", "expire_date"), SOME_TEXT, SOME_TIME)
