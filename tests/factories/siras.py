"""Students of the ODS as the SIRAS file wants them, and what SIRAS knows."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from ods.models import (
    DisabilityStatus,
    EnglishLanguageAcquisition,
    Organization,
    Posting,
    SpecialEducationMeeting,
    SpecialEducationPlan,
    StudentEnrollment,
    StudentInformation,
    StudentProgram,
)
from siras_export.models import SirasEntity, SirasStudent

HIGH = "1930924"
ELEMENTARY = "6015234"
NIGHT = date(2026, 10, 6)
BORN = date(2012, 3, 4)
_START = date(2026, 8, 17)
_numbers = count(1)


def _common(lea: Organization, ssid: str) -> dict[str, Any]:
    posting, _ = Posting.objects.get_or_create(
        record_type="SENR", posted_on=date(2026, 9, 1), posted_by="t", file_name="f"
    )
    return {
        "reporting_lea": lea.code,
        "academic_year_id": "2026-2027",
        "ssid": ssid,
        "current_ssid": ssid,
        "upload_date": date(2026, 9, 1),
        "last_updated": date(2026, 9, 1),
        "posting": posting,
        "posting_line": next(_numbers),
    }


_PERSON = {
    "legal_last_name": "Lopez",
    "legal_first_name": "Ana",
    "birth_date": BORN,
    "gender_code": "F",
}


def enroll(lea: Organization, ssid: str, *, local_id: str = "", **values: Any) -> None:
    """An open primary enrollment (SENR), by default in grade 08 at the high school."""
    given = {
        "local_student_id": local_id or f"L{ssid[-4:]}",
        "school_of_attendance": HIGH,
        "enrollment_start_date": _START,
        "enrollment_status_code": "10",
        "grade_level_code": "08",
        **_PERSON,
        **values,
    }
    StudentEnrollment.objects.create(**_common(lea, ssid), **given)


def inform(lea: Organization, ssid: str, **values: Any) -> None:
    given = {"school_of_attendance": HIGH, "effective_start_date": _START, **_PERSON, **values}
    StudentInformation.objects.create(**_common(lea, ssid), **given)


def sped(lea: Organization, ssid: str, status: str = "1", since: date = _START) -> None:
    DisabilityStatus.objects.create(
        **_common(lea, ssid),
        reporting_selpa="1901",
        special_education_status_effective_start_date=since,
        special_education_status_code=status,
    )


def pending(lea: Organization, ssid: str, *, held: date | None = None) -> None:
    SpecialEducationMeeting.objects.create(
        **_common(lea, ssid), reporting_selpa="1901", pending_as_of_date=_START, special_education_meeting_date=held
    )


def plan(lea: Organization, ssid: str, residence: str, since: date = _START) -> None:
    SpecialEducationPlan.objects.create(
        **_common(lea, ssid),
        reporting_selpa="1901",
        special_education_plan_effective_start_date=since,
        primary_residence_code=residence,
    )


def program(lea: Organization, ssid: str, code: str = "101", **values: Any) -> None:
    given = {
        "school_of_attendance": HIGH,
        "education_program_code": code,
        "education_program_membership_start_date": _START,
        **_PERSON,
        **values,
    }
    StudentProgram.objects.create(**_common(lea, ssid), **given)


def language(lea: Organization, ssid: str, status: str, since: date | None, code: str = "") -> None:
    EnglishLanguageAcquisition.objects.create(
        **_common(lea, ssid),
        **_PERSON,
        english_language_acquisition_status_code=status,
        english_language_acquisition_status_start_date=since,
        primary_language_code=code,
    )


def student(lea: Organization, ssid: str, **values: Any) -> None:
    """Enrolled and in Special Ed."""
    enroll(lea, ssid, **values)
    sped(lea, ssid)


def entity(lea: Organization, code: str, name: str = "", *, site: str = "", default: bool = False) -> SirasEntity:
    return SirasEntity.objects.create(
        lea=lea, code=code, site_code=site, name=name or f"School {code}", default=default
    )


def known(
    lea: Organization, ssid: str, *, at: SirasEntity | None = None, inactive: str = "", **values: str
) -> SirasStudent:
    """A student SIRAS has: Ana Lopez, born 2012-03-04, in grade 07."""
    present = {"ssid": ssid, "last_name": "Lopez", "first_name": "Ana", "birthdate": "20120304", "grade": "07"}
    return SirasStudent.objects.create(lea=lea, ssid=ssid, entity=at, inactive=inactive, values={**present, **values})
