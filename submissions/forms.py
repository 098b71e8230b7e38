"""What is uploaded: one entry for each file, under the wire's names `FilesUploaded[0].FileType` (contract 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.http import HttpRequest

from ods.reader import FileRefused
from submissions.access import Access
from submissions.receiving import recognise
from submissions.uploads import too_large

_ENTRY = re.compile(r"FilesUploaded\[(\d{1,3})\]\.(FileType|JobName|FileName)", re.IGNORECASE)
_LONGEST_JOB_NAME = 100


@dataclass
class Upload:
    """One file of an upload, with what was said of it. `errors` say what is wrong and what to do."""

    number: int
    access: Access | None
    file: File[Any]
    job_name: str
    errors: list[str] = field(default_factory=list)


@dataclass
class UploadForm:
    """The files of one request. `errors` are those of the whole, and of the files, each with its name."""

    uploads: list[Upload] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return not self.errors and bool(self.uploads)


def read_upload(request: HttpRequest, offered: Sequence[Access], *, most_bytes: int) -> UploadForm:
    """The files of a request, each with the access it is submitted with."""
    form = UploadForm()
    for name in too_large(request):
        form.errors.append(f"{name}: the file is larger than {most_bytes >> 20:,} MB. Split it by school or year.")
    texts: dict[tuple[int, str], str] = {}
    for name, value in request.POST.items():
        if found := _ENTRY.fullmatch(name):
            texts[int(found[1]), found[2].lower()] = str(value).strip()
    by_type = {access.record_type: access for access in offered}
    for name in sorted(request.FILES):
        found = _ENTRY.fullmatch(name)
        if not found or found[2].lower() != "filename":
            continue
        number = int(found[1])
        for file in request.FILES.getlist(name):
            job_name = texts.get((number, "jobname"), "")
            upload = _upload(number, file, texts.get((number, "filetype"), "").upper(), job_name, by_type)
            form.uploads.append(upload)
            form.errors += [f"{file.name}: {words}" for words in upload.errors]
    if not form.uploads and not form.errors:
        form.errors.append("Choose a file.")
    return form


def _upload(number: int, file: File[Any], chosen: str, job_name: str, by_type: dict[str, Access]) -> Upload:
    upload = Upload(number, None, file, job_name)
    if not file.size:
        upload.errors.append("the file is empty (0 bytes). Check the export.")
    if len(job_name) > _LONGEST_JOB_NAME or not (job_name.isprintable() or not job_name):
        upload.errors.append(f"the job name has more than {_LONGEST_JOB_NAME} characters, or odd ones. Shorten it.")
    if upload.errors:
        return upload
    try:
        code = chosen or recognise(file)
    except FileRefused as refused:
        upload.errors.append(str(refused))
        return upload
    upload.access = by_type.get(code)
    if not code:
        upload.errors.append("the file type cannot be told from the file. Choose it in the list.")
    elif upload.access is None and chosen:
        upload.errors.append(f"{code} is no file type you may submit here. Choose one of the list.")
    elif upload.access is None:
        upload.errors.append(f"the file holds {code} records, which you may not submit here. Ask for its edit role.")
    return upload
