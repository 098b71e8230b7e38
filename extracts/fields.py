"""The form fields of each criterion, under the wire's names (wire contract 4).

A form field `enrollment_start_date` travels as `EnrollmentStartDate` (`wire.forms`).
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms

from extracts.criteria import ALL_PROGRAMS
from extracts.definition import Criterion
from extracts.selection import SPECIAL_EDUCATION
from ods.calendar import academic_year, academic_year_of, pacific_today
from ods.codesets import code_set
from ods.direct_certification import STATUSES
from ods.models import StudentProgram
from wire.forms import FirstWinsCheckbox, WireDateField

Fields = dict[str, forms.Field]

RANGES: dict[str, tuple[str, str]] = {
    "enrollment_range": ("enrollment_start_date", "enrollment_end_date"),
    "special_education_range": ("start_date", "end_date"),
    "employment_range": ("employment_start_date", "employment_end_date"),
    "effective_range": ("effective_start_date", "effective_end_date"),
    "retired_range": ("start_date", "end_date"),
}
"""The two fields of each range. The first two are names for the same thing: either pair is accepted (10.2.8)."""

ALL_GRADES = "All"
YEARS_OFFERED = 12
"""School years in the pick list: next year's and those before it. Any other year can be sent."""


class AcademicYearField(forms.CharField):
    """A school year, `CCYY-CCYY`."""

    widget = forms.Select

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        if text:
            try:
                academic_year(text)
            except ValueError as error:
                raise forms.ValidationError(
                    "An Academic Year is written CCYY-CCYY, for example 2025-2026.", code="invalid"
                ) from error
        return text


def years() -> list[tuple[str, str]]:
    this = academic_year_of(pacific_today()).begins_in
    return [
        (f"{begins}-{begins + 1}", f"{begins}-{begins + 1}") for begins in range(this + 1, this - YEARS_OFFERED, -1)
    ]


def program_choices(reporting_lea: str) -> list[tuple[str, str]]:
    """The programme codes to choose from: the code set, and what the LEA has reported besides (the set is partial)."""
    known = {code.code: code.name for code in code_set("education_program").codes.values()}
    reported = StudentProgram.objects.filter(reporting_lea=reporting_lea).order_by()
    for code in reported.values_list("education_program_code", flat=True).distinct():
        known.setdefault(code, "(not in the code set)")
    return [("", "Choose…"), (ALL_PROGRAMS, "All programs")] + [
        (code, f"{code} {name}") for code, name in sorted(known.items())
    ]


def _active(alone: bool) -> Fields:
    return {
        "active_student": forms.BooleanField(
            label="Active students",
            help_text="Students whose enrollment has no Enrollment Exit Date.",
            required=False,
            initial=alone,
            widget=FirstWinsCheckbox,
        )
    }


def _active_staff(alone: bool) -> Fields:
    return {
        "active_staff": forms.BooleanField(
            label="Active staff",
            help_text="Staff with no Staff Employment End Date. The employment dates below are then ignored.",
            required=False,
            initial=True,
            widget=FirstWinsCheckbox,
        )
    }


def _academic_year(alone: bool) -> Fields:
    offered = years() if alone else [("", "Any"), *years()]
    return {
        "academic_year": AcademicYearField(
            label="Academic Year",
            help_text="The Academic Year ID on the record.",
            required=alone,
            initial=str(academic_year_of(pacific_today())),
            widget=forms.Select(choices=offered),
            error_messages={"required": "Choose an Academic Year."},
        )
    }


def _school_year(alone: bool) -> Fields:
    field = _academic_year(alone)["academic_year"]
    field.help_text = "Enrollments open at any time from 1 July through 30 June."
    return {"academic_year": field}


def _range(criterion: Criterion, first: str, last: str, hint: str) -> Callable[[bool], Fields]:
    start, end = RANGES[criterion]

    def fields(alone: bool) -> Fields:
        return {
            start: WireDateField(
                label=first,
                help_text=hint,
                required=alone,
                error_messages={"required": f"Give the {first}, as MM/DD/YYYY."},
            ),
            end: WireDateField(
                label=last, required=alone, error_messages={"required": f"Give the {last}, as MM/DD/YYYY."}
            ),
        }

    return fields


def _effective_date(alone: bool) -> Fields:
    return {
        "effective_date": WireDateField(
            label="Effective Date",
            help_text="Only the record in force on that day. Empty: all effective-dated records.",
            required=False,
        )
    }


def _record_history(alone: bool) -> Fields:
    return {
        "record_history": forms.ChoiceField(
            label="Record History",
            choices=[("Y", "Most Recent Only"), ("All", "All")],
            required=False,
            initial="Y",
        )
    }


