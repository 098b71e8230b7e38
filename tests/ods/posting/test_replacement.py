import pytest

from ods.layout import RECORD_TYPES, layout
from ods.models import Posting, StudentAbsenceSummary
from ods.posting import Outcome, empty_scope
from tests.factories.records import LEA, SCHOOL, YEAR, line
from tests.ods.posting.filing import (
    FIRST,
    OTHER_LEA,
    SECOND,
    SECOND_SCHOOL,
    days,
    everything,
    filed,
    lines,
    stored,
)

pytestmark = pytest.mark.engines

REPLACEMENTS = [each for each in RECORD_TYPES if layout(each).processing == "replacement"]
ONE, TWO, THREE = "9000000001", "9000000002", "9000000003"


def of(record_type: str, person: str, **given: str) -> str:
    """A record of the scope, told from the others of it by its person (or teacher)."""
    name = "ssid" if layout(record_type).has("ssid") else "seid"
    return line(record_type, **{name: person, **given})


def outside(record_type: str, name: str) -> dict[str, str]:
    """A change that takes a record out of the scope, by that part of it."""
    changes = {
        "reporting_lea": {"reporting_lea": OTHER_LEA},
        "academic_year_id": {"academic_year_id": "2024-2025"},
        "academic_term_code": {"academic_term_code": "S1"},
        "education_program_participation_type_code": {"education_program_participation_type_code": "30"},
    }
    return changes.get(name, {name: SECOND_SCHOOL})


@pytest.mark.parametrize("record_type", REPLACEMENTS)
def test_a_scope_is_replaced_as_a_difference(record_type: str) -> None:
    filed(of(record_type, ONE), of(record_type, TWO))
    kept = everything(record_type)[0]
    outcome = filed(of(record_type, THREE), of(record_type, ONE), on=SECOND)
    assert outcome.counts == {"read": 2, "inserted": 1, "unchanged": 1, "deleted": 1}
    assert everything(record_type)[0] == kept
    assert days(record_type) == [(FIRST, FIRST), (SECOND, SECOND)]


@pytest.mark.parametrize("record_type", REPLACEMENTS)
def test_records_outside_the_scope_stay_whichever_part_tells_them_apart(record_type: str) -> None:
    placement = {layout(record_type).school_field: "0000001"}
    for name in layout(record_type).scope:
        base = placement if name == "reporting_lea" else {}
        filed(of(record_type, ONE, **base | outside(record_type, name)), of(record_type, TWO, **base))
        outcome = filed(of(record_type, THREE, **base))
        assert (name, outcome.counts) == (name, {"read": 1, "inserted": 1, "deleted": 1})
        assert len(stored(record_type)) == 2
        for record in stored(record_type):
            record.delete()


def test_psts_scope_has_no_school() -> None:
    filed(line("PSTS", ssid=ONE, school_of_attendance=SECOND_SCHOOL), line("PSTS", ssid=TWO))
    assert filed(line("PSTS", ssid=TWO)).counts == {"read": 1, "unchanged": 1, "deleted": 1}


def test_a_file_of_several_scopes_replaces_each_and_only_those() -> None:
    filed(
        of("STAS", ONE),
        of("STAS", TWO, school_of_attendance=SECOND_SCHOOL),
        of("STAS", THREE, academic_year_id="2024-2025"),
    )
    outcome = filed(of("STAS", TWO), of("STAS", ONE, school_of_attendance=SECOND_SCHOOL), on=SECOND)
    assert outcome.counts == {"read": 2, "inserted": 2, "deleted": 2}
    assert sorted(StudentAbsenceSummary.objects.values_list("school_of_attendance", "academic_year_id", "ssid")) == [
        (SCHOOL, "2024-2025", THREE),
        (SCHOOL, YEAR, TWO),
        (SECOND_SCHOOL, YEAR, ONE),
    ]


def test_how_many_will_be_deleted_is_said_before_anything_changes() -> None:
    filed(of("STAS", ONE), of("STAS", TWO))
    said: list[tuple[int, int]] = []

    def announce(outcome: Outcome) -> None:
        said.append((outcome.counts.deleted, StudentAbsenceSummary.objects.count()))

    filed(of("STAS", THREE), announce=announce)
    assert said == [(2, 2)]
    assert [record.ssid for record in StudentAbsenceSummary.objects.all()] == [THREE]


@pytest.mark.parametrize("record_type", REPLACEMENTS)
def test_d_in_a_replacement_file_is_refused_and_nothing_changes(record_type: str) -> None:
    filed(line(record_type))
    before = everything(record_type)
    refused = filed(line(record_type, "D"), on=SECOND)
    assert (refused.places, everything(record_type)) == ([(1, "GERR0008")], before)


# --- accept valid --------------------------------------------------------------------------------------------------


def test_posted_records_of_rejected_lines_stay_and_those_not_in_the_file_go() -> None:
    filed(of("STAS", ONE), of("STAS", TWO), of("STAS", THREE))
    outcome = filed(
        of("STAS", ONE, local_record_id="new"), of("STAS", TWO, gender_code="Q"), on=SECOND, accept_valid=True
    )
    assert outcome.counts == {"read": 2, "updated": 1, "rejected": 1, "deleted": 1}
    assert lines("STAS") == [
        of("STAS", ONE, local_record_id="new"),
        of("STAS", TWO),
    ]
    assert days("STAS") == [(FIRST, SECOND), (FIRST, FIRST)]


