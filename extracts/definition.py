"""What an extract is: the one object that menu, modal, validation, wire, task and schedule read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from extracts.criteria import Criteria
from extracts.lines import Line, record_line
from extracts.selection import Rows, Selection, in_file_order
from ods.layout import Layout, layout

ODS_PAGE = "ODSExtract"
"""The wire's page on which all record types are asked for."""

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
    "school_year",
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
    page: str = ODS_PAGE
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