def _participation(alone: bool) -> Fields:
    types = [
        (code.code, f"{code.code} {code.name}")
        for code in code_set("education_program_participation_type").codes.values()
    ]
    return {
        "education_program_participation": forms.ChoiceField(
            label="Education Program Participation",
            help_text="Optional.",
            choices=[("", "All"), *types],
            required=False,
        )
    }


def _program_code(alone: bool) -> Fields:
    return {
        "education_program_code": forms.ChoiceField(
            label="Education Program Code",
            choices=[],
            error_messages={
                "required": "Choose an Education Program Code, or All programs.",
                "invalid_choice": "This is no known Education Program Code. Choose one of the list, or All programs.",
            },
        )
    }


def _schools(alone: bool) -> Fields:
    return {
        "school": forms.MultipleChoiceField(
            label="School",
            help_text="At least one. NPS and private placements are separate entries.",
            required=False,  # "All schools" may stand for the list
            error_messages={
                "invalid_choice": "School %(value)s is not one of the schools of this LEA that you may choose."
            },
            widget=forms.SelectMultiple(
                attrs={"size": 10, "data-val": "true", "data-val-required": "Choose at least one school."}
            ),
        )
    }


def _grade(alone: bool) -> Fields:
    grades = [(code.code, f"{code.code} {code.name}") for code in code_set("grade_level").codes.values()]
    return {
        "grade_level": forms.ChoiceField(
            label="Grade Level", choices=[(ALL_GRADES, "All grades"), *grades], required=False, initial=ALL_GRADES
        )
    }


def _submission_job(alone: bool) -> Fields:
    return {
        "submitter": forms.CharField(label="Submitter", required=False, max_length=254),
        "job_id": forms.CharField(
            label="Job ID",
            help_text="Optional: only what this submission posted.",
            required=False,
            max_length=20,
        ),
    }


def _as_of_date(alone: bool) -> Fields:
    return {
        "effective_date": WireDateField(
            label="As of Date",
            help_text="Enrollments open at any time from 1 July of that school year through this day.",
            error_messages={"required": "Give the As of Date, as MM/DD/YYYY."},
        )
    }


def _adjusted(alone: bool) -> Fields:
    return {
        "adjusted": forms.BooleanField(
            label="Adjusted",
            help_text="Only enrollments that started within the Academic Year.",
            required=False,
        )
    }


def _certified_since(alone: bool) -> Fields:
    return {
        "certified_since": WireDateField(
            label="Certified since",
            help_text="Students certified on or after this day. Empty: since 1 July.",
            required=False,
        )
    }


def _certification_status(alone: bool) -> Fields:
    return {
        "certification_status_code": forms.MultipleChoiceField(
            label="Certification Status",
            help_text="Empty: all of them.",
            choices=[(code, f"{code} {words}") for code, words in STATUSES.items()],
            required=False,
            widget=forms.SelectMultiple(attrs={"size": len(STATUSES)}),
        )
    }


_ENROLLED = "All enrollments that overlap the range, first and last day included."

FIELDS_OF: dict[Criterion, Callable[[bool], Fields]] = {
    "schools": _schools,
    "active": _active,
    "active_staff": _active_staff,
    "academic_year": _academic_year,
    "enrollment_range": _range("enrollment_range", "Enrollment Start Date", "Enrollment End Date", _ENROLLED),
    "special_education_range": _range(
        "special_education_range", "Enrollment Start Date", "Enrollment End Date", _ENROLLED
    ),
    "employment_range": _range(
        "employment_range",
        "Staff Employment Start Date",
        "Staff Employment End Date",
        "All employments that overlap the range. Needed unless Active staff is ticked.",
    ),
    "effective_date": _effective_date,
    "effective_range": _range("effective_range", "Effective Start Date", "Effective End Date", ""),
    "program_code": _program_code,
    "record_history": _record_history,
    "participation": _participation,
    "grade": _grade,
    "submission_job": _submission_job,
    "school_year": _school_year,
    "as_of_date": _as_of_date,
    "adjusted": _adjusted,
    "retired_range": _range(
        "retired_range", "Retired from", "Retired through", "Optional. The day one SSID replaced the other."
    ),
    "certified_since": _certified_since,
    "certification_status": _certification_status,
}
"""For each criterion the fields that ask for it; called with whether the form must have it (nothing else will do)."""

LIMITED_PARTICIPATION = SPECIAL_EDUCATION
"""What holders of a role limited to students with disabilities are offered (10.1.7)."""
