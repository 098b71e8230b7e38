"""The extracts, each describing itself: menu, modal, validation, wire, task and schedule read this one object.

The 22 ODS extracts, and those of spec section 8 whose layout is public. Sources: spec ods-extracts sections 3 (roles),
4 (criteria), 5 and 10.1 (selection), 8. Adding an extract is written down in docs/adding-an-extract.md.
"""

from __future__ import annotations

from functools import partial

from extracts import selection, special_selection
from extracts.definition import ODS_PAGE, ExtractDefinition, Unlock, Way
from extracts.lines import cumulative_line, file_line

STUDENTS = "Students"
PROGRAMS = "Programs"
STAFF = "Staff"
COURSES = "Courses"
INCIDENTS = "Absence and incidents"
SPED_STATUS = "Special education status (SPED)"
SPED_HISTORY = "Meetings, plans, services (SSRV)"
POSTSECONDARY = "Postsecondary status"
RETIRED = "Historical"
OTHER = "Other extracts"

_ACTIVE = Way("active", "Active Student(s)", ("active", "schools"), needs_one_of=("active",))
_RANGE = Way("date_range", "Date Range", ("enrollment_range", "schools"))
_YEAR = Way("default", "Academic Year", ("academic_year", "schools"))
_HISTORY_WAYS = (
    Way("active", "Active Student(s)", ("active", "schools", "record_history"), needs_one_of=("active",)),
    Way("date_range", "Date Range", ("special_education_range", "schools", "record_history")),
)
_SPED = (Unlock("sped_edit"), Unlock("selpa_reports"))


def _by_year(
    code: str, label: str, group: str, role: str, *, hint: str = "", historical: bool = False
) -> ExtractDefinition:
    return ExtractDefinition(
        code=code,
        label=f"{label} ODS Download",
        group=group,
        unlocks=(Unlock(role),),
        ways=(_YEAR,),
        select=selection.rows_of_year,
        hint=hint,
        historical=historical,
    )


def _history(code: str, label: str, group: str, former: str, hint: str) -> ExtractDefinition:
    return ExtractDefinition(
        code=code,
        label=f"{label} ODS Download",
        group=group,
        unlocks=_SPED,
        ways=_HISTORY_WAYS,
        select=selection.rows_of_enrolled_students,
        hint=hint,
        former_names=(former,),
    )


