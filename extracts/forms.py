"""The forms of an extract: one for each way of asking, made from its definition.

Inside a wire form stand only the contract's names. What a program may send besides (the other pair of date names, what
belongs to another way and is therefore refused) is read but not shown: `shown` says which fields are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from extracts import submission_jobs
from extracts.access import Access, School
from extracts.criteria import Criteria
from extracts.definition import ODS_PAGE, Criterion, Way
from extracts.fields import ALL_GRADES, FIELDS_OF, LIMITED_PARTICIPATION, RANGES, program_choices
from ods.calendar import academic_year_of, pacific_today
from wire.forms import FirstWinsCheckbox, WireForm

_EITHER_PAIR: dict[Criterion, Criterion] = {
    "enrollment_range": "special_education_range",
    "special_education_range": "enrollment_range",
}
_ONLY_SENT: tuple[Criterion, ...] = ("effective_range",)
"""Criteria the wire knows and the page does not show: SDEM's pair of effective dates (section 10)."""

_ADDED: tuple[Criterion, ...] = ("adjusted", "certified_since", "certification_status")
"""Criteria whose wire names are not known: they stand outside the wire form, tied to it by `form` (decision 0053)."""

_WORDS: dict[Criterion, str] = {
    "active": "Active students",
    "academic_year": "an Academic Year",
    "enrollment_range": "a date range",
}
_TO_DO: dict[Criterion, str] = {
    "active": "tick Active students",
    "active_staff": "tick Active staff",
    "academic_year": "choose an Academic Year",
    "enrollment_range": "give a date range",
    "employment_range": "give Staff Employment Start Date and End Date",
}


