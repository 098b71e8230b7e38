"""Records of retired SSIDs: what is stored, shown, and recognised when it comes back (spec ods-extracts 10.1.8)."""

from datetime import date

import pytest

from ods.identities import RetirementRefused, restore, retire
from ods.layout import RECORD_TYPES, layout
from ods.models import StudentIdentity
from tests.factories.records import line
from tests.ods.posting.filing import FIRST, SECOND, SECOND_SCHOOL, THIRD, everything, extracted, filed, lines, stored

pytestmark = pytest.mark.engines

OLD, NEW, NEWER = "9000000001", "9000000002", "9000000003"
STUDENT_TYPES = [each for each in RECORD_TYPES if layout(each).has("ssid")]


@pytest.fixture
def known() -> None:
    """Three SSIDs with an enrolment each at another school and of their own day: in no test's way."""
    filed(
        *[
            line("SENR", ssid=ssid, school_of_attendance=SECOND_SCHOOL, enrollment_start_date=f"2024081{number}")
            for number, ssid in enumerate((OLD, NEW, NEWER))
        ]
    )


def ssids(record_type: str = "SENR") -> list[tuple[str, str]]:
    """SSID as posted and as shown."""
    return [(each.ssid, each.current_ssid) for each in stored(record_type)]  # type: ignore[attr-defined]


# --- the identity table --------------------------------------------------------------------------------------------


def test_senr_and_sinf_bring_identities_created_on_the_day_of_first_sight() -> None:
    filed(line("SINF", ssid=OLD), on=FIRST)
    filed(
        line("SENR", ssid=OLD),
        line("SENR", ssid=NEW),
        line("SENR", ssid=NEW, enrollment_start_date="20250901"),
        on=SECOND,
    )
    filed(line("SELA", ssid=NEWER), on=SECOND)
    filed(line("SENR", "D", ssid=NEW), on=THIRD)
    assert list(StudentIdentity.objects.order_by("ssid").values_list("ssid", "created_on", "retired_by")) == [
        (OLD, FIRST, None),
        (NEW, SECOND, None),
    ]


def test_a_refused_file_and_a_dry_run_bring_no_identity() -> None:
    filed(line("SENR"), line("SENR", ssid=NEW, gender_code="Q"))
    filed(line("SENR"), dry_run=True)
    assert StudentIdentity.objects.count() == 0


# --- retiring ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record_type", STUDENT_TYPES)
def test_records_keep_their_key_and_show_the_current_ssid_and_keep_their_dates(record_type: str, known: None) -> None:
    filed(line(record_type, ssid=OLD))
    before = [each for each in everything(record_type) if each["ssid"] == OLD]
    retire(old=OLD, new=NEW, on=SECOND)
    after = [each for each in everything(record_type) if each["ssid"] == OLD]
    assert after == [each | {"current_ssid": NEW} for each in before]
    assert line(record_type, ssid=NEW) in lines(record_type)
    restore(old=OLD)
    assert [each for each in everything(record_type) if each["ssid"] == OLD] == before


def test_a_chain_of_retirements_ends_at_the_last_whichever_came_first(known: None) -> None:
    assert retire(old=OLD, new=NEW, on=FIRST) == 1
    assert retire(old=NEW, new=NEWER, on=SECOND) == 2
    assert ssids() == [(OLD, NEWER), (NEW, NEWER), (NEWER, NEWER)]
    assert restore(old=NEW) == 2
    assert ssids() == [(OLD, NEW), (NEW, NEW), (NEWER, NEWER)]
    assert restore(old=OLD) == 1
    retire(old=NEW, new=NEWER, on=FIRST)
    retire(old=OLD, new=NEW, on=SECOND)
    assert ssids() == [(OLD, NEWER), (NEW, NEWER), (NEWER, NEWER)]
    identity = StudentIdentity.objects.get(ssid=OLD)
    assert (identity.retired_by, identity.retired_on) == (StudentIdentity.objects.get(ssid=NEW), SECOND)
    restore(old=OLD)
    identity.refresh_from_db()
    assert (identity.retired_by, identity.retired_on) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (NEWER, NEWER, "The new SSID is the old one, or was itself retired for it."),
        (NEWER, OLD, "The new SSID is the old one, or was itself retired for it."),
        (NEWER, NEW, "The new SSID is the old one, or was itself retired for it."),
        (OLD, NEWER, "The old SSID is retired already. Undo that first."),
        ("9999999999", NEW, "The old SSID is unknown: no SENR or SINF record with it was ever posted."),
        (NEWER, "9999999999", "The new SSID is unknown: no SENR or SINF record with it was ever posted."),
    ],
)
def test_circles_unknown_and_retired_ssids_are_refused(old: str, new: str, words: str, known: None) -> None:
    retire(old=OLD, new=NEW, on=FIRST)
    retire(old=NEW, new=NEWER, on=FIRST)
    before = ssids()
    with pytest.raises(RetirementRefused) as refused:
        retire(old=old, new=new, on=SECOND)
    assert (str(refused.value), ssids()) == (words, before)


def test_what_is_not_retired_cannot_be_restored(known: None) -> None:
    with pytest.raises(RetirementRefused, match=r"^The SSID is not retired\.$"):
        restore(old=OLD)


