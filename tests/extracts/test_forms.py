"""The forms: the wire's names and nothing else, and every refusal of section 4.1."""

from datetime import date

import pytest
from django.http import QueryDict

from extracts import submission_jobs
from extracts.access import access_to
from extracts.criteria import Criteria
from extracts.definitions import DEFINITIONS
from extracts.forms import RequestForm
from tests.factories.people import grant, make_cast

pytestmark = pytest.mark.django_db

COMMON = ["RecordType", "ReportingLEA"]
NAMES = {
    ("SENR", "active"): ["ActiveStudent", "School"],
    ("SENR", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School"],
    ("SINF", "active"): ["ActiveStudent", "School", "EffectiveDate"],
    ("SINF", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School", "EffectiveDate"],
    ("SELA", "active"): ["ActiveStudent", "School"],
    ("SELA", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School"],
    ("SPRG", "academic_year"): ["AcademicYear", "ActiveStudent", "School", "EducationProgramCode"],
    ("SPRG", "date_range"): [
        "EnrollmentStartDate",
        "EnrollmentEndDate",
        "ActiveStudent",
        "School",
        "EducationProgramCode",
    ],
    ("SDEM", "default"): ["ActiveStaff", "EmploymentStartDate", "EmploymentEndDate", "EffectiveDate"],
    ("PSTS", "academic_year"): ["AcademicYear", "School", "EducationProgramParticipation"],
    ("PSTS", "date_range"): [
        "EnrollmentStartDate",
        "EnrollmentEndDate",
        "School",
        "EducationProgramParticipation",
    ],
    ("CENR", "academic_year"): ["AcademicYear", "School", "GradeLevel"],
    ("CENR", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School", "GradeLevel"],
    ("CENR", "as_of"): ["EffectiveDate", "School", "GradeLevel"],
    ("DC", "active"): ["ActiveStudent", "School"],
    ("DC", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School"],
    ("SSID", "active"): ["School", "GradeLevel", *(["Submitter", "JobID"] if submission_jobs.are_known() else [])],
    ("SSID", "date_range"): ["EnrollmentStartDate", "EnrollmentEndDate", "School", "GradeLevel"],
    ("REPL", "default"): ["School", "StartDate", "EndDate"],
    **{(code, "active"): ["ActiveStudent", "School", "RecordHistory"] for code in ("SWDS", "MEET", "PLAN", "SERV")},
    **{
        (code, "date_range"): ["StartDate", "EndDate", "School", "RecordHistory"]
        for code in ("SWDS", "MEET", "PLAN", "SERV")
    },
    **{
        (code, "default"): ["AcademicYear", "School"]
        for code in ["SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS", "SINC", "SIRS", "SOFF", "SDIS", "SWAV"]
    },
}


@pytest.fixture
def cast():
    cast = make_cast()
    wide = {unlock.role for found in DEFINITIONS.values() for unlock in found.unlocks if not unlock.limit}
    for role in wide - {"senr_edit", "selpa_reports"}:
        grant(cast.requester, role, cast.lea)
    return cast


@pytest.fixture
def ask(cast):
    """A form of one type and way with these wire fields; RecordType, ReportingLEA and School are filled."""

    def ask(code: str, way: str, /, **fields: str | list[str]) -> RequestForm:
        definition = DEFINITIONS[code]
        data = QueryDict(mutable=True)
        data["RecordType"], data["ReportingLEA"] = code, cast.lea.code
        if definition.asks_schools:
            data["School"] = cast.school.code
        for name, value in fields.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        access = access_to(user=cast.requester, organization=cast.lea, definition=definition)
        return RequestForm(data, access=access, way=definition.way(way))

    return ask


def test_every_way_of_every_type_is_listed_here():
    assert set(NAMES) == {(code, way.key) for code, definition in DEFINITIONS.items() for way in definition.ways}


@pytest.mark.parametrize(("code", "way"), NAMES)
def test_the_page_shows_the_names_of_the_wire_and_no_other(ask, code, way):
    shown = [field.html_name for field in ask(code, way).shown]
    assert shown == [*COMMON, *NAMES[code, way], "ExtractFileName"]


def refused(form: RequestForm) -> dict[str, str]:
    assert not form.is_valid()
    return {form.add_prefix(name) if name != "__all__" else "": errors[0] for name, errors in form.errors.items()}


def asked(form: RequestForm) -> Criteria:
    assert form.is_valid(), form.errors
    return form.criteria()


RANGE = {"EnrollmentStartDate": "07/01/2024", "EnrollmentEndDate": "06/30/2025"}


def test_active_students(ask, cast):
    assert asked(ask("SENR", "active", ActiveStudent=["true", "false"])) == Criteria(
        record_type="SENR", way="active", reporting_lea=cast.lea.code, schools=(cast.school.code,), active=True
    )


def test_active_form_without_the_tick_is_refused(ask):
    assert refused(ask("SENR", "active", ActiveStudent="false")) == {"ActiveStudent": "Tick Active students."}


@pytest.mark.parametrize("dates", [RANGE, {"EnrollmentStartDate": "2024-07-01", "EnrollmentEndDate": "2025-06-30"}])
def test_a_range_in_either_way_of_writing_dates(ask, dates):
    criteria = asked(ask("SENR", "date_range", **dates))
    assert (criteria.start, criteria.end, criteria.active) == (date(2024, 7, 1), date(2025, 6, 30), False)


@pytest.mark.parametrize("code", ["SENR", "SINF", "SELA", "PSTS", "SWDS", "MEET", "PLAN", "SERV"])
@pytest.mark.parametrize("names", [("StartDate", "EndDate"), ("EnrollmentStartDate", "EnrollmentEndDate")])
def test_either_pair_of_date_names_is_accepted_everywhere(ask, code, names):
    criteria = asked(ask(code, "date_range", **dict(zip(names, ("07/01/2024", "06/30/2025"), strict=True))))
    assert (criteria.start, criteria.end) == (date(2024, 7, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("dates", "named"),
    [
        ({}, ["EnrollmentStartDate", "EnrollmentEndDate"]),
        ({"EnrollmentStartDate": "07/01/2024"}, ["EnrollmentEndDate"]),
        ({"EnrollmentEndDate": "07/01/2024"}, ["EnrollmentStartDate"]),
        ({"EnrollmentStartDate": "07/01/2024", "EnrollmentEndDate": "06/30/2024"}, ["EnrollmentEndDate"]),
        ({"EnrollmentStartDate": "02/30/2024", "EnrollmentEndDate": "06/30/2024"}, ["EnrollmentStartDate"]),
        ({"EnrollmentStartDate": "07/01/2024", "EnrollmentEndDate": "soon"}, ["EnrollmentEndDate"]),
        ({"StartDate": "07/01/2024", "EndDate": "soon"}, ["EndDate"]),
    ],
)
def test_a_broken_range_is_refused_naming_the_field(ask, dates, named):
    assert list(refused(ask("SENR", "date_range", **dates))) == named


def test_one_day_is_a_range(ask):
    criteria = asked(ask("SENR", "date_range", EnrollmentStartDate="07/01/2024", EnrollmentEndDate="07/01/2024"))
    assert criteria.start == criteria.end == date(2024, 7, 1)


def test_what_belongs_to_another_tab_is_ignored_for_enrollment(ask):
    assert asked(ask("SENR", "active", ActiveStudent="true", **RANGE)).start is None


@pytest.mark.parametrize(
    ("code", "way", "fields"),
    [
        ("SINF", "active", {"ActiveStudent": "true", **RANGE}),
        ("SINF", "active", {"ActiveStudent": "true", "EnrollmentStartDate": "nonsense"}),
        ("SINF", "date_range", {"ActiveStudent": "true", **RANGE}),
        ("SPRG", "academic_year", {"AcademicYear": "2024-2025", "EducationProgramCode": "All", **RANGE}),
        ("SPRG", "date_range", {"AcademicYear": "2024-2025", "EducationProgramCode": "All", **RANGE}),
        (
            "SPRG",
            "academic_year",
            {"AcademicYear": "2024-2025", "EducationProgramCode": "All", "StartDate": "07/01/2024"},
        ),
    ],
)
def test_criteria_that_exclude_each_other_are_refused(ask, code, way, fields):
    words = refused(ask(code, way, **fields))[""]
    assert "cannot be combined" in words
    assert any(name in words for name in ("EnrollmentStartDate", "StartDate", "ActiveStudent", "AcademicYear"))


def test_programs_by_year_by_range_and_active_alone(ask):
    year = asked(ask("SPRG", "academic_year", AcademicYear="2024-2025", EducationProgramCode="All"))
    assert (year.academic_year, year.active, year.start) == ("2024-2025", False, None)
    both = asked(ask("SPRG", "date_range", ActiveStudent="true", EducationProgramCode="135", **RANGE))
    assert (both.active, both.start, both.program_code) == (True, date(2024, 7, 1), "135")
    for way in ("academic_year", "date_range"):
        alone = asked(ask("SPRG", way, ActiveStudent="true", EducationProgramCode="All"))
        assert (alone.active, alone.academic_year, alone.start) == (True, "", None)


def test_programs_need_year_range_or_active(ask):
    assert set(refused(ask("SPRG", "academic_year", EducationProgramCode="All"))) == {"AcademicYear", "ActiveStudent"}
    assert set(refused(ask("SPRG", "date_range", EducationProgramCode="All"))) == {
        "EnrollmentStartDate",
        "EnrollmentEndDate",
        "ActiveStudent",
    }


def test_programs_need_a_code_or_all(ask):
    assert list(refused(ask("SPRG", "academic_year", AcademicYear="2024-2025"))) == ["EducationProgramCode"]
    unknown = ask("SPRG", "academic_year", AcademicYear="2024-2025", EducationProgramCode="999")
    assert list(refused(unknown)) == ["EducationProgramCode"]


def test_staff_without_active_need_employment_dates(ask):
    assert set(refused(ask("SDEM", "default", ActiveStaff="false"))) == {
        "ActiveStaff",
        "EmploymentStartDate",
        "EmploymentEndDate",
    }
    one = ask("SDEM", "default", ActiveStaff="false", EmploymentStartDate="07/01/2024")
    assert list(refused(one)) == ["EmploymentEndDate"]


def test_active_staff_ignores_employment_dates_whatever_they_are(ask):
    criteria = asked(
        ask("SDEM", "default", ActiveStaff="true", EmploymentStartDate="07/01/2024", EmploymentEndDate="x")
    )
    assert (criteria.active, criteria.start, criteria.end) == (True, None, None)


def test_staff_effective_date_is_one_day_and_the_wires_pair_is_accepted(ask):
    day = asked(ask("SDEM", "default", ActiveStaff="true", EffectiveDate="09/01/2024"))
    assert day.effective_start == day.effective_end == date(2024, 9, 1)
    pair = {"EffectiveStartDate": "09/01/2024", "EffectiveEndDate": "10/01/2024"}
    both = asked(ask("SDEM", "default", ActiveStaff="true", **pair))
    assert (both.effective_start, both.effective_end) == (date(2024, 9, 1), date(2024, 10, 1))
    half = ask("SDEM", "default", ActiveStaff="true", EffectiveStartDate="09/01/2024")
    assert list(refused(half)) == ["EffectiveEndDate"]
    mixed = ask("SDEM", "default", ActiveStaff="true", EffectiveDate="09/01/2024", **pair)
    assert list(refused(mixed)) == ["EffectiveDate"]


def test_record_history_absent_is_all(ask):
    assert asked(ask("SWDS", "active", ActiveStudent="true")).most_recent is False
    assert asked(ask("SWDS", "active", ActiveStudent="true", RecordHistory="All")).most_recent is False
    assert asked(ask("SWDS", "active", ActiveStudent="true", RecordHistory="Y")).most_recent is True
    assert list(refused(ask("SWDS", "active", ActiveStudent="true", RecordHistory="N"))) == ["RecordHistory"]


@pytest.mark.parametrize("year", ["", "2024", "2024-2026", "2025-2024", "24-25", "2024/2025"])
def test_a_year_that_is_none_is_refused(ask, year):
    assert list(refused(ask("STAS", "default", AcademicYear=year))) == ["AcademicYear"]


def test_any_year_may_be_sent_whether_offered_or_not(ask):
    assert asked(ask("SDIS", "default", AcademicYear="2009-2010")).academic_year == "2009-2010"


@pytest.mark.parametrize("schools", [[], ["3730033"], ["1930924", "9999999"], ["' OR 1=1 --"]])
def test_no_school_or_a_foreign_one_is_refused(ask, schools):
    assert list(refused(ask("SENR", "active", ActiveStudent="true", School=schools))) == ["School"]


def test_all_schools_in_one_press(ask, cast):
    criteria = asked(ask("SENR", "active", ActiveStudent="true", School=[], AllSchools="true"))
    assert criteria.schools == ("0000001", "0000002", cast.school.code, cast.other_school.code)


@pytest.mark.parametrize("lea", ["", "3768338", "0000000"])
def test_another_reporting_lea_is_refused(ask, lea):
    assert list(refused(ask("SENR", "active", ActiveStudent="true", ReportingLEA=lea))) == ["ReportingLEA"]


def test_unknown_fields_are_ignored(ask):
    assert asked(ask("SENR", "active", ActiveStudent="true", Command="Request", Nonsense="1")).active is True


def test_criteria_survive_the_journey_through_a_job(ask):
    criteria = asked(ask("SPRG", "date_range", ActiveStudent="true", EducationProgramCode="135", **RANGE))
    assert Criteria.from_json(criteria.to_json()) == criteria


def test_criteria_of_another_version_are_not_guessed_at():
    with pytest.raises(ValueError, match="version"):
        Criteria.from_json({"version": 99, "record_type": "SENR", "way": "active", "reporting_lea": "1"})
