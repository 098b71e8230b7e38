"""Where somebody with the role works: his LEA, the schools he may see, the school year chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization, current_reach
from jobs.requesting import Authority
from ods.calendar import academic_year_of, pacific_today
from ods.models import CourseSectionEnrollment, Organization
from rosters import access
from wire.query import query_of, whole_number


@dataclass(frozen=True)
class Desk:
    """What a page of rosters knows of its visitor. `whole`: he holds the role for the LEA itself."""

    user: User
    lea: Organization
    schools: list[Organization]
    whole: bool
    year: int
    today: date

    @property
    def codes(self) -> list[str]:
        return [school.code for school in self.schools]

    @property
    def years(self) -> list[int]:
        """The school years that can be chosen: the current one, the next, and those with posted sections."""
        own = academic_year_of(self.today).begins_in + 1
        posted = CourseSectionEnrollment.objects.filter(reporting_lea=self.lea.code).order_by()
        found = {int(text[5:]) for text in posted.values_list("academic_year_id", flat=True).distinct() if text}
        return sorted({own, own + 1, self.year, *found}, reverse=True)

    def usual_school(self) -> str:
        """The school a page begins with: the first with posted sections, else the first.

        Raises:
            Http404: he may see none.
        """
        if not self.schools:
            raise Http404
        posted = set(
            CourseSectionEnrollment.objects.filter(
                reporting_lea=self.lea.code, academic_year_id=f"{self.year - 1}-{self.year}"
            )
            .order_by()
            .values_list("school_of_course_delivery", flat=True)
            .distinct()
        )
        return next((code for code in self.codes if code in posted), self.codes[0])

    def school(self, code: str) -> Organization:
        """A school of his by its code.

        Raises:
            Http404: none of that code among his.
        """
        found = next((school for school in self.schools if school.code == code), None)
        if found is None:
            raise Http404
        return found

    def authority(self, codes: tuple[str, ...]) -> Authority:
        """What a request for these schools is made with: the LEA, where it is for all of them and he holds it whole."""
        if self.whole and set(codes) == set(self.codes):
            return Authority(role=access.ROLE)
        return Authority(role=access.ROLE, whole=False, schools=codes)


def desk_of(request: HttpRequest, *, whole: bool = False) -> Desk | HttpResponse:
    """The caller's desk, or the page that says what is missing. `whole`: the page is about the LEA itself.

    Raises:
        Http404: no such school year.
    """
    organization, held = current_organization(request), current_reach(request)
    allowed = access.open_to(organization, held) and (access.whole(held) or not whole)
    if organization is None or not allowed or not isinstance(request.user, User):
        if request.method == "POST":
            audit.record(
                action=AuditAction.ACCESS_REFUSED,
                organization=organization,
                subject="page:Rosters",
                details={"reason": "no role opens this page here"},
                request=request,
            )
        return render(request, "rosters/no_role.html", {"organization": organization, "whole": whole}, status=403)
    today = pacific_today()
    return Desk(
        user=request.user,
        lea=organization,
        schools=access.schools(organization, held),
        whole=access.whole(held),
        year=_year(request, today),
        today=today,
    )


def _year(request: HttpRequest, today: date) -> int:
    asked = request.POST.get("year") or query_of(request).get("year")
    if not asked:
        return academic_year_of(today).begins_in + 1
    year = whole_number(asked)
    if not 2000 <= year <= 2100:
        raise Http404
    return year