# --- posting afterwards --------------------------------------------------------------------------------------------


def test_a_record_posted_under_a_retired_ssid_shows_the_current_one(known: None) -> None:
    retire(old=OLD, new=NEW, on=FIRST)
    retire(old=NEW, new=NEWER, on=FIRST)
    filed(line("SELA", ssid=OLD))
    assert ssids("SELA") == [(OLD, NEWER)]


@pytest.mark.parametrize("record_type", STUDENT_TYPES)
def test_a_record_that_comes_back_under_the_current_ssid_is_recognised(record_type: str, known: None) -> None:
    filed(line(record_type, ssid=OLD))
    retire(old=OLD, new=NEW, on=FIRST)
    before = everything(record_type)
    filed_lines = [extracted(each) for each in stored(record_type) if each.ssid != NEWER]  # type: ignore[attr-defined]
    again = filed(*filed_lines, on=SECOND)
    assert again.counts == {"read": len(filed_lines), "unchanged": len(filed_lines)}
    assert everything(record_type) == before


def test_a_change_under_the_current_ssid_changes_the_record_and_leaves_its_key(known: None) -> None:
    filed(line("SELA", ssid=OLD))
    retire(old=OLD, new=NEW, on=FIRST)
    assert filed(line("SELA", ssid=NEW, local_record_id="new"), on=SECOND).counts == {"read": 1, "updated": 1}
    assert (ssids("SELA"), lines("SELA")) == ([(OLD, NEW)], [line("SELA", ssid=NEW, local_record_id="new")])
    assert filed(line("SELA", "D", ssid=NEW), on=SECOND).counts == {"read": 1, "removed": 1}


def test_a_record_posted_under_the_new_ssid_is_recognised_under_the_old_one_too(known: None) -> None:
    filed(line("SELA", ssid=NEW))
    retire(old=OLD, new=NEW, on=FIRST)
    assert filed(line("SELA", ssid=OLD), on=SECOND).counts == {"read": 1, "unchanged": 1}


def test_the_stored_key_comes_first_and_each_posted_record_is_met_once(known: None) -> None:
    filed(line("SELA", ssid=OLD), line("SELA", ssid=NEW, local_record_id="new"))
    retire(old=OLD, new=NEW, on=FIRST)
    assert filed(line("SELA", ssid=NEW, local_record_id="newer"), on=SECOND).counts == {"read": 1, "updated": 1}
    assert [each.local_record_id for each in stored("SELA")] == ["", "newer"]


def test_two_posted_records_that_fit_equally_are_both_left_alone(known: None) -> None:
    filed(line("SELA", ssid=OLD), line("SELA", ssid=NEW))
    retire(old=OLD, new=NEWER, on=FIRST)
    retire(old=NEW, new=NEWER, on=FIRST)
    assert filed(line("SELA", ssid=NEWER), on=SECOND).counts == {"read": 1, "inserted": 1}


def test_one_record_under_two_ssids_of_a_student_in_one_file_is_refused(known: None) -> None:
    filed(line("SELA", ssid=NEWER))
    retire(old=OLD, new=NEWER, on=FIRST)
    retire(old=NEW, new=NEWER, on=FIRST)
    refused = filed(line("SELA", ssid=OLD), line("SELA", ssid=NEW), on=SECOND)
    assert refused.places == [(1, "IVR0116"), (2, "IVR0116")]
    assert "another SSID of the same student" in refused.findings[0].words
    assert ssids("SELA") == [(NEWER, NEWER)]


def test_chains_of_effective_dates_stay_those_of_the_ssid_they_were_posted_under(known: None) -> None:
    filed(
        line("SINF", ssid=OLD, effective_start_date="20250801"), line("SINF", ssid=NEW, effective_start_date="20250815")
    )
    retire(old=OLD, new=NEW, on=FIRST)
    filed(line("SINF", ssid=NEW, effective_start_date="20250901"), on=SECOND)
    assert [(each.ssid, each.effective_start_date.day, each.effective_end_date) for each in stored("SINF")] == [  # type: ignore[attr-defined]
        (OLD, 1, None),
        (NEW, 15, date(2025, 8, 31)),
        (NEW, 1, None),
    ]
    # Under the current SSID the old one's record is met, and its own chain is what follows.
    filed(line("SINF", "D", ssid=NEW, effective_start_date="20250801"), on=THIRD)
    assert [each.ssid for each in stored("SINF")] == [NEW, NEW]  # type: ignore[attr-defined]


def test_a_replaced_scope_keeps_the_record_of_a_retired_ssid_that_comes_under_the_current_one(known: None) -> None:
    filed(line("STAS", ssid=OLD), line("STAS", ssid=NEWER))
    retire(old=OLD, new=NEW, on=FIRST)
    outcome = filed(line("STAS", ssid=NEW, gender_code="Q"), line("STAS", ssid=NEWER), on=SECOND, accept_valid=True)
    assert outcome.counts == {"read": 2, "unchanged": 1, "rejected": 1}
    assert ssids("STAS") == [(OLD, NEW), (NEWER, NEWER)]


def test_no_message_names_an_ssid(known: None) -> None:
    assert OLD not in repr(StudentIdentity.objects.get(ssid=OLD))
