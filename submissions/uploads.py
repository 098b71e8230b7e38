"""Limits on what is received, held while it is received (research: the anti-forgery check reads the body first)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

_TOO_LARGE = "submissions.too_large"


def too_large(request: HttpRequest) -> list[str]:
    """The names of files of this request that were larger than the limit, and are not kept."""
    names: list[str] = request.META.get(_TOO_LARGE, [])
    return names


class LimitedUpload(FileUploadHandler):
    """Drops a file that grows past SUBMISSION_MOST_BYTES, whichever page it is sent to.

    The rest of the body is read and thrown away, so that the sender gets a page and no broken connection.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > settings.SUBMISSION_MOST_BYTES:
            assert self.request is not None
            self.request.META.setdefault(_TOO_LARGE, []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
