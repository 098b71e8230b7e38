"""The home page: what the portal's parts have to say, put together where all of them may be known."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import ImportantMessage
from accounts.organizations import current_organization, current_reach
from extracts.access import anything_open as may_extract
from extracts.lookups import TRACKED
from extracts.queries import any_active, rows_of, submitted_jobs
from ods.calendar import pacific_today
from siras_export.access import open_to as siras_open_to
from siras_export.watch import home_words
from submissions.access import anything_open as may_submit_anything
from submissions.queries import Row, submissions_for

NEWEST_FILES = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """`/`: what is under way in the current organisation, extracts and files sent in, and the messages of the day."""
    organization = current_organization(request)
    context: dict[str, object] = {"organization": organization, "important": _messages_of_the_day()}
    if organization is not None:
        held = current_reach(request)
        rows = rows_of(submitted_jobs(organization=organization, held=held)[:TRACKED])
        may_submit = may_submit_anything(held=held, organization=organization)
        files = [Row(each) for each in submissions_for(request.user, organization)[:NEWEST_FILES]] if may_submit else []
        context |= {
            "files": files,
            "files_moving": any(each.active for each in files),
            "may_submit": may_submit,
            "rows": rows,
            "moving": any_active(rows),
            "siras_alarms": home_words(organization, timezone.now()) if siras_open_to(organization, held) else [],
            "may_extract": may_extract(held=held, organization=organization),
        }
    return render(request, "home/home.html", context)


def _messages_of_the_day() -> QuerySet[ImportantMessage]:
    today = pacific_today()
    return ImportantMessage.objects.filter(
        Q(shown_until__isnull=True) | Q(shown_until__gte=today), shown_from__lte=today
    )
