"""The addresses of student groups, as full case-blind routes."""

from rosters import class_views, status_views, views
from wire.routes import case_blind_path

app_name = "rosters"

BASE = "SpecialFunctions/StudentAssessmentRosters"

urlpatterns = [
    case_blind_path(BASE, views.choose, name="choose"),
    case_blind_path(f"{BASE}/View", views.view, name="view"),
    case_blind_path(f"{BASE}/Files", views.files, name="files"),
    case_blind_path(f"{BASE}/Download", views.download, name="download"),
    case_blind_path(f"{BASE}/UploadStatus", status_views.status, name="status"),
    case_blind_path(f"{BASE}/UploadStatus/<str:number>", status_views.detail, name="detail"),
    case_blind_path(f"{BASE}/Decide", status_views.decide, name="decide"),
    case_blind_path(f"{BASE}/StaleGroups", status_views.stale, name="stale"),
    case_blind_path(f"{BASE}/Connection", status_views.connection, name="connection"),
    case_blind_path(f"{BASE}/Schedules", status_views.schedules, name="schedules"),
    case_blind_path(f"{BASE}/Sections", class_views.sections, name="sections"),
    case_blind_path(f"{BASE}/Students", class_views.students, name="students"),
    case_blind_path(f"{BASE}/Teachers", class_views.teachers, name="teachers"),
    case_blind_path(f"{BASE}/Exclusions", class_views.exclusions, name="exclusions"),
    case_blind_path(f"{BASE}/OneRoster", class_views.oneroster, name="oneroster"),
]
