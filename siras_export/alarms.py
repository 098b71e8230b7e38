"""Telling people that something did not arrive: once for each district and night, by e-mail and on the home page."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from ods.models import Organization
from siras_export.models import Alarm, Profile, Run

logger = logging.getLogger(__name__)

MAILED_WITHIN = timedelta(days=1)
"""For so long an e-mail that did not get out is tried again."""


def sound(run: Run, words: str) -> Alarm:
    """Raise the alarm of a run's business date, unless it sounds already."""
    return sound_for(run.profile, run.business_date, words)


def sound_for(profile: Profile, business_date: date, words: str) -> Alarm:
    alarm, _ = Alarm.objects.get_or_create(profile=profile, business_date=business_date, defaults={"words": words})
    return alarm


def open_alarms(lea: Organization) -> QuerySet[Alarm]:
    """Those nobody has seen, the newest first."""
    found = Alarm.objects.filter(profile__lea=lea, seen_at__isnull=True)
    return found.order_by("-business_date")


def mark_seen(*, alarm: Alarm, user: User) -> None:
    Alarm.objects.filter(pk=alarm.pk, seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=user.get_username())


def addresses(profile: Profile) -> list[str]:
    return profile.alarm_mails.split()


def mail_out() -> None:
    """Send the e-mails that are due. A mail server that is away keeps nothing else waiting."""
    since = timezone.now() - MAILED_WITHIN
    due = Alarm.objects.filter(mailed_at__isnull=True, seen_at__isnull=True, raised_at__gte=since)
    for alarm in due.exclude(profile__alarm_mails="").select_related("profile__lea"):
        # First noted, then sent: two schedules must not both send it.
        if not Alarm.objects.filter(pk=alarm.pk, mailed_at__isnull=True).update(mailed_at=timezone.now()):
            continue
        name = alarm.profile.lea.name
        try:
            send_mail(
                subject=f"SIRAS: nothing arrived from {name} on {alarm.business_date:%m/%d/%Y}",
                message=(
                    f"{name}, night of {alarm.business_date:%m/%d/%Y}:\n\n{alarm.words}\n\n"
                    "Open Pages, SIRAS in the portal to see the log and what to do."
                ),
                from_email=settings.DEFAULT_FROM_EMAIL,
                recipient_list=addresses(alarm.profile),
            )
        except OSError as error:  # SMTP's errors are OSErrors too
            logger.warning("siras: the e-mail of alarm %s did not get out (%s)", alarm.pk, type(error).__name__)
            Alarm.objects.filter(pk=alarm.pk).update(mailed_at=None)
