"""What the audit trail records."""

from django.db import models


class AuditAction(models.TextChoices):
    """Everything that leaves a row in the audit trail. `job.downloaded` is the record of a disclosure."""

    SIGNED_IN = "user.signed_in", "Signed in"
    SIGN_IN_FAILED = "user.sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "user.signed_out", "Signed out"
    ORGANIZATION_CHANGED = "user.organization_changed", "Organization changed"
    USER_ADDED = "user.added", "User added"
    USER_CHANGED = "user.changed", "User changed"
    USER_DEACTIVATED = "user.deactivated", "User deactivated"
    USER_REACTIVATED = "user.reactivated", "User reactivated"
    PASSWORD_CHANGED = "user.password_changed", "Password changed"
    GROUP_JOINED = "group.joined", "Group joined"
    GROUP_LEFT = "group.left", "Group left"
    ROLE_GRANTED = "role.granted", "Role granted"
    ROLE_REVOKED = "role.revoked", "Role revoked"
    DIRECTORY_CHANGED = "directory.changed", "Directory changed"
    ACCESS_REFUSED = "access.refused", "Access refused"
    RECORD_VIEWED = "record.viewed", "Record viewed"
    SSIDS_COMBINED = "student.ssids_combined", "SSIDs combined"
    SSIDS_SEPARATED = "student.ssids_separated", "Combining of SSIDs undone"
    JOB_REQUESTED = "job.requested", "Extract or job requested"
    JOB_STARTED = "job.started", "Job started"
    JOB_QUEUED_AGAIN = "job.queued_again", "Job queued again"
    JOB_SUCCEEDED = "job.succeeded", "Job succeeded"
    JOB_REFUSED = "job.refused", "Job refused"
    JOB_FAILED = "job.failed", "Job failed"
    JOB_CANCEL_ASKED = "job.cancel_asked", "Cancelling asked for"
    JOB_CANCELLED = "job.cancelled", "Job cancelled"
    JOB_DOWNLOADED = "job.downloaded", "File downloaded"
    JOB_FILE_EXPIRED = "job.file_expired", "File expired"
    SUBMISSION_POSTED = "submission.posted", "Submission posted"
    SUBMISSION_DISCARDED = "submission.discarded", "Submission discarded"
    SUBMISSION_ERRORS_READ = "submission.errors_read", "Submission errors read"
    SUBMISSION_EXPIRED = "submission.expired", "Submission expired"
    ROSTERS_CHANGED = "rosters.changed", "Class data of student groups changed"
    ROSTERS_VIEWED = "rosters.viewed", "Student groups viewed"
    ROSTERS_CREDENTIALS = "rosters.credentials", "Credentials for CERS changed"
    ROSTERS_SCHEDULED = "rosters.scheduled", "Schedule of student groups changed"
    ROSTERS_CONFIRMED = "rosters.confirmed", "Held file of student groups decided"
    ROSTERS_SENT = "rosters.sent", "Student groups sent to CERS"
    ROSTERS_ANSWERED = "rosters.answered", "Student groups answered by CERS"


def audit_actions() -> list[tuple[str, str]]:
    """The choices of the trail's `action`; a function, so that a new action is no change of the database."""
    return AuditAction.choices
