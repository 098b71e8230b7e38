"""The extracts, each describing itself: menu, modal, validation, wire, task and schedule read this one object.

The 22 ODS extracts, and those of spec section 8 whose layout is public. Sources: spec ods-extracts sections 3 (roles),
4 (criteria), 5 and 10.1 (selection), 8. Adding an extract is written down in docs/adding-an-extract.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from extracts import selection, special_selection
from extracts.criteria import Criteria
from extracts.lines import Line, file_line, record_line
from extracts.selection import Rows, Selection, in_file_order
from ods.layout import Layout, layout

Criterion = Literal[
    "schools",
    "active",
    "active_staff",
    "academic_year",
    "enrollment_range",
    "special_education_range",
    "employment_range",
    "effective_date",
    "effective_range",
    "program_code",
    "record_history",
    "participation",
    "grade",
    "submission_job",
    "as_of_date",
    "adjusted",
    "retired_range",
    "certified_since",
    "certification_status",
]


@dataclass(frozen=True)
class Way:
    """One way of asking for an extract: a tab of the modal, a form of its own.

    `criteria` are asked in that order. At least one of `needs_one_of` must be given, where it names any; what stands
    in `excludes` belongs to another way and may not be filled here (section 4.1). `optional` may be left empty though
    nothing else asks for anything.
    """

    key: Literal["active", "date_range", "academic_year", "default", "as_of"]
    tab: str
    criteria: tuple[Criterion, ...]
    needs_one_of: tuple[Criterion, ...] = ()
    excludes: tuple[Criterion, ...] = ()
    optional: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Unlock:
    """A role that unlocks an extract, in an organisation of the kind it is held at. `limit` narrows the rows.

    `schools` False: a holder at a school gets nothing (SDEM has no school to narrow the rows by, 10.1.6).
    """

    role: str
    limit: Literal["", "sped"] = ""
    schools: bool = True


@dataclass(frozen=True)
class ExtractDefinition:
    """One extract. `unlocks` stand widest first: the first that covers a request is the authority it is made with.

    `page` is the wire's page it is asked for on (wire contract 4). `own_line` is the line of an extract that is no
    record type: its selection gives the rows in the order of the file. `missing` says what the sources do not give.
    """

    code: str
    label: str
    group: str
    unlocks: tuple[Unlock, ...]
    ways: tuple[Way, ...]
    select: Selection
    hint: str = ""
    historical: bool = False
    former_names: tuple[str, ...] = ()
    page: str = "ODSExtract"
    own_line: Callable[[], Line] | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_record_type(self) -> bool:
        return self.own_line is None

    @property
    def layout(self) -> Layout:
        """The layout of its record type.

        Raises:
            KeyError: it is no record type.
        """
        return layout(self.code)

    @property
    def line(self) -> Line:
        """What a line of its file is made of."""
        return self.own_line() if self.own_line else record_line(self.code)

    def rows(self, criteria: Criteria) -> Rows:
        """The rows of its file, in the file's order."""
        found = self.select(criteria)
        return found if self.own_line else in_file_order(found, self.code)

    @property
    def address(self) -> str:
        """Where it is asked for, with a query that further parameters can follow."""
        return f"/Extract/{self.page}?RecordType={self.code}"

    @property
    def menu_label(self) -> str:
        """As the state's drop-down has shown it: the label with the code appended (section 4, notes)."""
        return f"{self.label}-{self.code}" if self.page == ODS_PAGE else self.label

    @property
    def asks_schools(self) -> bool:
        return any("schools" in way.criteria for way in self.ways)

    def way(self, key: str) -> Way:
        """The way of asking with that key.

        Raises:
            KeyError: this extract cannot be asked for that way.
        """
        for way in self.ways:
            if way.key == key:
                return way
        raise KeyError(key)


ODS_PAGE = "ODSExtract"
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