class RequestForm(WireForm):
    """One way of asking for one extract, for one user in one organisation. Validates section 4.1.

    `lea` is the Reporting LEA whose schools are offered: the one sent, else the one given, else the first; None for a
    SELPA without members. `schools` are what may be chosen there.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, access: Access, way: Way, lea: str = "", **options: Any
    ) -> None:
        self.access = access
        self.way = way
        self.leas = access.leas()
        asked = data.get("ReportingLEA", "") if data is not None else lea
        self.lea = next((found for found in self.leas if found.code == asked), next(iter(self.leas), None))
        self.schools: list[School] = access.schools(self.lea) if self.lea else []
        # Each request has fields of its own; Django copies them from here, the instance's before the class's.
        self.base_fields = self._fields()  # type: ignore[misc]  # stubs know only the class's
        options.setdefault("auto_id", f"{way.key}_%s")
        super().__init__(data, **options)
        self._offer()

    def _fields(self) -> dict[str, forms.Field]:
        alone = not self.way.needs_one_of
        fields: dict[str, forms.Field] = {
            "record_type": forms.CharField(
                widget=forms.HiddenInput,
                initial=self.access.definition.code,
                required=self.access.definition.page == ODS_PAGE,  # elsewhere the page says it
            ),
            "reporting_lea": forms.ChoiceField(
                label="Reporting LEA",
                choices=[(found.code, str(found)) for found in self.leas],
                initial=self.lea.code if self.lea else "",
                widget=forms.Select if len(self.leas) > 1 else forms.HiddenInput,
                error_messages={
                    "required": "Give the Reporting LEA.",
                    "invalid_choice": "You cannot request extracts of this Reporting LEA from the organization you "
                    "work in. Change the organization at the top of the page, or choose another LEA.",
                },
            ),
        }
        read: Iterable[Criterion] = (
            *self.way.criteria,
            *(_EITHER_PAIR[criterion] for criterion in self.way.criteria if criterion in _EITHER_PAIR),
            *self.way.excludes,
            *(_EITHER_PAIR[criterion] for criterion in self.way.excludes if criterion in _EITHER_PAIR),
        )
        self.shown_names: set[str] = {"record_type", "reporting_lea", "extract_file_name"}
        self.added_names: set[str] = set()
        for criterion in read:
            shown = criterion in self.way.criteria and criterion not in _ONLY_SENT
            shown = shown and (criterion != "submission_job" or submission_jobs.are_known())
            made = FIELDS_OF[criterion](alone and shown and criterion not in self.way.optional)
            if self.way.needs_one_of == (criterion,):
                made[_one(criterion)[0]].initial = True  # the tab is chosen for it
            for name, field in made.items():
                if not shown or criterion in _EITHER_PAIR:
                    field.required = False  # of a range whose other pair may be sent, `clean` says what is missing
                if criterion in _ADDED:
                    field.widget.attrs["form"] = self.html_id
                    self.added_names.add(name)
                elif shown:
                    self.shown_names.add(name)
                    if criterion in _EITHER_PAIR and alone:
                        field.widget.attrs.update({"data-val": "true", "data-val-required": f"Give the {field.label}."})
                fields[name] = field
        if self.access.definition.asks_schools:
            fields["all_schools"] = forms.BooleanField(required=False, widget=FirstWinsCheckbox)
        fields["extract_file_name"] = forms.CharField(
            label="File name",
            help_text="Optional. Letters, digits, space, dot, hyphen and underscore; .txt is added.",
            required=False,
            max_length=100,
        )
        return fields

    def _offer(self) -> None:
        """Fill the lists that depend on who asks and on the Reporting LEA."""
        if isinstance(field := self.fields.get("school"), forms.MultipleChoiceField):
            field.choices = [(school.code, str(school)) for school in self.schools]
        if isinstance(field := self.fields.get("education_program_code"), forms.ChoiceField):
            field.choices = program_choices(self.lea.code if self.lea else "")
        if "education_program_participation" in self.fields and self.access.limit == "sped":
            self.fields["education_program_participation"].initial = LIMITED_PARTICIPATION

    @property
    def shown(self) -> list[BoundField]:
        """The fields the page shows, in the definition's order; the hidden ones among them."""
        return [self[name] for name in self.fields if name in self.shown_names]

    @property
    def html_id(self) -> str:
        """The id of the form's element, by which what stands outside is tied to it."""
        return f"request-{self.way.key}"

    @property
    def added(self) -> list[BoundField]:
        """The fields the page shows beside the wire form."""
        return [self[name] for name in self.fields if name in self.added_names]

    @property
    def placements_missing(self) -> bool:
        """Whether the list offers NPS or private placements and some of them were not chosen."""
        chosen = set(self["school"].value() or ()) if "school" in self.fields else set()
        return any(school.placement and school.code not in chosen for school in self.schools)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "school" in self.fields and "school" not in self.errors:
            self._clean_schools()
        for criterion in self.way.criteria:
            if criterion in RANGES:
                self._clean_range(criterion)
        self._clean_job()
        self._refuse_mixtures()
        self._need_one()
        if found.get("effective_date") and self._range("effective_range") != (None, None):
            self.add_error("effective_date", "Give one Effective Date, or Effective Start and End Date, not both.")
        return self.cleaned_data

    def _clean_schools(self) -> None:
        if self.cleaned_data.get("all_schools"):
            self.cleaned_data["school"] = [school.code for school in self.schools]
        if not self.cleaned_data["school"]:
            self.add_error("school", "Choose at least one school.")
        elif self.access.unlock_for(self.cleaned_data["school"]) is None:
            self.add_error("school", "Your roles do not cover these schools together. Request them one by one.")

    def _clean_job(self) -> None:
        job_id = self.cleaned_data.get("job_id", "")
        if not job_id:
            return
        postings = submission_jobs.postings_of(organization=self.access.organization, job_id=job_id)
        if postings is None:
            self.add_error("job_id", f"There is no submission {job_id} of this LEA. Look it up in View Submissions.")
        self.cleaned_data["postings"] = postings

    def _clean_range(self, criterion: Criterion) -> None:
        first, last = RANGES[criterion]
        if self.cleaned_data.get("active_staff") and criterion == "employment_range":
            for name in (first, last):  # ignored, whatever they are (10.1.3)
                self.errors.pop(name, None)
                self.cleaned_data[name] = None
            return
        start, end = self._range(criterion)
        required = not self.way.needs_one_of and criterion not in self.way.optional
        broken = any(name in self.errors for pair in self._pairs(criterion) for name in pair)
        if broken:
            return
        if start and not end:
            self.add_error(last, f"Give the {self.fields[last].label} too.")
        elif end and not start:
            self.add_error(first, f"Give the {self.fields[first].label} too.")
        elif required and not start:
            self.add_error(first, f"Give the {self.fields[first].label}, as MM/DD/YYYY.")
            self.add_error(last, f"Give the {self.fields[last].label}, as MM/DD/YYYY.")
        elif start and end and end < start:
            self.add_error(last, f"The {self.fields[last].label} is before the {self.fields[first].label}.")

    def _refuse_mixtures(self) -> None:
        for criterion in self.way.excludes:
            names = (
                [name for pair in self._pairs(criterion) for name in pair] if criterion in RANGES else _one(criterion)
            )
            if any(self.cleaned_data.get(name) or name in self.errors for name in names):
                asked = " or ".join(_WORDS[own] for own in self.way.criteria if own in _WORDS)
                self.add_error(
                    None,
                    f"{_sentence(_WORDS[criterion] + ' cannot be combined with ' + asked + ' here')} "
                    f"Leave out {self._words_of(names)}, or use the other tab.",
                )

    def _words_of(self, names: Iterable[str]) -> str:
        filled = [self.add_prefix(name) for name in names if self.cleaned_data.get(name) or name in self.errors]
        return " and ".join(filled)

    def _need_one(self) -> None:
        if not self.way.needs_one_of or self.errors:
            return
        if not any(self._given(criterion) for criterion in self.way.needs_one_of):
            words = _sentence(" or ".join(_TO_DO[criterion] for criterion in self.way.needs_one_of))
            for criterion in self.way.needs_one_of:
                for name in RANGES.get(criterion, tuple(_one(criterion))):
                    self.add_error(name, words)

    def _given(self, criterion: Criterion) -> bool:
        if criterion in RANGES:
            return self._range(criterion) != (None, None)
        return bool(self.cleaned_data.get(_one(criterion)[0]))

    def _pairs(self, criterion: Criterion) -> list[tuple[str, str]]:
        return [RANGES[criterion], *([RANGES[_EITHER_PAIR[criterion]]] if criterion in _EITHER_PAIR else [])]

    def _range(self, criterion: Criterion) -> tuple[date | None, date | None]:
        """The two days of a range, from whichever pair of names was filled."""
        for first, last in self._pairs(criterion):
            start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if start or end:
                return start, end
        return None, None

    def criteria(self) -> Criteria:
        """What a valid form asks for."""
        given = self.cleaned_data
        start = end = effective_start = effective_end = None
        for criterion in self.way.criteria:
            if criterion == "effective_range":
                effective_start, effective_end = self._range(criterion)
            elif criterion in RANGES:
                start, end = self._range(criterion)
        as_of = given.get("effective_date") if "as_of_date" in self.way.criteria else None
        if given.get("effective_date") and not as_of:
            effective_start = effective_end = given["effective_date"]
        grade = given.get("grade_level", "")
        covered = self.access.unlock_for(given.get("school", ()))
        return Criteria(
            record_type=self.access.definition.code,
            way=self.way.key,
            reporting_lea=given["reporting_lea"],
            schools=tuple(sorted(set(given.get("school", ())))),
            active=bool(given.get("active_student") or given.get("active_staff")),
            start=start,
            end=end,
            effective_start=effective_start,
            effective_end=effective_end,
            academic_year=given.get("academic_year", "") or self._year_of_match(),
            program_code=given.get("education_program_code", ""),
            participation=given.get("education_program_participation", ""),
            most_recent=given.get("record_history") == "Y",
            limit=covered[0].limit if covered else "",
            grade="" if grade == ALL_GRADES else grade,
            as_of=as_of,
            adjusted=bool(given.get("adjusted")),
            postings=given.get("postings"),
            job_id=given.get("job_id", ""),
            certified_since=given.get("certified_since"),
            statuses=tuple(sorted(given.get("certification_status_code", ()))),
        )

    def _year_of_match(self) -> str:
        """Direct Certification is of the current school year (8.6)."""
        return str(academic_year_of(pacific_today())) if "certification_status" in self.way.criteria else ""


def _one(criterion: Criterion) -> list[str]:
    return [{"active": "active_student"}.get(criterion, criterion)]


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
