"""LEAs, schools and SELPAs."""

from datetime import date

from ods.models import Organization, SelpaMembership


def make_lea(code: str = "1964733", name: str | None = None) -> Organization:
    return Organization.objects.create(kind=Organization.Kind.LEA, code=code, name=name or f"District {code}")


def make_school(lea: Organization, code: str = "1930924", name: str | None = None) -> Organization:
    return Organization.objects.create(
        kind=Organization.Kind.SCHOOL, code=code, name=name or f"School {code}", parent=lea
    )


def make_selpa(
    code: str = "1901",
    name: str | None = None,
    *,
    members: tuple[Organization, ...] = (),
    since: date = date(2020, 7, 1),
    until: date | None = None,
) -> Organization:
    """A SELPA whose members all have the same dates; further memberships: `make_membership`."""
    selpa = Organization.objects.create(kind=Organization.Kind.SELPA, code=code, name=name or f"SELPA {code}")
    for lea in members:
        make_membership(selpa, lea, since=since, until=until)
    return selpa


def make_membership(
    selpa: Organization, lea: Organization, *, since: date = date(2020, 7, 1), until: date | None = None
) -> SelpaMembership:
    return SelpaMembership.objects.create(selpa=selpa, lea=lea, since=since, until=until)