def test_a_rejected_line_whose_key_is_read_in_part_keeps_all_that_it_may_mean() -> None:
    kept = [
        of("SINC", ONE, incident_id_local="A"),
        of("SINC", TWO, incident_id_local="A"),
        of("SINC", TWO, incident_id_local="B"),
    ]
    filed(*kept)
    outcome = filed(
        of("SINC", "not an SSID"[:10], incident_id_local="A"),
        of("SINC", THREE, incident_id_local="B"),
        accept_valid=True,
    )
    assert outcome.counts == {"read": 2, "inserted": 1, "rejected": 1, "deleted": 1}
    assert lines("SINC") == [*kept[:2], of("SINC", THREE, incident_id_local="B")]


def test_lines_rejected_for_their_key_twice_or_for_d_keep_the_posted_record() -> None:
    filed(of("STAS", ONE), of("STAS", TWO), of("STAS", THREE))
    outcome = filed(
        of("STAS", ONE), of("STAS", ONE), of("STAS", TWO).replace("STAS^", "STAS^D", 1), of("STAS", "9000000004"),
        accept_valid=True,
    )  # fmt: skip
    assert outcome.counts == {"read": 4, "inserted": 1, "rejected": 3, "deleted": 1}
    assert lines("STAS") == [of("STAS", ONE), of("STAS", TWO), of("STAS", "9000000004")]


def test_a_scope_in_which_every_line_is_rejected_is_still_replaced_but_for_those_lines() -> None:
    filed(of("STAS", ONE), of("STAS", TWO), of("STAS", THREE, school_of_attendance=SECOND_SCHOOL))
    outcome = filed(
        of("STAS", ONE, gender_code="Q"), of("STAS", THREE, school_of_attendance=SECOND_SCHOOL), accept_valid=True
    )
    assert outcome.counts == {"read": 2, "unchanged": 1, "rejected": 1, "deleted": 1}
    assert [record.ssid for record in StudentAbsenceSummary.objects.order_by("ssid")] == [ONE, THREE]


@pytest.mark.parametrize(
    "unreadable",
    [
        line("STAS", school_of_attendance=""),
        line("STAS", school_of_attendance="7777777"),
        line("STAS", reporting_lea="7777777"),
        line("STAS", academic_year_id="2025-2027"),
        line("STAS") + "^",
        "STAS^cut",
        line("SINC"),
    ],
    ids=["no school", "foreign school", "unknown LEA", "no year", "too many fields", "cut", "another type"],
)
def test_a_rejected_line_whose_scope_cannot_be_read_refuses_the_whole_file(unreadable: str) -> None:
    filed(of("STAS", ONE), of("STAS", TWO))
    before = everything("STAS")
    refused = filed(of("STAS", ONE, local_record_id="new"), unreadable, on=SECOND, accept_valid=True)
    assert refused.outcome.refused == (
        "The file replaces what it names by Reporting LEA, School of Attendance, Academic Year ID, and these cannot be "
        "read in line 2, which is rejected: what it would replace is unknown. Correct the line; nothing was posted."
    )
    assert (everything("STAS"), Posting.objects.count()) == (before, 1)


# --- emptying a scope ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record_type", REPLACEMENTS)
def test_a_scope_is_emptied_and_others_stay(record_type: str) -> None:
    for name in layout(record_type).scope:
        if name != "reporting_lea":
            filed(of(record_type, ONE, **outside(record_type, name)))
    others = lines(record_type)
    filed(of(record_type, ONE), of(record_type, TWO))
    values = line(record_type).split("^")
    scope = [values[layout(record_type)[name].position - 1] for name in layout(record_type).scope]
    said: list[int] = []
    outcome = empty_scope(
        record_type=record_type,
        scope=scope,
        posted_on=SECOND,
        posted_by="tester",
        announce=lambda outcome: said.append(outcome.counts.deleted),
    )
    assert (outcome.counts.deleted, said, lines(record_type)) == (2, [2], others)
    assert outcome.posting is not None
    assert Posting.objects.filter(pk=outcome.posting.pk).values_list("file_name", "deleted", "posted_on").get() == (
        f"--empty-scope {':'.join(scope)}",
        2,
        SECOND,
    )


def test_emptying_in_a_dry_run_counts_only() -> None:
    filed(of("STAS", ONE))
    outcome = empty_scope(
        record_type="STAS", scope=[LEA, SCHOOL, YEAR], posted_on=SECOND, posted_by="tester", dry_run=True
    )
    assert (outcome.counts.deleted, outcome.posting, len(stored("STAS"))) == (1, None, 1)


@pytest.mark.parametrize(
    ("record_type", "scope", "words"),
    [
        ("SENR", [LEA, SCHOOL, YEAR], "SENR records are deleted one by one, by D in a file"),
        ("STAS", [LEA, SCHOOL], "a scope of STAS is Reporting LEA:School of Attendance:Academic Year ID"),
        (
            "CRSE",
            [LEA, SCHOOL, YEAR],
            "a scope of CRSE is Reporting LEA:School of Course Delivery:Academic Year ID:Aca",
        ),
        ("PSTS", [LEA], "a scope of PSTS is Reporting LEA:Academic Year ID:Education Program Participation Type Code"),
    ],
)
def test_what_is_no_scope_is_refused_in_words(record_type: str, scope: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        empty_scope(record_type=record_type, scope=scope, posted_on=SECOND, posted_by="tester")
