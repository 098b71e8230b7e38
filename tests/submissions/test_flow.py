"""A file from upload to posted records: what a user does in File Submission."""

from __future__ import annotations

import pytest
from django.test import Client

from jobs import storage
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization, Posting, StudentEnrollment, StudentIdentity
from submissions.enums import Status
from submissions.models import Submission
from tests.factories.people import grant, make_user
from tests.factories.records import LEA, SCHOOL, SSID, file, line
from tests.ods.posting.filing import SECOND_SCHOOL
from tests.submissions.conftest import ADDRESS, a_file, current, know, places, post_all, state, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

GOOD = {"birth_country_code": "US", "grade_level_code": "05"}


def senr(transaction_type: str = "", **given: str) -> str:
    return line("SENR", transaction_type, **{**GOOD, **given})


def test_a_good_file_is_ready_for_review_and_nothing_is_posted_yet(submit) -> None:
    know(SSID)
    submission = submit(senr())
    assert (places(submission), state(submission)) == ([], (Status.READY, 1, 1, 0))
    assert (submission.to_insert, StudentEnrollment.objects.count(), Posting.objects.count()) == (1, 0, 0)


def test_post_all_posts_what_was_accepted_and_no_more(client, submit) -> None:
    know(SSID, "9000000002")
    submission = post_all(client, submit(senr(), senr(ssid="9000000002", gender_code="Q"), senr(ssid="9000000003")))
    assert places(submission) == [(2, "GERR0002", "1.18"), (3, "SUBM0001", "1.08")]
    assert state(submission) == (Status.POSTED, 3, 1, 2)
    posted = StudentEnrollment.objects.get()
    assert (posted.ssid, posted.posting, posted.posting_line) == (SSID, submission.posting, 1)
    posting = submission.posting
    assert (posting.read, posting.inserted, posting.rejected, posting.posted_by) == (3, 1, 2, "clerk")


def test_a_second_press_posts_nothing_more(client, submit) -> None:
    know(SSID)
    submission = submit(senr())
    first = post_all(client, submission)
    answer = client.post("/FileSubmission/Post", {"JobID": submission.pk, "command": "Post All"}, follow=True)
    assert "is posted already" in answer.content.decode()
    assert current(submission).posting == first.posting
    assert (Posting.objects.count(), Job.objects.filter(kind="posting").count()) == (1, 1)


def test_an_attempt_after_one_that_posted_changes_nothing(client, submit) -> None:
    """The worker died between the commit and the job's own end: the sweep gives the job to another."""
    know(SSID)
    submission = post_all(client, submit(senr()))
    Job.objects.filter(pk=submission.posting_job_id).update(status="QUEUED", finished_at=None)
    run_job(job_id=submission.posting_job_id)
    assert (Posting.objects.count(), current(submission).posting) == (1, submission.posting)


def test_a_blank_ssid_gets_a_new_one_at_posting(client, submit) -> None:
    submission = submit(senr(ssid="", local_student_id="1"), senr(ssid="", local_student_id="2"))
    assert (places(submission), state(submission)) == ([], (Status.READY, 2, 2, 0))
    post_all(client, submission)
    issued = sorted(StudentEnrollment.objects.values_list("ssid", flat=True))
    assert len(set(issued)) == 2
    assert all(len(ssid) == 10 and ssid.isdigit() for ssid in issued)
    assert sorted(StudentIdentity.objects.values_list("ssid", flat=True)) == issued


def test_the_same_student_is_not_given_a_second_ssid(client, submit) -> None:
    post_all(client, submit(senr(ssid="", local_student_id="1")))
    again = submit(senr(ssid="", local_student_id="1"))
    assert (places(again), state(again)) == ([(1, "SENRX19", "1.08")], (Status.REJECTED, 1, 0, 1))


def test_of_one_file_sent_twice_the_second_is_not_posted_even_when_both_were_validated_first(client, submit) -> None:
    lines = [senr(ssid="", local_student_id=str(number)) for number in (1, 2)]
    first, second = submit(*lines), submit(*lines, senr(ssid="", local_student_id="3"))
    post_all(client, first)
    failed = post_all(client, second)
    assert StudentEnrollment.objects.count() == 2
    assert (state(failed)[0], failed.posting) == (Status.FAILED, None)
    assert failed.posting_job.message == (
        "Students who had no SSID were given one since this file was validated (line 1, 2): the same file may have "
        "been posted twice. Nothing was posted. Submit the file again to see which."
    )
    again = submit(*lines, senr(ssid="", local_student_id="3"))
    assert (places(again), state(again)[0]) == ([(1, "SENRX19", "1.08"), (2, "SENRX19", "1.08")], Status.READY)


