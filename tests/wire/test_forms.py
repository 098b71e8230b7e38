"""Forms under the wire's names."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict

from wire.forms import FirstWinsCheckbox, WireDateField, WireForm

pytestmark = pytest.mark.engines


class Ask(WireForm):
    wire_names = {"file": "FilesUploaded[0].FileName"}

    active_student = forms.BooleanField(required=False, widget=FirstWinsCheckbox)
    reporting_lea = forms.CharField()
    school = forms.MultipleChoiceField(choices=[("1", "One"), ("2", "Two")], required=False)
    enrollment_start_date = WireDateField(required=False)
    job_id = forms.CharField(required=False)
    lea = forms.CharField(required=False)
    file = forms.CharField(required=False)


def test_fields_travel_under_the_wire_s_names() -> None:
    form = Ask()
    assert [form.add_prefix(name) for name in form.fields] == [
        "ActiveStudent",
        "ReportingLEA",
        "School",
        "EnrollmentStartDate",
        "JobID",
        "LEA",
        "FilesUploaded[0].FileName",
    ]


def test_posted_values_are_read_and_unknown_names_ignored() -> None:
    form = Ask(
        QueryDict(
            "ActiveStudent=true&ActiveStudent=false&ReportingLEA=1964733&School=1&School=2&command=Request"
            "&EnrollmentStartDate=08/15/2026&JobID=7&LEA=x&FilesUploaded%5B0%5D.FileName=f&Stray=1"
        )
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "active_student": True,
        "reporting_lea": "1964733",
        "school": ["1", "2"],
        "enrollment_start_date": date(2026, 8, 15),
        "job_id": "7",
        "lea": "x",
        "file": "f",
    }


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ActiveStudent=true&ActiveStudent=false", True),
        ("ActiveStudent=false&ActiveStudent=true", False),
        ("ActiveStudent=True", True),
        ("ActiveStudent=TRUE", True),
        ("ActiveStudent=False&ActiveStudent=false", False),
        ("ActiveStudent=false", False),
        ("ActiveStudent=on", True),
        ("ActiveStudent=", False),
        ("ActiveStudent=1", False),
        ("", False),
    ],
)
def test_the_first_value_of_a_check_box_counts(sent: str, expected: bool) -> None:
    form = Ask(QueryDict(f"ReportingLEA=1964733&{sent}"))
    assert form.is_valid()
    assert form.cleaned_data["active_student"] is expected


def test_the_first_value_counts_for_other_fields_too() -> None:
    form = Ask(QueryDict("ReportingLEA=1964733&ReportingLEA=3768338&JobID=1&JobID=2"))
    assert form.is_valid()
    assert (form.cleaned_data["reporting_lea"], form.cleaned_data["job_id"]) == ("1964733", "1")


def test_plain_values_are_taken_as_well() -> None:
    form = Ask({"ReportingLEA": "1964733", "ActiveStudent": "True"})
    assert form.is_valid()
    assert form.cleaned_data["active_student"] is True


def test_a_check_box_is_followed_by_its_hidden_false() -> None:
    assert str(Ask(auto_id=False)["active_student"]) == (
        '<input type="checkbox" name="ActiveStudent" value="true">'
        '<input type="hidden" name="ActiveStudent" value="false">'
    )
    ticked = Ask(QueryDict("ActiveStudent=true&ActiveStudent=false"), auto_id=False)
    assert str(ticked["active_student"]) == (
        '<input type="checkbox" name="ActiveStudent" value="true" checked>'
        '<input type="hidden" name="ActiveStudent" value="false">'
    )
    unticked = Ask(QueryDict("ActiveStudent=false"), initial={"active_student": True}, auto_id=False)
    assert "checked" not in str(unticked["active_student"])
    initial = Ask(initial={"active_student": True}, auto_id=False)
    assert "checked" in str(initial["active_student"])


def test_required_fields_say_so_and_others_do_not() -> None:
    form = Ask(auto_id=False)
    assert str(form["reporting_lea"]) == (
        '<input type="text" name="ReportingLEA" data-val="true" data-val-required="This field is required." required>'
    )
    assert "data-val" not in str(form["job_id"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08/15/2026", date(2026, 8, 15)),
        ("8/5/2026", date(2026, 8, 5)),
        ("2026-08-15", date(2026, 8, 15)),
        (" 02/29/2024 ", date(2024, 2, 29)),
        ("", None),
    ],
)
def test_dates_as_people_and_programs_write_them(text: str, expected: date | None) -> None:
    assert WireDateField(required=False).clean(text) == expected


@pytest.mark.parametrize("text", ["15/08/2026", "02/29/2026", "08/15/26", "20260815", "8-15-2026", "today", "\x00"])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        WireDateField(required=False).clean(text)
    assert refusal.value.messages == ["This is not a date. Give it as MM/DD/YYYY, for example 08/15/2026."]


def test_a_date_is_shown_as_people_write_it() -> None:
    form = Ask(initial={"enrollment_start_date": date(2026, 8, 5)}, auto_id=False)
    assert str(form["enrollment_start_date"]) == (
        '<input type="text" name="EnrollmentStartDate" value="08/05/2026" placeholder="MM/DD/YYYY">'
    )
