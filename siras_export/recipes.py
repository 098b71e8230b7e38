"""What a district's file is to hold: filter, columns, form. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from siras_export.fields import HeaderStyle, SirasField, by_key
from siras_export.rows import PLAN_504, SPED, SST

StudentFilter = Literal["sped", "504", "sst", "combined", "all"]
FileType = Literal["csv", "xlsx", "xls"]

FILTERS: dict[str, str] = {
    "sped": "Special Ed only",
    "504": "504 plans only",
    "sst": "SST list only",
    "combined": "Special Ed and 504 together, told apart by Designation",
    "all": "All enrolled students",
}
FILE_TYPES: dict[str, str] = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS (at most 65,535 students)"}
MAIN, FILE_504 = "main", "504"
"""The roles of the files of a night."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One district's choice. `columns` are keys of `siras_export.fields`, in the order of the file.

    `separate_504`: students with a 504 plan go into a file of their own instead of the main one; who has both stands
    in both. `with_sst`: the SST list goes along where both programs go.
    """

    student_filter: StudentFilter
    columns: tuple[str, ...]
    file_name: str
    file_name_504: str = ""
    header_style: HeaderStyle = "labels"
    file_type: FileType = "csv"
    separate_504: bool = False
    with_sst: bool = False

    @property
    def fields(self) -> list[SirasField]:
        return [by_key()[key] for key in self.columns]

    @property
    def header(self) -> list[str]:
        return [field.name(self.header_style) for field in self.fields]

    @property
    def files(self) -> dict[str, str]:
        """Role to file name."""
        found = {MAIN: self.file_name}
        if self.separate_504:
            found[FILE_504] = self.file_name_504
        return found

    def designations(self, programs: frozenset[str]) -> dict[str, str]:
        """The files a student of these programs stands in, each with his Designation there (spec, 9 and 9.3)."""
        found: dict[str, str] = {}
        main = self._main_programs()
        if self.student_filter == "all" or main & programs:
            counted = programs & {SPED, PLAN_504, SST} if self.student_filter == "all" else main & programs
            found[MAIN] = next((program for program in (SPED, PLAN_504, SST) if program in counted), "")
        if self.separate_504 and PLAN_504 in programs:
            found[FILE_504] = PLAN_504
        return found

    def _main_programs(self) -> frozenset[str]:
        match self.student_filter:
            case "sped":
                found = {SPED}
            case "504":
                found = {PLAN_504}
            case "sst":
                found = {SST}
            case "combined":
                found = {SPED} if self.separate_504 else {SPED, PLAN_504}
                if self.with_sst:
                    found |= {SST}
            case _:
                found = set()
        return frozenset(found)

    def wanted(self) -> frozenset[str]:
        """The programs whose students must be found, enrolled or not."""
        return self._main_programs() | ({PLAN_504} if self.separate_504 else frozenset())
