"""The eight rules, each dropping with its reason (spec rosters, sections 2 and 7.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.selection import PRIMARY, Enrollment, Reason, Seat, Span, select
from tests.factories.rosters import DAY, school, section

ONE = "9900000001"
AUGUST = date(2025, 8, 12)


def reasons(found):
    return [(dropped.seat.ssid or dropped.seat.local_id, dropped.reason) for dropped in found.dropped_students]


def sent(found):
    return [(own.number, list(students)) for own, students in found.sections]


def test_a_student_who_meets_all_rules_is_sent():
    assert sent(select(school(section(students=[ONE])), day=DAY)) == [("2", [ONE])]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"excluded_students": frozenset({ONE})}, Reason.STUDENT_EXCLUDED),
        ({"enrollments": {ONE: (Enrollment(AUGUST, None, "10", excluded=True),)}}, Reason.ENROLLMENT_EXCLUDED),
        ({"excluded": True}, Reason.SCHOOL_EXCLUDED),
        ({"enrollments": {ONE: (Enrollment(AUGUST, None, "20"),)}}, Reason.NOT_PRIMARY),
        ({"enrollments": {ONE: (Enrollment(AUGUST, DAY - timedelta(1), "10"),)}}, Reason.NOT_ENROLLED),
        ({"enrollments": {ONE: (Enrollment(DAY + timedelta(1), None, "10"),)}}, Reason.NOT_ENROLLED),
        ({"enrollments": {ONE: ()}}, Reason.NOT_ENROLLED),
    ],
)
def test_each_rule_about_students_drops_with_its_reason(values, reason):
    found = select(school(section(students=[ONE, "9900000002"]), **values), day=DAY)
    assert reasons(found)[0] == (ONE, reason)
    if reason is not Reason.SCHOOL_EXCLUDED:
        assert sent(found) == [("2", ["9900000002"])]


def test_a_student_without_ssid_is_listed_by_his_local_id():
    own = section(students=[], seats=(Seat("", "A17"), Seat(ONE, "A1")))
    found = select(school(own), day=DAY)
    assert (sent(found), reasons(found)) == ([("2", [ONE])], [("A17", Reason.NO_SSID)])


def test_the_first_rule_that_fails_is_the_reason():
    both = {ONE: (Enrollment(AUGUST, None, "20", excluded=True),)}
    own = section(students=[ONE])
    assert reasons(
        select(school(own, enrollments=both, excluded_students=frozenset({ONE}), excluded=True), day=DAY)
    ) == [(ONE, Reason.STUDENT_EXCLUDED)]
    assert reasons(select(school(own, enrollments=both, excluded=True), day=DAY)) == [(ONE, Reason.ENROLLMENT_EXCLUDED)]
    assert reasons(select(school(section(students=[], seats=(Seat("", "A1"),)), excluded=True), day=DAY)) == [
        ("A1", Reason.SCHOOL_EXCLUDED)
    ]


@pytest.mark.parametrize(
    ("span", "counts"),
    [
        (Span(DAY, None), True),
        (Span(DAY + timedelta(1), None), False),
        (Span(None, DAY), False),  # the day after the last
        (Span(None, DAY + timedelta(1)), True),
    ],
)
def test_days_in_a_section_end_before_the_end_date(span, counts):
    own = section(students=[], seats=(Seat(ONE, "A1", span),))
    assert bool(select(school(own), day=DAY).sections) is counts
    whole = section(students=[ONE], span=span)
    assert bool(select(school(whole), day=DAY).sections) is counts


def test_an_exit_date_is_the_last_day_of_the_enrollment():
    own = school(section(students=[ONE]), enrollments={ONE: (Enrollment(AUGUST, DAY, "10"),)})
    assert sent(select(own, day=DAY)) == [("2", [ONE])]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"subject": ""}, Reason.NO_SUBJECT),
        ({"subject": "ELPAC"}, Reason.NO_SUBJECT),
        ({"span": None}, Reason.NO_DATES),
        ({"span": Span(None, DAY)}, Reason.NOT_ACTIVE),
        ({"students": []}, Reason.NO_STUDENTS),
    ],
)
def test_a_section_that_does_not_qualify_is_listed_with_its_reason(values, reason):
    found = select(school(section(**values), section("3")), day=DAY)
    assert [(dropped.section.number, dropped.reason) for dropped in found.dropped_sections] == [("2", reason)]
    assert [number for number, _ in sent(found)] == ["3"]


def test_only_the_chosen_sections_are_sent_and_none_chosen_means_all():
    own = school(section("2"), section("3"))
    found = select(own, day=DAY, chosen=["ELA7/3/FY"])
    assert [number for number, _ in sent(found)] == ["3"]
    assert [dropped.reason for dropped in found.dropped_sections] == [Reason.NOT_CHOSEN]
    assert [number for number, _ in sent(select(own, day=DAY))] == ["2", "3"]


def test_an_excluded_primary_enrollment_does_not_make_up_for_a_secondary_one():
    two = (Enrollment(AUGUST, None, "10", excluded=True), Enrollment(AUGUST, None, "20"))
    found = select(school(section(students=[ONE]), enrollments={ONE: two}), day=DAY)
    assert reasons(found) == [(ONE, Reason.NOT_PRIMARY)]


def test_a_second_enrollment_that_is_primary_is_enough():
    two = (Enrollment(AUGUST, None, "20"), Enrollment(AUGUST, None, "10"))
    assert sent(select(school(section(students=[ONE]), enrollments={ONE: two}), day=DAY)) == [("2", [ONE])]


def test_a_student_who_stands_twice_in_a_section_comes_once_and_in_order():
    own = section(students=["9900000002", ONE, ONE])
    assert sent(select(school(own), day=DAY)) == [("2", [ONE, "9900000002"])]


def test_every_reason_says_what_to_do():
    assert [reason for reason in Reason if not reason.advice] == [Reason.NOT_CHOSEN]


enrollments = st.builds(
    Enrollment,
    start=st.dates(date(2025, 9, 28), date(2025, 10, 3)),
    exit=st.none() | st.dates(date(2025, 9, 28), date(2025, 10, 3)),
    status=st.sampled_from(["10", "20"]),
    excluded=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(enrollments, max_size=3), st.booleans(), st.booleans(), st.sampled_from(["Math", "", "ALL"]), st.booleans()
)
def test_sent_exactly_when_all_eight_rules_hold(found, student_excluded, school_excluded, subject, has_ssid):
    seat = Seat(ONE if has_ssid else "", "A1")
    own = section(students=[], seats=(seat,), subject=subject)
    of_school = school(
        own,
        enrollments={ONE: tuple(found)},
        excluded=school_excluded,
        excluded_students=frozenset({ONE} if student_excluded else ()),
    )
    qualifies = any(
        one.start <= DAY and (one.exit is None or one.exit >= DAY) and one.status == PRIMARY and not one.excluded
        for one in found
    )
    expected = has_ssid and not student_excluded and not school_excluded and bool(subject) and qualifies
    selection = select(of_school, day=DAY)
    assert bool(selection.sections) is expected
    assert len(selection.dropped_students) == (0 if expected or not subject else 1)
