"""Two LEAs with students and staff, and the people who look at them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.factories.people import Cast, grant, make_cast, make_user
from tests.factories.records import file, line

ROLES = ("senr_edit", "sinf_edit", "sela_edit", "sped_edit", "psts_edit", "sdem_edit", "sass_edit", "crse_edit")
HERE, THERE, ELSEWHERE = "1930924", "6015234", "3730033"
ANA, BEN, CAL, DEE = "9900000001", "9900000002", "9900000003", "9900000004"
"""Ana is at the first school, Ben at the other; Cal is of the other LEA; Dee went from that LEA to this one."""
TEACHER, CLERK = "9800000001", "9800000002"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    def load(*lines: str) -> None:
        posted = tmp_path / "posted.txt"
        posted.write_bytes(file(*lines))
        call_command("load_ods", str(posted), posted_on=date(2025, 9, 2), verbosity=0)

    return load


@pytest.fixture
def cast() -> Cast:
    """The requester has every role of these tests at the LEA, and so has the school user at the first school."""
    cast = make_cast("student_search")
    for role in ROLES:
        grant(cast.requester, role, cast.lea)
        grant(cast.school_user, role, cast.school)
        grant(cast.stranger, role, cast.other_lea)
    return cast


@pytest.fixture
def records(cast: Cast, load: Callable[..., None]) -> None:
    other = {"reporting_lea": cast.other_lea.code, "school_of_attendance": ELSEWHERE}
    ben = {"ssid": BEN, "legal_first_name": "Ben", "legal_last_name": "Okafor", "birth_date": "20110101"}
    dee = {"ssid": DEE, "legal_first_name": "Dee", "legal_last_name": "Ruiz-Lee", "birth_date": "20100412"}
    load(
        line("SENR", ssid=ANA, local_student_id="A1", grade_level_code="09"),
        line("SENR", **ben, local_student_id="B2", school_of_attendance=THERE, enrollment_start_date="20240812",
             enrollment_exit_date="20250530", exit_reason_code="E155", academic_year_id="2024-2025"),
        line("SENR", **ben, local_student_id="B2", school_of_attendance=THERE, grade_level_code="10"),
        line("SENR", **dee, local_student_id="D4", grade_level_code="11"),
        line("SENR", ssid=CAL, legal_first_name="Cal", **other),
        line("SENR", **dee, **other, enrollment_start_date="20230811", enrollment_exit_date="20250530",
             exit_reason_code="T160"),
    )  # fmt: skip
    load(
        line("SINF", ssid=ANA, address_line_1="1 Nowhere Way", legal_last_name="Renamed"),
        line("SINF", **ben, school_of_attendance=THERE),
        line("SINF", **dee, **other),
    )
    load(
        line("SELA", ssid=ANA, english_language_acquisition_status_code="EL",
             english_language_acquisition_status_start_date="20200901"),
        line("SELA", ssid=ANA, english_language_acquisition_status_code="RFEP",
             english_language_acquisition_status_start_date="20250301"),
        line("SELA", **ben, school_of_attendance=THERE),
    )  # fmt: skip
    load(line("SWDS", ssid=ANA), line("SWDS", ssid=DEE, reporting_lea=cast.other_lea.code))
    load(
        line("PSTS", ssid=ANA, education_program_participation_type_code="30"),
        line("PSTS", ssid=ANA, education_program_participation_type_code="20", academic_year_id="2024-2025"),
    )
    load(
        line("SDEM", seid=TEACHER, legal_last_name="Stone"),
        line("SDEM", seid=CLERK, legal_last_name="Stonebridge"),
        line("SDEM", seid="9800000003", legal_last_name="Stone", reporting_lea=cast.other_lea.code),
    )
    load(
        line("SASS", seid=TEACHER, legal_last_name="Stone"),
        line("SASS", seid=CLERK, legal_last_name="Stonebridge", school_of_assignment=THERE),
    )


@pytest.fixture
def client_of(cast: Cast, records: None) -> Callable[[str | User], Client]:
    def client_of(person: str | User) -> Client:
        client = Client()
        client.force_login(cast.people[person] if isinstance(person, str) else person)
        return client

    return client_of


@pytest.fixture
def with_roles(cast: Cast, client_of: Callable[[str | User], Client]) -> Callable[..., Client]:
    """A client of a new user who holds exactly these roles at the LEA."""

    def with_roles(*roles: str) -> Client:
        user = make_user()
        for role in roles:
            grant(user, role, cast.lea)
        return client_of(user)

    return with_roles
