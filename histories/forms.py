"""The search forms of Online Maintenance. They are sent by POST: what is typed must not stand in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from extracts.fields import AcademicYearField, years
from histories.searching import Demographics, EnrollmentTerms
from ods.codesets import code_set
from wire.forms import WireDateField, WireForm

_TEN_DIGITS = re.compile(r"[0-9]{10}", re.ASCII)
_NAME_HINT = "Ends in * for names that begin so. Capitals do not matter."


class IdentifierField(forms.CharField):
    """Ten digits: an SSID or a SEID."""

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        if text and not _TEN_DIGITS.fullmatch(text):
            raise forms.ValidationError(f"{self.label} has ten digits.", code="invalid")
        return text


def _codes(name: str, empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((code.code, f"{code.code} {code.name}") for code in code_set(name).codes.values())]


class SSIDSearchForm(WireForm):
    """By the student's SSID of now or one that was retired."""

    wire_names = {"ssid": "SSID"}

    ssid = IdentifierField(
        label="SSID",
        help_text="Ten digits. A retired SSID finds the one that replaced it.",
        error_messages={"required": "Give an SSID."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class DemographicsSearchForm(WireForm):
    """By name, birth date, gender, local ID: at least one of last name, birth date and local ID."""

    last_name = forms.CharField(label="Last name", help_text=_NAME_HINT, required=False, max_length=50)
    first_name = forms.CharField(label="First name", help_text=_NAME_HINT, required=False, max_length=30)
    birth_date = WireDateField(label="Birth date", required=False)
    gender = forms.ChoiceField(label="Gender", choices=_codes("gender", "Any"), required=False)
    local_student_id = forms.CharField(label="Local Student ID", required=False, max_length=15)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name in ("last_name", "first_name"):
            if "*" in found.get(name, "")[:-1] or found.get(name) == "*":
                self.add_error(name, "The * stands at the end, after at least one letter.")
        if not self.errors and not any(found.get(name) for name in ("last_name", "birth_date", "local_student_id")):
            self.add_error("last_name", "Give a last name, a birth date or a Local Student ID.")
        return found

    def terms(self) -> Demographics:
        return Demographics(**self.cleaned_data)


class EnrollmentSearchForm(WireForm):
    """By where and when students are enrolled: at least one term."""

    school = forms.ChoiceField(label="School", required=False)
    grade = forms.ChoiceField(label="Grade Level", choices=_codes("grade_level", "Any"), required=False)
    academic_year = AcademicYearField(label="Academic Year", required=False)
    start = WireDateField(label="Enrolled from", help_text="Enrollments that overlap the range.", required=False)
    end = WireDateField(label="Enrolled through", required=False)
    open_only = forms.BooleanField(
        label="Open enrollments only", help_text="Without an Enrollment Exit Date.", required=False, initial=True
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, schools: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["school"].choices = [("", "Any"), *schools]  # type: ignore[attr-defined]  # a choice field
        self.fields["academic_year"].widget.choices = [("", "Any"), *years()]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        start, end = found.get("start"), found.get("end")
        if start and end and end < start:
            self.add_error("end", "The last day is before the first.")
        elif bool(start) != bool(end) and not self.errors:
            self.add_error("end" if start else "start", "Give both days of the range.")
        if not self.errors and not any(found.get(name) for name in ("school", "grade", "academic_year", "start")):
            self.add_error("school", "Choose a school, a grade, an Academic Year or dates.")
        return found

    def terms(self) -> EnrollmentTerms:
        return EnrollmentTerms(**self.cleaned_data)


class StaffSearchForm(WireForm):
    """By SEID or name."""

    wire_names = {"seid": "SEID"}

    seid = IdentifierField(label="SEID", help_text="Ten digits.", required=False)
    last_name = forms.CharField(label="Last name", help_text=_NAME_HINT, required=False, max_length=50)
    first_name = forms.CharField(label="First name", help_text=_NAME_HINT, required=False, max_length=30)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("seid") and not found.get("last_name"):
            self.add_error("seid", "Give a SEID or a last name.")
        return found


class CombineForm(WireForm):
    """Two SSIDs of one student."""

    wire_names = {"ssid_to_retire": "SSIDToRetire", "ssid_that_stays": "SSIDThatStays"}

    ssid_to_retire = IdentifierField(
        label="SSID to retire", help_text="Its records move.", error_messages={"required": "Give the SSID to retire."}
    )
    ssid_that_stays = IdentifierField(
        label="SSID that stays",
        help_text="Extracts show this one afterwards.",
        error_messages={"required": "Give the SSID that stays."},
    )
