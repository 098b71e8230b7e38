"""The Keep/Skip in force: statements of one user in one LEA, until he resets them (spec rop, sections 1 and 8a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from accounts.models import User
from extracts.snapshot import snapshot
from ods.models import Organization
from rop_export.criteria import Statement, lets_through
from rop_export.models import KeepSkip, SectionEnrollment
from rop_export.people import batches, people_of

STUDENTS_A_BATCH = 8000


def statements_of(*, user: User, lea: Organization) -> list[Statement]:
    """The statements in force, in their order."""
    kept = KeepSkip.objects.filter(user=user, lea=lea).order_by("pk")
    return [Statement.from_json(found) for found in kept.values_list("statement", flat=True)]


def add_statement(*, user: User, lea: Organization, statement: Statement) -> None:
    KeepSkip.objects.create(user=user, lea=lea, statement=statement.to_json())


def reset(*, user: User, lea: Organization) -> None:
    """No statement is in force any more."""
    KeepSkip.objects.filter(user=user, lea=lea).delete()


def left_out(*, lea: Organization, schools: Collection[str], statements: Sequence[Statement], on: date) -> int:
    """How many of the students with a section enrolment at these schools the statements leave out."""
    if not statements:
        return 0
    found: set[str] = set()
    with snapshot() as rows:
        seats = SectionEnrollment.objects.filter(lea=lea, school__in=list(schools)).distinct()
        sizes = Counter(school for school, _ in rows(seats, "school", "local_student_id"))
        for codes in batches(sorted(sizes.items()), most=STUDENTS_A_BATCH):
            people = people_of(rows, lea=lea, schools=codes, on=on, with_programs=True, with_details=False)
            found.update(
                local_id
                for (school, local_id), person in people.items()
                if not lets_through(statements, person.pupil(local_id, school))
            )
    return len(found)