def test_a_record_that_is_posted_already_is_recognized_before_the_rules(client, submit) -> None:
    """What would break a rule as a new record stays what it is as a posted one."""
    know(SSID)
    post_all(client, submit(senr()))
    StudentEnrollment.objects.update(exit_reason_code="E230")
    again = submit(senr(exit_reason_code="E230"))
    assert (places(again), state(again), again.unchanged) == ([], (Status.READY, 1, 1, 0), 1)
    changed = submit(senr(exit_reason_code="E230", local_record_id="new"))
    assert state(changed) == (Status.REJECTED, 1, 0, 1)


def test_discarded_files_are_never_posted(client, submit) -> None:
    know(SSID)
    submission = submit(senr())
    client.post("/FileSubmission/Discard", {"JobID": submission.pk})
    assert state(post_all(client, submission))[0] == Status.DISCARDED
    assert Posting.objects.count() == 0


def test_a_delete_of_what_is_not_there_is_rejected(submit) -> None:
    know(SSID)
    assert places(submit(senr("D"))) == [(1, "POST0001", "")]


def test_records_of_other_leas_are_refused_and_named(client, submit) -> None:
    know(SSID)
    submission = submit(senr(reporting_lea="3066464", school_of_attendance="0000001"))
    assert places(submission) == [(1, "GERR0010", "1.04")]
    page = client.get(f"/FileSubmission/Detail/{submission.pk}/Errors").content.decode()
    assert "3066464" in page


def test_a_rejected_record_of_a_replacement_keeps_the_posted_one(client, submit) -> None:
    know(SSID, "9000000002", "9000000003")
    three = [SSID, "9000000002", "9000000003"]
    post_all(client, submit(*[senr(ssid=ssid) for ssid in three]))
    days = {"expected_attendance_days": "10", "days_attended_in_person": "10"} | dict.fromkeys(
        (
            "days_absent_out_of_school_suspension",
            "days_in_attendance_in_school_suspension",
            "days_absent_in_person_excused_non_suspension",
            "days_absent_in_person_unexcused_non_suspension",
            "non_ada_generating_independent_study_days",
            "ada_generating_independent_study_days",
        ),
        "0",
    )
    first = post_all(client, submit(*[line("STAS", ssid=ssid, **days) for ssid in three], code="STAS"))
    assert (places(first), state(first)) == ([], (Status.POSTED, 3, 3, 0))
    wrong = days | {"days_attended_in_person": "9"}
    second = submit(line("STAS", ssid=three[0], **days), line("STAS", ssid=three[1], **wrong), code="STAS")
    assert places(second) == [(2, "STAS0318", "13.15")]
    second = post_all(client, second)
    assert (second.posting.deleted, second.posting.unchanged, second.posting.rejected) == (1, 1, 1)


def test_the_type_chosen_must_be_the_files(submit) -> None:
    submission = submit(senr(), code="SINF")
    assert state(submission) == (Status.REJECTED, 0, 0, 0)
    assert submission.refused.startswith("The file type chosen was SINF, but the file holds SENR records.")


def test_the_type_is_recognized_from_the_file(submit) -> None:
    know(SSID)
    assert submit(senr(), code="").record_type == "SENR"


def test_the_original_bytes_are_kept_with_their_hash(submit) -> None:

    submission = submit(senr())
    kept = submission.validation_job.files.get(role="original")
    with storage.open_file(kept.path) as stream:
        assert stream.read() == file(senr())
    assert (kept.expires_at - submission.submitted_at).days in (59, 60)


def test_a_double_press_of_upload_is_one_submission(client) -> None:

    for _ in range(2):
        upload = a_file(file(senr()))
        client.post(
            ADDRESS, {"FilesUploaded[0].FileType": "SENR", "FilesUploaded[0].FileName": upload, "FormToken": "once"}
        )
    assert Submission.objects.count() == 1


def test_several_files_come_in_at_once(client) -> None:

    uploads = [a_file(file(senr()), name) for name in ("a.txt", "b.txt")]
    client.post(ADDRESS, {"FilesUploaded[0].FileType": "", "FilesUploaded[0].FileName": uploads})
    assert sorted(Submission.objects.values_list("file_name", flat=True)) == ["a.txt", "b.txt"]


def test_a_schools_user_submits_for_his_school_only(lea) -> None:

    know(SSID, "9000000002")
    user = make_user()
    grant(user, "senr_edit", Organization.objects.get(code=SCHOOL))
    client = Client()
    client.force_login(user)
    submission = submitted(client, senr(), senr(ssid="9000000002", school_of_attendance=SECOND_SCHOOL))
    assert places(submission) == [(2, "GERR0010", "1.05")]
    assert (state(submission), LEA) == ((Status.READY, 2, 1, 1), lea.code)
