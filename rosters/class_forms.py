"""What is typed into the pages of class data, read and checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django import forms
from django.core.files.uploadedfile import UploadedFile

from rosters.enums import Subject, TeacherRole
from rosters.importing import MOST_UPLOADED
from rosters.oneroster.columns import text
from rosters.teachers import is_email

LONGEST_EXPRESSION = 40
_DATE_FORMATS = ("%m/%d/%Y", "%Y-%m-%d")


@dataclass
class Sheet:
    """The fields of a table that was sent, by name; what is wrong with them, by name of the field."""

    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, longest: int = LONGEST_EXPRESSION) -> str:
        value = self.given.get(name, "").strip()
        try:
            text(value)
        except ValueError as error:
            self.errors[name] = str(error)
        if len(value) > longest:
            self.errors[name] = f"At most {longest} characters."
        return value

    def day(self, name: str) -> date | None:
        """A date typed MM/DD/YYYY (or CCYY-MM-DD); blank is None."""
        value = self.given.get(name, "").strip()
        if not value:
            return None
        for form in _DATE_FORMATS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        self.errors[name] = "Give a date as MM/DD/YYYY."
        return None

    def span(self, start: str, end: str) -> tuple[date | None, date | None]:
        first, after = self.day(start), self.day(end)
        if first and after and after <= first:
            self.errors[end] = "The day after the last day must come after the first."
        return first, after

    def subject(self, name: str) -> str:
        return self._choice(name, ["", *Subject.values])

    def role(self, name: str) -> str:
        return self._choice(name, ["", *TeacherRole.values])

    def email(self, name: str) -> str:
        value = self.given.get(name, "").strip()
        if value and not is_email(value):
            self.errors[name] = "Give an e-mail address, as in TOMS: name@example.org."
        return value

    def _choice(self, name: str, choices: list[str]) -> str:
        value = self.given.get(name, "")
        if value not in choices:
            self.errors[name] = "Choose one of the list."
            return ""
        return value


class OneRosterForm(forms.Form):
    """A ZIP of OneRoster 1.2 CSV files."""

    file = forms.FileField(
        label="OneRoster ZIP",
        help_text="OneRoster 1.2 CSV, bulk: orgs, academicSessions, courses, classes, users, enrollments. Up to 64 MB.",
        error_messages={"required": "Choose the ZIP file."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_UPLOADED:
            raise forms.ValidationError(
                f"The ZIP is larger than {MOST_UPLOADED >> 20} MB. Send fewer schools at a time."
            )
        return file