_DEFINITIONS = (
    ExtractDefinition(
        code="SENR",
        label="SSID Enrollment ODS Download",
        group=STUDENTS,
        unlocks=(Unlock("senr_edit"),),
        ways=(_ACTIVE, _RANGE),
        select=selection.enrollments,
        hint="Enrollment records as you submitted them. Not the SSID Extract, which lists new SSIDs for your SIS.",
        former_names=("SSID ODS Download",),
    ),
    ExtractDefinition(
        code="CENR",
        label="Cumulative Enrollment ODS Download",
        group=STUDENTS,
        unlocks=(Unlock("senr_edit"),),
        ways=(
            Way("academic_year", "Academic Year", ("school_year", "schools", "grade", "adjusted")),
            Way("date_range", "Date Range", ("enrollment_range", "schools", "grade")),
            Way("as_of", "As of Date", ("as_of_date", "schools", "grade")),
        ),
        select=special_selection.cumulative,
        hint="Students enrolled at any time in the period: one row for each student, school and grade.",
        own_line=cumulative_line,
        missing=(
            "Further demographic flags, between language status and Upload Date, are not public: they are left out.",
            "The words of Ethnicity/Race and the meaning of Adjusted are ours.",
        ),
    ),
    ExtractDefinition(
        code="SINF",
        label="Student Information ODS Download",
        group=STUDENTS,
        unlocks=(Unlock("sinf_edit"),),
        ways=(
            Way(
                "active",
                "Active Student(s)",
                ("active", "schools", "effective_date"),
                needs_one_of=("active",),
                excludes=("enrollment_range",),
            ),
            Way("date_range", "Date Range", ("enrollment_range", "schools", "effective_date"), excludes=("active",)),
        ),
        select=selection.rows_at_enrolled_school,
        hint="Without an Effective Date every effective-dated record of the selected students comes out.",
    ),
    ExtractDefinition(
        code="SELA",
        label="Student English Language Acquisition Status ODS Download",
        group=STUDENTS,
        unlocks=(Unlock("sela_edit"),),
        ways=(_ACTIVE, _RANGE),
        select=selection.rows_of_enrolled_students,
        hint="Historical records have a blank Local Record ID and Academic Year.",
    ),
    ExtractDefinition(
        code="SPRG",
        label="Student Program ODS Download",
        group=PROGRAMS,
        unlocks=(Unlock("sprg_edit"),),
        ways=(
            Way(
                "academic_year",
                "Academic Year",
                ("academic_year", "active", "schools", "program_code"),
                needs_one_of=("academic_year", "active"),
                excludes=("enrollment_range",),
            ),
            Way(
                "date_range",
                "Date Range",
                ("enrollment_range", "active", "schools", "program_code"),
                needs_one_of=("enrollment_range", "active"),
                excludes=("academic_year",),
            ),
        ),
        select=selection.rows_at_enrolled_school,
        hint="The dates are the student's school start and exit dates, not the program's. Closed programs are kept.",
    ),
    ExtractDefinition(
        code="SDEM",
        label="Staff Demographics ODS Download",
        group=STAFF,
        unlocks=(Unlock("sdem_edit", schools=False),),
        ways=(
            Way(
                "default",
                "Staff",
                ("active_staff", "employment_range", "effective_date", "effective_range"),
                needs_one_of=("active_staff", "employment_range"),
            ),
        ),
        select=selection.staff_rows,
        hint="With Active Staff ticked the employment dates are ignored.",
    ),
    _by_year(
        "SASS",
        "Staff Assignment",
        STAFF,
        "sass_edit",
        hint="District office staff are assigned to the LEA's own code, listed among the schools.",
    ),
    _by_year("CRSE", "Course Section Enrollment", COURSES, "crse_edit"),
    _by_year("CRSC", "Course Section Completion", COURSES, "crse_edit"),
    _by_year("SCSE", "Student Course Section Enrollment", COURSES, "scse_edit"),
    _by_year("SCSC", "Student Course Section Completion", COURSES, "scse_edit"),
    _by_year("SCTE", "Student Career Technical Education", COURSES, "scte_edit"),
    _by_year("STAS", "Student Absence (Summary)", INCIDENTS, "stas_edit"),
    _by_year("SINC", "Student Incident", INCIDENTS, "sinc_edit"),
    _by_year("SIRS", "Student Incident Result", INCIDENTS, "sinc_edit"),
    _by_year("SOFF", "Student Offense", INCIDENTS, "sinc_edit"),
    _history(
        "SWDS",
        "Students with Disabilities Status",
        SPED_STATUS,
        "SPED",
        "The complete status history of the selected students, whichever LEA reported it.",
    ),
    _history(
        "MEET",
        "Special Education Meeting",
        SPED_HISTORY,
        "SSRV",
        "Existing records come out even if the student is not currently eligible and participating.",
    ),
    _history(
        "PLAN",
        "Special Education Plan",
        SPED_HISTORY,
        "SSRV",
        "Existing records come out even if the student is not currently eligible and participating.",
    ),
    _history(
        "SERV",
        "Special Education Services",
        SPED_HISTORY,
        "SSRV",
        "Most Recent Only gives all services of the student's latest plan date.",
    ),
    ExtractDefinition(
        code="PSTS",
        label="Postsecondary Status ODS Download",
        group=POSTSECONDARY,
        unlocks=(
            Unlock("psts_edit"),
            Unlock("psts_for_sped_students_edit", limit="sped"),
            Unlock("selpa_reports", limit="sped"),
        ),
        ways=(
            Way("academic_year", "Academic Year", ("academic_year", "schools", "participation")),
            Way("date_range", "Date Range", ("enrollment_range", "schools", "participation")),
        ),
        select=selection.postsecondary_rows,
    ),
    _by_year(
        "SDIS",
        "Student Discipline",
        RETIRED,
        "sdis_edit",
        hint="Retired: replaced by SINC, SIRS and SOFF in 2019-20.",
        historical=True,
    ),
    _by_year("SWAV", "Student Waivers", RETIRED, "swav_edit", hint="Retired in 2019-20.", historical=True),
    ExtractDefinition(
        code="SSID",
        label="SSID Extract",
        group=OTHER,
        unlocks=(Unlock("senr_edit"),),
        ways=(
            Way("active", "Currently Enrolled", ("schools", "grade", "submission_job"), optional=("submission_job",)),
            Way("date_range", "Date Range", ("enrollment_range", "schools", "grade")),
        ),
        select=special_selection.ssids,
        hint="SSIDs of currently enrolled students, for your SIS. Not the SENR extract, which gives back enrollment "
        "records as you submitted them.",
        page="SSIDExtract",
        own_line=partial(file_line, "SSID"),
        missing=("The places of the last two fields are taken from an older list of 14 fields.",),
    ),
    ExtractDefinition(
        code="REPL",
        label="Replacement SSID Extract",
        group=OTHER,
        unlocks=(Unlock("senr_edit"),),
        ways=(Way("default", "Replacement SSIDs", ("schools", "retired_range"), optional=("retired_range",)),),
        select=special_selection.replacements,
        hint="Each retired SSID of an actively enrolled student, with the SSID that replaced it.",
        page="ReplacementSSID",
        own_line=partial(file_line, "REPL"),
        missing=("The criteria of the original are not public: LEA, schools and dates of the retirement are ours.",),
    ),
    ExtractDefinition(
        code="DC",
        label="Direct Certification Extract",
        group=OTHER,
        unlocks=(Unlock("direct_certification"),),
        ways=(
            Way(
                "active",
                "Active Student(s)",
                ("active", "schools", "certified_since", "certification_status"),
                needs_one_of=("active",),
            ),
            Way("date_range", "Date Range", ("enrollment_range", "schools", "certification_status")),
        ),
        select=special_selection.certified,
        hint="Students directly certified for free or reduced-price meals in this school year.",
        page="DirectCertificationExtract",
        own_line=partial(file_line, "DC"),
        missing=("The order of the fields is taken from public programs, not from the state.",),
    ),
)

DEFINITIONS: dict[str, ExtractDefinition] = {definition.code: definition for definition in _DEFINITIONS}
"""Record type code, or a code of our own, to extract, in the order of the menu."""

OTHER_PAGES: dict[str, ExtractDefinition] = {
    definition.page: definition for definition in _DEFINITIONS if definition.page != ODS_PAGE
}
"""Pages of the wire on which one extract alone is asked for."""

FORMER_TYPES: dict[str, tuple[str, ...]] = {"SPED": ("SWDS",), "SSRV": ("MEET", "PLAN", "SERV")}
"""Record types that are gone, and what holds their data today (section 10)."""


def covering_roles() -> dict[tuple[str, str], frozenset[str]]:
    """For each record type and limit of rows, the roles whose holder could have made such a request.

    A role without a limit covers the limited request too.
    """
    covers: dict[tuple[str, str], frozenset[str]] = {}
    for definition in DEFINITIONS.values():
        for limit in {"", *(unlock.limit for unlock in definition.unlocks)}:
            roles = frozenset(unlock.role for unlock in definition.unlocks if unlock.limit in ("", limit))
            if roles:
                covers[definition.code, limit] = roles
    return covers
