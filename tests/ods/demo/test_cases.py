"""Every case the demo must hold, counted in its files (issue 2, item 5)."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from ods.codesets import code_set
from tests.ods.demo.reading import Posted, Row

AS_OF = "20261102"
NPS, PRIVATE = "0000001", "0000002"


def _by(rows: list[Row], *names: str) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def _open(posted: Posted) -> list[Row]:
    return posted.of("SENR", enrollment_exit_date="")


def _ssids(rows: list[Row]) -> set[str]:
    return {row["ssid"] for row in rows}


def test_siblings_live_at_one_address_with_birthdays_of_their_own(posted: Posted) -> None:
    homes = _by(posted["SINF"], "legal_last_name", "address_line_1", "address_city_name", "guardian_1_first_name")
    families = [rows for rows in homes.values() if len({row["birth_date"] for row in rows}) > 1]
    assert len(families) >= 40


def test_twins_share_birthday_and_home_and_nothing_of_the_ssid(posted: Posted) -> None:
    homes = _by(posted["SINF"], "legal_last_name", "address_line_1", "birth_date", "academic_year_id")
    twins = [rows for rows in homes.values() if len(_ssids(rows)) == 2]
    assert len(twins) >= 4
    assert [rows for rows in twins if len({row["legal_first_name"] for row in rows}) < 2] == []


def test_transfers_between_leas_in_the_year_and_between_years(posted: Posted) -> None:
    in_year = between = 0
    for rows in _by(posted["SENR"], "ssid").values():
        for left in rows:
            later = [row for row in rows if row["enrollment_start_date"] > left["enrollment_exit_date"] > ""]
            if left["exit_reason_code"] == "T160" and any(
                row["reporting_lea"] != left["reporting_lea"] for row in later
            ):
                same_year = any(row["academic_year_id"] == left["academic_year_id"] for row in later)
                in_year += same_year
                between += not same_year
    assert (in_year >= 4, between >= 4) == (True, True)


def test_primary_secondary_and_short_term_enrollments(posted: Posted) -> None:
    kinds = Counter(row["enrollment_status_code"] for row in posted["SENR"])
    assert set(kinds) == {"10", "20", "30"}
    assert min(kinds.values()) >= 6
    held = _by(_open(posted), "ssid")
    together = [rows for rows in held.values() if {"10", "20"} <= {row["enrollment_status_code"] for row in rows}]
    assert len(together) >= 3


def test_exits_of_many_reasons_each_with_its_date(posted: Posted) -> None:
    reasons = Counter(row["exit_reason_code"] for row in posted["SENR"] if row["exit_reason_code"])
    wanted = {"E125", "E140", "E150", "E155", "E170", "E230", "E300", "E400", "E450", "N470"}
    wanted |= {"T160", "T165", "T167", "T180", "T200", "T240", "T260", "T280"}
    assert wanted - reasons.keys() == set()
    completions = {row["school_completion_status"] for row in posted["SENR"]} - {""}
    assert completions == {"100", "120", "330", "360", "480"}


def test_enrollments_that_begin_after_today(posted: Posted) -> None:
    future = [row for row in posted["SENR"] if row["enrollment_start_date"] > AS_OF]
    assert len(future) >= 3
    assert {row["enrollment_exit_date"] for row in future} == {""}


def test_information_has_history_that_ends_and_begins_again(posted: Posted) -> None:
    chains = _by(posted["SINF"], "reporting_lea", "ssid")
    assert sum(len(rows) > 1 for rows in chains.values()) >= 200
    gaps = 0
    for rows in chains.values():
        ends = [row["effective_end_date"] for row in rows if row["effective_end_date"]]
        gaps += any(row["effective_start_date"] > end for end in ends for row in rows)
    assert gaps >= 3


def test_a_version_sent_by_mistake_is_deleted_and_the_one_before_it_reopens(posted: Posted) -> None:
    deleted = [row for row in posted.lines["SINF"] if row["Transaction Type Code"] == "D"]
    assert len(deleted) >= 3
    for row in deleted:
        rest = posted.of("SINF", reporting_lea=row["reporting_lea"], ssid=row["ssid"])
        assert rest
        assert max(each["effective_start_date"] for each in rest) < row["effective_start_date"]
        assert {each["effective_end_date"] for each in rest} == {""}


def test_staff_versions_follow_each_other(posted: Posted) -> None:
    assert sum(len(rows) > 1 for rows in _by(posted["SDEM"], "reporting_lea", "seid").values()) >= 25


def test_special_education_history_across_leas(posted: Posted) -> None:
    across = [rows for rows in _by(posted["SWDS"], "ssid").values() if len({r["reporting_lea"] for r in rows}) > 1]
    assert len(across) >= 4
    opened = _ssids(_open(posted))
    assert sum(rows[0]["ssid"] in opened for rows in across) >= 4


def test_students_no_longer_eligible_or_participating_keep_meetings_plans_and_services(posted: Posted) -> None:
    opened = _ssids(_open(posted))
    found: Counter[str] = Counter()
    for (ssid,), rows in _by(posted["SWDS"], "ssid").items():
        latest = max(rows, key=lambda row: row["special_education_status_effective_start_date"])
        everything = all(ssid in _ssids(posted[code]) for code in ("MEET", "PLAN", "SERV"))
        if ssid in opened and everything:
            found[latest["special_education_status_code"]] += 1
    assert (found["1"] >= 20, found["2"] >= 4, found["4"] >= 4) == (True, True, True)


def test_statuses_of_all_four_kinds_and_one_that_returns(posted: Posted) -> None:
    assert {row["special_education_status_code"] for row in posted["SWDS"]} == {"1", "2", "3", "4"}
    returned = 0
    for rows in _by(posted["SWDS"], "ssid", "reporting_lea").values():
        rows.sort(key=lambda row: row["special_education_status_effective_start_date"])
        codes = "".join(row["special_education_status_code"] for row in rows)
        returned += "121" in codes
    assert returned >= 1


def test_evaluations_not_yet_held_are_pending(posted: Posted) -> None:
    pending = posted.of("MEET", special_education_meeting_date="")
    assert len(pending) >= 4
    assert {row["pending_as_of_date"] for row in pending} == {"20261028"}
    assert _ssids(pending) & _ssids(posted["SWDS"]) == set()


def test_plans_of_all_types(posted: Posted) -> None:
    kinds = Counter(row["special_education_plan_type_code"] for row in posted["PLAN"])
    assert set(kinds) == {"100", "150", "200"}
    assert min(kinds.values()) >= 3


@pytest.mark.parametrize("school", [NPS, PRIVATE])
def test_placements_at_nonpublic_and_private_schools_by_several_leas(posted: Posted, school: str) -> None:
    rows = posted.of("SENR", school_of_attendance=school)
    assert {row["reporting_lea"] for row in rows} == {"9910010", "9910028", "0990019"}
    assert {row["school_of_attendance_nps"] == "" for row in rows} == {school == PRIVATE}
    assert len([row for row in rows if not row["enrollment_exit_date"]]) >= 4


def test_an_independent_charter_is_lea_and_school_under_one_code(posted: Posted) -> None:
    own = [row for row in posted["SENR"] if row["reporting_lea"] == row["school_of_attendance"]]
    assert {row["reporting_lea"] for row in own} == {"0990019"}
    assert len(own) >= 100


def test_codes_keep_their_leading_zeros(posted: Posted) -> None:
    schools = {row["school_of_attendance"] for row in posted["SENR"]}
    assert {code for code in schools if code.startswith("0")} == {
        NPS,
        PRIVATE,
        "0980004",
        "0980005",
        "0980009",
        "0990019",
    }


def test_old_language_statuses_lack_local_record_id_and_academic_year(posted: Posted) -> None:
    old = posted.of("SELA", local_record_id="")
    assert len(old) >= 10
    assert old == posted.of("SELA", academic_year_id="")
    assert {row["posted_on"] for row in old} == {"20131016"}
    assert len(_ssids(old) & _ssids(_open(posted))) >= 4


def test_accents_apostrophes_hyphens_and_two_surnames(posted: Posted) -> None:
    last = {row["ssid"]: row["legal_last_name"] for row in posted["SENR"]}
    first = {row["ssid"]: row["legal_first_name"] for row in posted["SENR"]}
    names = [*last.values(), *first.values()]
    assert sum(not name.isascii() for name in names) >= 100
    assert sum("'" in name for name in names) >= 8
    assert sum("-" in name for name in names) >= 30
    assert sum(" " in name for name in last.values()) >= 100


def test_aliases_preferred_names_suffixes_and_changed_names(posted: Posted) -> None:
    assert len(_ssids([row for row in posted["SENR"] if row["alias_first_name"]])) >= 20
    assert len(_ssids([row for row in posted["SINF"] if row["preferred_first_name"]])) >= 10
    assert {row["legal_name_suffix"] for row in posted["SENR"]} == {"", "JR", "II", "III", "IV"}
    chains = _by(posted["SINF"], "reporting_lea", "ssid").values()
    assert sum(len({row["legal_last_name"] for row in rows}) > 1 for rows in chains) >= 5


def test_every_gender(posted: Posted) -> None:
    genders = Counter({row["ssid"]: row["gender_code"] for row in posted["SENR"]}.values())
    assert set(genders) == {"F", "M", "X"}
    assert genders["X"] >= 5
    assert {row["gender_code"] for row in posted["SDEM"]} == {"F", "M", "X"}


def test_every_grade_from_infants_to_adults(posted: Posted) -> None:
    active = {code for code, each in code_set("grade_level").codes.items() if each.active == "Y"}
    assert {row["grade_level_code"] for row in _open(posted)} == active
    assert active >= {"TK", "KN", "AD"}


def test_retired_ssids_have_records_under_both(posted: Posted) -> None:
    retirements = posted.data.retirements
    assert len(retirements) >= 4
    for retirement in retirements:
        assert posted.of("SENR", ssid=retirement.old)
        assert posted.of("SENR", ssid=retirement.new, enrollment_exit_date="")
        assert posted.of("SINF", ssid=retirement.old)


def test_staff_at_the_district_office_and_at_private_schools(posted: Posted) -> None:
    places = _by(posted["SASS"], "reporting_lea", "school_of_assignment")
    assert len(places["9910010", "9910010"]) >= 10
    assert {lea for lea, school in places if school == PRIVATE} == {"9910010", "9910028"}


def test_staff_who_left_and_staff_who_came(posted: Posted) -> None:
    left = [row for row in posted["SDEM"] if row["employment_end_date"]]
    assert len(left) >= 8
    assert {row["effective_end_date"] != "" for row in left} == {True, False}
    assert len([row for row in posted["SDEM"] if row["employment_start_date"] > "20260701"]) >= 8


def test_several_academic_years(posted: Posted) -> None:
    years = {row["academic_year_id"] for row in posted["SENR"]}
    assert years == {
        "2013-2014", "2014-2015", "2018-2019", "2023-2024", "2024-2025", "2025-2026", "2026-2027",
    }  # fmt: skip
    for code in ("SENR", "SPRG", "SASS", "SINC", "PLAN"):
        assert {row["academic_year_id"] for row in posted[code]} >= {"2024-2025", "2025-2026", "2026-2027"}


def test_leavers_of_every_kind_are_followed(posted: Posted) -> None:
    kinds = Counter(row["education_program_participation_type_code"] for row in posted["PSTS"])
    assert set(kinds) == {"10", "20", "30"}
    assert min(kinds.values()) >= 3
    completers = {
        (row["ssid"], f"{int(row['academic_year_id'][:4]) + 1}") for row in posted.of("SENR", exit_reason_code="E230")
    }
    assert {(row["ssid"], row["academic_year_id"][:4]) for row in posted["PSTS"]} - completers == set()


def test_every_program_the_state_has_or_had_in_mind(posted: Posted) -> None:
    active = {code for code, each in code_set("education_program").codes.items() if each.active == "Y"}
    found = {row["education_program_code"] for row in posted["SPRG"]}
    assert found == active | {"144"}
    services = Counter(row["education_service_code"] for row in posted.of("SPRG", education_program_code="122"))
    assert set(services) == {"05", "06", "11"}
    assert {row["education_service_code"] for row in posted["SPRG"] if row["education_program_code"] != "122"} == {""}
    homeless = posted.of("SPRG", education_program_code="191")
    assert {row["homeless_dwelling_type_code"] for row in homeless} == {"100", "110", "120", "130"}


def test_a_program_entered_by_mistake_is_gone(posted: Posted) -> None:
    deleted = [row for row in posted.lines["SPRG"] if row["Transaction Type Code"] == "D"]
    assert len(deleted) >= 3
    assert [row for row in deleted if row in posted["SPRG"]] == []


@pytest.mark.parametrize(
    ("record_type", "years"), [("SDIS", {"2013-2014", "2014-2015", "2018-2019"}), ("SWAV", {"2013-2014", "2014-2015"})]
)
def test_types_of_the_past(posted: Posted, record_type: str, years: set[str]) -> None:
    assert {row["academic_year_id"] for row in posted[record_type]} == years
    assert len(posted[record_type]) >= 20
    assert len({row["reporting_lea"] for row in posted.of(record_type, school_of_attendance=NPS)}) == 3


def test_incidents_have_several_students(posted: Posted) -> None:
    shared = _by(posted["SINC"], "reporting_lea", "school_of_attendance", "academic_year_id", "incident_id_local")
    assert sum(len(_ssids(rows)) > 1 for rows in shared.values()) >= 20


def test_sections_with_several_teachers_and_with_a_bilingual_one(posted: Posted) -> None:
    classes = _by(
        posted["CRSE"], "school_of_course_delivery", "academic_year_id", "local_course_id", "course_section_id"
    )
    several = [rows for rows in classes.values() if len({row["seid"] for row in rows}) > 1]
    assert len(several) >= 10
    assert {row["multiple_teacher_code"] for rows in several for row in rows} == {"1", "2"}
    assert "spa" in {row["language_of_instruction_code"] for row in posted["CRSE"]}


def test_completed_courses_have_credits_and_grades(posted: Posted) -> None:
    marks = Counter(row["course_final_grade"] for row in posted["SCSC"])
    assert set(marks) == {"A", "A-", "B+", "B", "B-", "C+", "C", "D", "F"}
    failed = posted.of("SCSC", course_final_grade="F", credits_attempted="5.00")
    assert {row["credits_earned"] for row in failed} == {"0.00"}


def test_memberships_in_a_selpa_end_and_begin(posted: Posted) -> None:
    lines = posted.data.directory.read_text().splitlines()
    assert [line for line in lines if line.startswith("MEMBER")] == [
        "MEMBER,9910010,,9901,2012-07-01,",
        "MEMBER,9910028,,9901,2012-07-01,",
        "MEMBER,0990019,,9901,2012-07-01,2025-06-30",
        "MEMBER,0990019,,9901,2027-07-01,",
        "MEMBER,0990019,,9902,2025-07-01,2027-06-30",
    ]


def test_home_languages_of_california(posted: Posted) -> None:
    languages = Counter({row["ssid"]: row["primary_language_code"] for row in posted["SELA"]}.values())
    assert len(languages) >= 15
    assert [code for code, _ in languages.most_common(2)] == ["eng", "spa"]
    codes = {row["english_language_acquisition_status_code"] for row in posted["SELA"]}
    assert codes == {"EO", "EL", "IFEP", "RFEP", "TBD", "ADEL"}
