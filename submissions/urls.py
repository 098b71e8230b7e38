"""The addresses of File Submission, as full case-blind routes (wire contract 6)."""

from submissions import rejected_views, views
from wire.routes import case_blind_path

app_name = "submissions"

urlpatterns = [
    case_blind_path("FileSubmission", views.submission_list, name="list"),
    case_blind_path("FileSubmission/FileUpload", views.upload, name="upload"),
    case_blind_path("FileSubmission/Post", views.post, name="post"),
    case_blind_path("FileSubmission/Discard", views.discard, name="discard"),
    case_blind_path("FileSubmission/Rules", views.rules, name="rules"),
    case_blind_path("FileSubmission/Detail/<int:job_id>", views.detail, name="detail"),
    case_blind_path("FileSubmission/Detail/<int:job_id>/Errors", views.errors, name="errors"),
    case_blind_path(
        "FileSubmission/Detail/<int:job_id>/ErrorExtract", rejected_views.error_extract, name="error_extract"
    ),
    case_blind_path("Extract/RejectedRecords", rejected_views.rejected_records, name="rejected_records"),
    case_blind_path("HomepageSubmissions", views.homepage, name="homepage"),
]
