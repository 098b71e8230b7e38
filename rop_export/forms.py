"""The forms of the ROP page: its options, a Keep/Skip statement, a ZIP of data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ods.models import Organization
from rop_export.access import Place
from rop_export.criteria import COURSE_TYPES, Criteria, Options, Statement
from rop_export.importing import MOST_UPLOADED
from rop_export.models import USER_FIELDS, Course, SchoolOptions
from rop_export.readiness import why_not
from wire.forms import WireDateField

TYPE_WORDS = {
    "30": "30 ROP / CTE",
    "32": "32 Career technical, articulated",
    "33": "33 Career technical, articulated",
}


class OptionsForm(forms.Form):
    """The options of one place (spec rop, section 2). `schools` are those it may list, with their names.

    A run needs more than saving does: `run` makes it complain of what keeps a run from making sense.
    """

    schools = forms.MultipleChoiceField(
        label="Schools",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one school.",
            "invalid_choice": "A school is not in the list any more. Choose the schools again.",
        },
    )
    course_types = forms.MultipleChoiceField(
        label="Course types",
        choices=[(code, TYPE_WORDS[code]) for code in COURSE_TYPES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    program_143 = forms.BooleanField(
        label="Sections with program 143 ROP/C", help_text="Whatever the type of their course.", required=False
    )
    exclude = forms.ChoiceField(
        label="Exclude CRS User Code",
        help_text="Courses with this code in this user field are left out, whatever else is ticked.",
        required=False,
    )
    full_cds = forms.BooleanField(
        label="Extract Full CDS# Instead of School#",
        help_text="CONC_HS_SITE_ID gets county, district and school number, 14 digits instead of 7.",
        required=False,
    )
    remove_invalid = forms.BooleanField(
        label="Remove Invalid Characters from Text Fields",
        help_text="Names keep letters and , . ' ( ) - ; streets and cities letters, digits and ' ( ) - # / .",
        required=False,
    )
    minutes = forms.BooleanField(
        label="Extract Attendance Instructional Minutes",
        help_text="Adds the total minutes column and the file of minutes per class per day.",
        required=False,
    )
    start = WireDateField(label="Start Date", required=False)
    end = WireDateField(label="End Date", required=False)
    show_inactive = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        lea: Organization,
        place: Place,
        options: Options,
        schools: Iterable[tuple[str, str]],
        run: bool = False,
    ) -> None:
        self.lea, self.place, self.run = lea, place, run
        super().__init__(data, initial=_initial(options))
        for name, choices in (("schools", list(schools)), ("exclude", _user_codes(lea, options))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        start, end = found.get("start"), found.get("end")
        if not found.get("course_types") and not found.get("program_143"):
            self.add_error("course_types", "Tick at least one course type, or sections with program 143.")
        if start and end and end < start:
            self.add_error("end", "The end date is before the start date.")
        elif self.run and found.get("minutes"):
            for name, day in (("start", start), ("end", end)):
                if day is None and name not in self.errors:
                    label = self.fields[name].label
                    self.add_error(
                        name, f"Give the {label}, as MM/DD/YYYY, or untick Attendance Instructional Minutes."
                    )
        if self.run and not self.errors:
            for words in why_not(lea=self.lea, criteria=self.criteria()):
                self.add_error(None, words)
        return self.cleaned_data

    def options(self) -> Options:
        """What a valid form says."""
        given = self.cleaned_data
        field, _, code = given["exclude"].partition(":")
        return Options(
            schools=tuple(sorted(given["schools"])),
            course_types=tuple(given["course_types"]),
            program_143=given["program_143"],
            exclude_field=field,
            exclude_code=code,
            full_cds=given["full_cds"],
            clean=given["remove_invalid"],
            minutes=given["minutes"],
            start=given["start"],
            end=given["end"],
            show_inactive=given["show_inactive"],
        )

    def criteria(self, statements: Iterable[Statement] = ()) -> Criteria:
        return Criteria(lea=self.lea.code, place=self.place.code, options=self.options(), statements=tuple(statements))


def _initial(options: Options) -> dict[str, Any]:
    return {
        "schools": list(options.schools),
        "course_types": list(options.course_types),
        "program_143": options.program_143,
        "exclude": f"{options.exclude_field}:{options.exclude_code}" if options.exclude_code else "",
        "full_cds": options.full_cds,
        "remove_invalid": options.clean,
        "minutes": options.minutes,
        "start": options.start,
        "end": options.end,
        "show_inactive": options.show_inactive,
    }


def _user_codes(lea: Organization, options: Options) -> list[tuple[str, str]]:
    """Every code that stands in a user field of some course; a saved one too, should it be gone."""
    found = {
        (name, code)
        for name in USER_FIELDS
        for code in Course.objects.filter(lea=lea)
        .exclude(**{name: ""})
        .order_by()
        .values_list(name, flat=True)
        .distinct()
    }
    if options.exclude_code:
        found.add((options.exclude_field, options.exclude_code))
    return [
        ("", "None"),
        *((f"{name}:{code}", f"User code {name.removeprefix('user_')}: {code}") for name, code in sorted(found)),
    ]


def listed_schools(lea: Organization, *, names: Mapping[str, str], inactive: bool) -> list[tuple[str, str]]:
    """Code and label of the schools of the ROP data that the page lists: those of `names`, by default active ones."""
    found = SchoolOptions.objects.filter(lea=lea, school__in=list(names))
    if not inactive:
        found = found.filter(tag="")
    rows = sorted((names[school], school, tag) for school, tag in found.values_list("school", "tag"))
    return [(code, f"{name} - {code}{' (inactive)' if tag else ''}") for name, code, tag in rows]


_CODES = re.compile(r"[0-9A-Za-z._]+", re.ASCII)


class _Codes(forms.CharField):
    """Codes separated by blanks or commas, as a tuple without repetition."""

    def to_python(self, value: Any) -> Any:
        found = re.split(r"[\s,;]+", str(super().to_python(value)))
        return tuple(dict.fromkeys(code for code in found if code))

    def validate(self, value: Any) -> None:
        if not all(_CODES.fullmatch(code) for code in value):
            raise forms.ValidationError("Give codes separated by blanks.")

    def run_validators(self, value: Any) -> None:
        return None


class KeepSkipForm(forms.Form):
    """One statement: KEEP or SKIP, and conditions that must all be met."""

    verb = forms.ChoiceField(
        label="Statement",
        choices=[("KEEP", "KEEP only the students who"), ("SKIP", "SKIP all students who")],
    )
    grades = _Codes(label="are in grade", help_text="Such as 11 12", required=False)
    genders = _Codes(label="have gender", help_text="F, M or X", required=False)
    programs = _Codes(label="are in program", help_text="Codes of education programs, such as 144", required=False)
    schools = _Codes(label="have the class at school", help_text="7-digit codes", required=False)
    ids = _Codes(
        label="have Local Student ID",
        help_text="One or many, separated by blanks",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(value for name, value in found.items() if name != "verb"):
            self.add_error("grades", "Fill in at least one condition.")
        return found

    def statement(self) -> Statement:
        return Statement(**self.cleaned_data)


class DataForm(forms.Form):
    """A ZIP of ROP data."""

    file = forms.FileField(
        label="ZIP file",
        help_text="The CSV files of the template, with their headers, in one ZIP of at most 64 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={"required": "Choose the ZIP file.", "empty": "The file is empty. Choose the ZIP file."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_UPLOADED:
            raise forms.ValidationError("The ZIP is larger than 64 MB. Send fewer days.")
        return file
