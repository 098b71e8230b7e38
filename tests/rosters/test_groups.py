"""Teachers, rows and their order, the compact form, the file's bytes, prechecks, differences (spec rosters 1, 3, 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from rosters.difference import compare, members_of
from rosters.groups import Cleared, build, rows
from rosters.names import Mode
from rosters.prechecks import check, stops
from rosters.roster_file import Row, file_name, from_bytes, to_bytes
from rosters.selection import Reason, select
from rosters.teachers import Role, is_email, team
from tests.factories.rosters import CDS, DAY, YEAR, school, section, ssids, teacher

LEAD = teacher("9800000001", email="Lead@example.org")
CO = teacher("9800000002", Role.CO_TEACHER, email="co@example.org")
SHARE = teacher("9800000003", Role.JOB_SHARE, email="share@example.org")
AIDE = teacher("9800000004", Role.OTHER, email="aide@example.org")


def roster(*sections, **values):
    clear = values.pop("clear", ())
    known, mode = values.pop("known", {}), values.pop("mode", Mode.STANDARD)
    own = school(*sections, **values)
    return build(own, select(own, day=DAY), day=DAY, known=known, clear=clear, mode=mode)


def findings(records, **values):
    given = {"cds": CDS, "year": YEAR, "limit": 20, **values}
    return [(found.error, found.row, found.field) for found in check(records, **given)]


def test_lead_co_teacher_and_job_share_get_rows_in_that_order_and_others_none():
    found = rows(roster(section(students=ssids(2), teachers=(AIDE, SHARE, CO, LEAD))))
    assert [(row.group_user_login, row.student_ssid) for row in found] == [
        (login, ssid) for login in ("Lead@example.org", "co@example.org", "share@example.org") for ssid in ssids(2)
    ]


def test_a_row_holds_the_six_values_and_the_county_keeps_its_zero():
    found = rows(roster(section(students=ssids(1)), cds="01611920130229"))
    assert found == [
        Row("2026NgA3(A)ELA72", "01611920130229", "2026", "ELA", "9900000001", "t001@example.org")
    ]  # fmt: skip


def test_e_mails_compare_without_case_and_the_higher_role_stays():
    found = team((CO, replace(LEAD, email="CO@example.org")), day=DAY)
    assert [(one.email, one.role) for one in found.sent] == [("CO@example.org", Role.LEAD)]


def test_of_two_leads_the_earlier_start_names_the_group_and_both_get_rows():
    first = replace(LEAD, start=date(2025, 9, 1), last_name="Early")
    second = replace(LEAD, staff_id="9800000009", email="a@example.org", start=date(2025, 9, 2), last_name="Late")
    found = roster(section(teachers=(second, first)))
    assert found.groups[0].lead.last_name == "Early"
    assert [one.email for one in found.groups[0].teachers] == ["Lead@example.org", "a@example.org"]


def test_only_assignments_of_the_day_count():
    ended, to_come = replace(CO, end=DAY), replace(SHARE, start=date(2025, 10, 2))
    assert [one.role for one in roster(section(teachers=(LEAD, ended, to_come))).groups[0].teachers] == [Role.LEAD]


def test_without_a_lead_a_group_is_not_sent_and_says_why():
    found = roster(section(teachers=(CO,)), section("3"))
    assert [group.section.number for group in found.groups] == ["3"]
    assert [dropped.reason for dropped in found.selection.dropped_sections] == [Reason.NO_LEAD]


def test_a_teacher_without_e_mail_gets_no_rows_and_the_group_goes_out_for_the_others():
    found = roster(section(teachers=(replace(LEAD, email=""), CO)))
    assert [one.email for one in found.groups[0].teachers] == ["co@example.org"]
    assert found.groups[0].name == "2026NgA3(A)ELA72"
    assert [one.staff_id for _, one in found.without_login] == ["9800000001"]
    alone = roster(section(teachers=(replace(LEAD, email="not one"),)))
    assert [dropped.reason for dropped in alone.selection.dropped_sections] == [Reason.NO_LOGIN]


@pytest.mark.parametrize(
    ("students", "shared", "count"),
    [(66, False, 198), (67, True, 67), (70, True, 70), (200, True, 200), (201, False, 603)],
)
def test_above_200_rows_students_stand_once_and_teachers_take_turns(students, shared, count):
    found = roster(section(students=ssids(students), teachers=(LEAD, CO, SHARE)))
    assert (found.groups[0].shared, found.groups[0].rows, len(rows(found))) == (shared, count, count)
    if shared:
        records = rows(found)
        assert [row.student_ssid for row in records] == ssids(students)
        assert [row.group_user_login for row in records[:4]] == [
            "Lead@example.org", "co@example.org", "share@example.org", "Lead@example.org",
        ]  # fmt: skip


def test_more_than_200_students_stop_the_file():
    found = check(rows(roster(section(students=ssids(201)))), cds=CDS, year=YEAR, limit=20)
    assert [(one.error, one.words) for one in found] == [
        (True, "The group has 201 rows with students. CERS takes 200. Split the section.")
    ]
    assert stops(found)


def test_groups_come_by_name_and_clear_rows_at_their_place():
    found = roster(section("2"), section("3", course="A"), clear=(Cleared("2026Old", "Math"), Cleared("Zed", "ELA")))
    names = [row.group_name for row in rows(found)]
    assert sorted(set(names)) == ["2026NgA3(A)A3", "2026NgA3(A)ELA72", "2026Old", "Zed"]
    assert names == sorted(names)
    assert [row for row in rows(found) if row.group_name == "Zed"] == [Row("Zed", CDS, "2026", "ELA", "", "")]
    again = roster(section("2"), clear=(Cleared("2026NgA3(A)ELA72", "ELA"),))
    assert again.cleared == ()


def test_the_bytes_of_a_file():
    records = [Row("A,1", CDS, "2026", "ALL", "9900000001", "a@example.org")]
    assert to_bytes(records) == (
        b"group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login\r\n"
        b'"A,1",19647331930924,2026,ALL,9900000001,a@example.org\r\n'
    )
    assert len({to_bytes(records, edition=number) for number in range(64)}) == 64
    assert all(from_bytes(to_bytes(records, edition=number)) == records for number in range(64))
    with pytest.raises(ValueError, match="0 to 63"):
        to_bytes(records, edition=64)
    with pytest.raises(ValueError, match="header"):
        from_bytes(b"a,b\r\n")
    assert file_name(CDS, 2026, datetime(2025, 10, 1, 9, 5, 7)) == ("CERS_19647331930924_2026_20251001-0905.csv")


GOOD = Row("A", CDS, "2026", "ELA", "9900000001", "a@example.org")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"group_name": ""}, "group_name"),
        ({"group_name": "x" * 21}, "group_name"),
        ({"group_name": " A"}, "group_name"),
        ({"school_natural_id": "19647331930925"}, "school_natural_id"),
        ({"school_year": "2027"}, "school_year"),
        ({"subject_code": "ELPAC"}, "subject_code"),
        ({"student_ssid": "123"}, "student_ssid"),
        ({"group_user_login": "a@b"}, "group_user_login"),
    ],
)
def test_each_precheck_of_a_row(change, field):
    assert findings([GOOD]) == []
    assert findings([GOOD._replace(**change)]) == [(True, 1, field)]


def test_the_prechecks_of_a_file():
    other = GOOD._replace(student_ssid="9900000002")
    assert findings([]) == [(True, 0, "")]
    assert findings([GOOD._replace(school_natural_id="1")], cds="1") == [(True, 0, "school_natural_id")]
    assert findings([GOOD, other._replace(group_name="á")]) == [(True, 0, "group_name")]
    assert findings([GOOD, other._replace(group_name="B"), other]) == [(True, 0, "group_name")]
    assert findings([GOOD, other._replace(subject_code="Math")]) == [(True, 0, "subject_code")]
    assert findings([GOOD, GOOD._replace(group_user_login="A@example.org")]) == [(False, 0, "")]
    assert findings([GOOD._replace(student_ssid="", group_user_login="")]) == []
    expired = {"key_expires": date(2025, 9, 30), "today": DAY}
    assert findings([GOOD], **expired) == [(True, 0, "")]
    assert findings([GOOD], **expired | {"key_expires": DAY}) == []


def test_literal_names_may_clash_and_say_so():
    two = (section("21", course="ENGLISH123"), section("22", course="ENGLISH123"))
    assert roster(*two, mode=Mode.LITERAL).clashes == ["2026NgA3(A)ENGLISH12"]
    assert roster(*two).clashes == []


@pytest.mark.parametrize(
    ("text", "good"), [("a@b.org", True), ("a b@c.org", False), ("a@b", False), ("@b.org", False), ("a@b..org", False)]
)
def test_the_form_of_a_login(text, good):
    assert is_email(text) is good


def test_what_a_file_changes():
    before = members_of([GOOD, GOOD._replace(group_name="B", student_ssid="9900000002")])
    assert compare({}, before, complete=True).first
    same = compare(before, before, complete=True)
    assert (same.nothing, same.share, same.holds) == (True, 0.0, False)
    moved = members_of([GOOD, GOOD._replace(student_ssid="9900000003")])
    found = compare(before, moved, complete=True)
    assert [(one.name, one.kind, one.students_in, one.students_out) for one in found.changes] == [
        ("A", "changed", 1, 0)
    ]
    assert (found.stale, found.share, found.holds) == (("B",), 0.5, True)
    partly = compare(before, moved, complete=False)
    assert (partly.stale, partly.share) == ((), 0.5)
    emptied = compare(before, members_of([GOOD._replace(student_ssid="", group_user_login="")]), complete=False)
    assert [(one.kind, one.students_out, one.users_out) for one in emptied.changes] == [("emptied", 1, 1)]


def test_a_new_teacher_for_one_class_of_five_is_not_held_and_of_four_is():
    for classes, held in ((5, False), (4, True)):
        before = members_of([GOOD._replace(group_name=f"G{number}") for number in range(classes)])
        after = {**{name: one for name, one in before.items() if name != "G0"}, "N0": before["G0"]}
        assert compare(before, after, complete=True).holds is held
