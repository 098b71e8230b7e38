"""Why a run would make no sense: asked before it is accepted, and again before it is built (spec rop, 1 and 6)."""

from __future__ import annotations

from ods.models import Organization
from rop_export.criteria import DISTRICT, Criteria
from rop_export.models import Calendar, CalendarDay, SchoolOptions

_NAMED = 3

NO_DISTRICT_CALENDAR = (
    "There is no District Calendar with a start and an end date, so the extract cannot be run from the district. Add "
    "school 0 to calendars.csv and send the ROP data again, or run it from a school."
)


def district_calendar_missing(lea: Organization) -> bool:
    return not Calendar.objects.filter(lea=lea, school=DISTRICT).exists()


def why_not(*, lea: Organization, criteria: Criteria) -> list[str]:
    """What keeps the run from making sense, in words; empty if nothing does."""
    found: list[str] = []
    options = criteria.options
    if not SchoolOptions.objects.filter(lea=lea, school=DISTRICT).exists():
        return ["No ROP data of this LEA were loaded yet. Send them in on the page ROP Data."]
    if criteria.place == DISTRICT and district_calendar_missing(lea):
        found.append(NO_DISTRICT_CALENDAR)
    known = set(SchoolOptions.objects.filter(lea=lea, school__in=options.schools).values_list("school", flat=True))
    if gone := [school for school in options.schools if school not in known]:
        found.append(f"{_named(gone)} not in the ROP data any more. Choose the schools again.")
    if options.minutes and options.start and options.end:
        days = CalendarDay.objects.filter(lea=lea, school__in=known)
        with_calendar = set(days.order_by().values_list("school", flat=True).distinct())
        if without := sorted(known - with_calendar):
            found.append(
                f"{_named(without)} without a school calendar, so minutes cannot be worked out there. Add the school "
                "days to calendar_days.csv, or untick it."
            )
        elif not days.filter(day__gte=options.start, day__lte=options.end).exists():
            found.append(
                f"No school day of the schools ticked lies between {options.start:%m/%d/%Y} and "
                f"{options.end:%m/%d/%Y}. Choose a range within the school year."
            )
    return found


def _named(schools: list[str]) -> str:
    """`School 1930924 is`, `Schools 1930924, 1930932 and 5 others are`."""
    if len(schools) == 1:
        return f"School {schools[0]} is"
    if len(schools) <= _NAMED:
        return f"Schools {', '.join(schools[:-1])} and {schools[-1]} are"
    return f"Schools {', '.join(schools[:_NAMED])} and {len(schools) - _NAMED} others are"
