"""A file goes out: the right checked every time, the file checked, the disclosure on record."""

import logging
import os
from dataclasses import dataclass
from typing import BinaryIO

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from jobs import queries, storage
from jobs.enums import Status
from jobs.errors import Unavailable
from jobs.models import Job, JobFile

logger = logging.getLogger(__name__)

EXPIRED_WORDS = "This file has expired and was removed. Request the extract again to get a new one."
DAMAGED_WORDS = (
    "This file cannot be read from storage. Request the extract again, and tell your administrator about request {job}."
)
NOT_COMPLETE_WORDS = {
    Status.QUEUED: "This request is still in the queue. Its file can be downloaded once the status is Complete.",
    Status.RUNNING: "This request is still in process. Its file can be downloaded once the status is Complete.",
    Status.REFUSED: "This request was refused, so there is no file. ",
    Status.FAILED: "This request failed, so there is no file. ",
    Status.CANCELLED: "This request was cancelled, so there is no file. Request the extract again if you need it.",
}


@dataclass(frozen=True)
class Download:
    """An opened file, ready to be streamed; whoever takes it closes `stream`."""

    stream: BinaryIO
    name: str
    job: Job
    file: JobFile


def open_for_download(
    *, user: User | AnonymousUser, job_id: int, role: str = "extract", request: HttpRequest | None = None
) -> Download:
    """Open a job's file for a user whose rights cover the job now, and record the disclosure.

    Raises:
        Job.DoesNotExist: no such job, or not one his rights cover: a stranger gets 404.
        Unavailable: there is no file (yet, or any more); its words say why and what to do.
    """
    job = queries.job_for(user, job_id)
    if job.status != Status.SUCCEEDED:
        words = NOT_COMPLETE_WORDS[Status(job.status)]
        raise Unavailable(words + job.message if words.endswith(" ") else words)
    file = job.files.filter(role=role).first()
    if file is None:
        raise Unavailable("This request has no such file.")
    if file.gone:
        raise Unavailable(EXPIRED_WORDS)
    stream = _open_checked(file)
    try:
        audit.record(
            action=AuditAction.JOB_DOWNLOADED,
            actor=user if isinstance(user, User) else None,
            organization=job.organization,
            subject=f"job:{job.pk}",
            details={
                "record_type": job.record_type,
                "criteria": job.criteria_words,
                "file": file.download_name,
                "role": file.role,
                "rows": file.rows,
                "size": file.size,
                "sha256": file.sha256,
            },
            request=request,
        )
    except BaseException:
        stream.close()
        raise
    return Download(stream=stream, name=file.download_name, job=job, file=file)


def _open_checked(file: JobFile) -> BinaryIO:
    """The stream of a file that is there with the size it was published with."""
    problem = "its size changed"
    try:
        stream = storage.open_file(file.path)
        if os.fstat(stream.fileno()).st_size == file.size:
            return stream
        stream.close()
    except OSError as error:
        problem = error.strerror or "it cannot be opened"
    logger.error("job %s: the published file %s cannot be given out: %s", file.job_id, file.role, problem)
    raise Unavailable(DAMAGED_WORDS.format(job=file.job_id))
