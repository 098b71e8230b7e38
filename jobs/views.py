"""The answer that carries a file, for the views of the apps above."""

from django.http import FileResponse, Http404, HttpRequest

from jobs.downloading import open_for_download
from jobs.models import Job


def download_response(request: HttpRequest, *, job_id: int, role: str = "extract") -> FileResponse:
    """Stream a job's file as an attachment.

    Raises:
        Http404: no such job for this user.
        Unavailable: there is no file; the caller shows its words.
    """
    try:
        download = open_for_download(user=request.user, job_id=job_id, role=role, request=request)
    except Job.DoesNotExist:
        raise Http404 from None
    response = FileResponse(
        download.stream, as_attachment=True, filename=download.name, content_type="text/plain; charset=utf-8"
    )
    response["Content-Length"] = str(download.file.size)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
