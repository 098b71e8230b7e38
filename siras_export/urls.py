"""The addresses of the SIRAS pages, as full case-blind routes."""

from siras_export import log_views, profile_views, views
from wire.routes import case_blind_path

app_name = "siras_export"

urlpatterns = [
    case_blind_path("Pages/SIRAS", views.overview, name="overview"),
    case_blind_path("Pages/SIRAS/Start", views.start, name="start"),
    case_blind_path("Pages/SIRAS/Preview", views.preview, name="preview"),
    case_blind_path("Pages/SIRAS/Run", views.run, name="run"),
    case_blind_path("Pages/SIRAS/Decide", views.decide, name="decide"),
    case_blind_path("Pages/SIRAS/Download", views.download, name="download"),
    case_blind_path("Pages/SIRAS/Seen", views.seen, name="seen"),
    case_blind_path("Pages/SIRAS/Profile", profile_views.profile, name="profile"),
    case_blind_path("Pages/SIRAS/Connection", profile_views.connection, name="connection"),
    case_blind_path("Pages/SIRAS/Approve", profile_views.approve, name="approve"),
    case_blind_path("Pages/SIRAS/Codes", profile_views.codes, name="codes"),
    case_blind_path("Pages/SIRAS/Logs", log_views.logs, name="logs"),
    case_blind_path("Pages/SIRAS/Log", log_views.log, name="log"),
]
