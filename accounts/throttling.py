"""How often somebody may try a password: per account and address together, and per address.

Only tries at a password count: one that is refused here does not, so that a client that goes on posting is let in
again when its first tries have aged, and nobody can lock out another account or another address
(docs/decisions/0011-throttling.md). The counts stand in the database, where all processes see them.
"""

import ipaddress
import unicodedata
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import SignInAttempt

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT_AND_ADDRESS = 10
MOST_PER_ADDRESS = 100


class Throttled(Exception):
    """No further try now. `until`: when the next one is allowed; `whole_address`: whatever the account."""

    def __init__(self, *, until: datetime, whole_address: bool) -> None:
        super().__init__("too many tries at a password")
        self.until = until
        self.whole_address = whole_address


def begin_attempt(*, account: str, address: str) -> SignInAttempt:
    """Count a try before its password is looked at, so that tries made at the same time cannot slip through together.

    Raises:
        Throttled: too many tries within the last quarter of an hour; this one was not counted.
    """
    now = timezone.now()
    SignInAttempt.objects.filter(at__lte=now - WINDOW).delete()
    attempt = SignInAttempt.objects.create(account_key=_account_key(account), address=_network(address), at=now)
    earlier = SignInAttempt.objects.exclude(pk=attempt.pk).filter(address=attempt.address).order_by("-at")
    for attempts, most, whole_address in (
        (earlier.filter(account_key=attempt.account_key), MOST_PER_ACCOUNT_AND_ADDRESS, False),
        (earlier, MOST_PER_ADDRESS, True),
    ):
        # The try that must age before there is room for one more.
        if blocking := attempts.values_list("at", flat=True)[most - 1 : most].first():
            attempt.delete()
            raise Throttled(until=blocking + WINDOW, whole_address=whole_address)
    return attempt


def forget(attempt: SignInAttempt) -> None:
    """The password was right: the tries of this account from this address count no longer."""
    SignInAttempt.objects.filter(account_key=attempt.account_key, address=attempt.address).delete()


def _account_key(account: str) -> str:
    name = unicodedata.normalize("NFKC", account.strip()).casefold()
    return salted_hmac("accounts.throttling", name, algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """The address tries are counted under: of IPv6 the /64, all of which one subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
