"""SIRAS for the demo: a profile of the first LEA, and an emulated SIRAS whose students differ here and there.

The emulated SIRAS is filled through the code that makes the district's file, so both speak of the same students; the
same ODS and day give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from accounts.sealing import sealed
from extracts.snapshot import snapshot
from ods.directory import schools_of
from ods.models import Organization, OrganizationKind
from siras_export.models import Profile, SirasEntity, SirasStudent
from siras_export.profiles import code_maps_of, new_profile
from siras_export.rows import PLAN_504, SPED, row_of
from siras_export.students import pupils

EMULATOR_PASSWORD = "siras-demo"  # noqa: S105  # of the emulated server, printed when it starts
EMULATOR_PORT = 7472
_EVERY = 7
"""One student in so many is missing, inactive, or has something else in SIRAS."""


def load_demo(*, as_of: date, code: str = "") -> bool:
    """A draft profile for the first LEA of the demo (or the one of the code), and its emulated SIRAS.

    False if it has one already.
    """
    leas = Organization.objects.filter(kind=OrganizationKind.LEA).order_by("code")
    lea = leas.filter(code=code).first() if code else leas.first()
    if lea is None or Profile.objects.filter(lea=lea).exists():
        return False
    profile = new_profile(lea)
    profile.host, profile.port = "127.0.0.1", EMULATOR_PORT
    profile.sealed_password = sealed(EMULATOR_PASSWORD)
    profile.student_filter = "combined"
    profile.siras_creates_504 = True
    profile.save()
    fill_siras(profile, as_of=as_of)
    return True


def fill_siras(profile: Profile, *, as_of: date) -> int:
    """Give the emulated SIRAS the district's schools and students; the number of students."""
    lea = profile.lea
    entities = {
        school.code: SirasEntity.objects.create(lea=lea, code=school.code, name=school.name)
        for school in schools_of(lea)
    }
    # Programs without a code of their own share the district's.
    SirasEntity.objects.create(lea=lea, code=lea.code, site_code="10", name="Adult Transition", default=True)
    SirasEntity.objects.create(lea=lea, code=lea.code, site_code="20", name="Preschool Assessment")
    with snapshot() as rows:
        everybody = [
            (pupil, row_of(pupil, code_maps_of(profile))[0])
            for pupil in pupils(rows, lea=lea, on=as_of, sst=frozenset())
            if pupil.enrollments and pupil.ssid and pupil.programs & {SPED, PLAN_504}
        ]
    students = _students(profile, ((values, entities.get(values["school"])) for _, values in everybody))
    return len(SirasStudent.objects.bulk_create(students, batch_size=500))


def _students(profile: Profile, rows: Iterable[tuple[dict[str, str], SirasEntity | None]]) -> list[SirasStudent]:
    found = []
    for number, (values, entity) in enumerate(rows):
        inactive = ""
        match number % _EVERY:
            case 1:
                values["grade"] = {"KN": "TK", "TK": "PS"}.get(values["grade"], _before(values["grade"]))
            case 3 if number % 2:
                continue  # SIRAS does not know this one
            case 4 if number % 2:
                inactive = "Exited: returned to general education"
            case 5 if number % 4 == 1:
                values["birthdate"] = f"{int(values['birthdate'][:4]) - 1}{values['birthdate'][4:]}"
        # An import never brings these; the school is an entity.
        kept = {key: value for key, value in values.items() if value and key not in ("school", "site_code")}
        found.append(
            SirasStudent(
                lea=profile.lea, ssid=values["ssid"], values=kept, entity=entity, inactive=inactive,
                last_import_at=timezone.now() if not inactive else None,
            )
        )  # fmt: skip
    return found


def _before(grade: str) -> str:
    return f"{int(grade) - 1:02d}" if grade.isdecimal() and int(grade) > 1 else grade
