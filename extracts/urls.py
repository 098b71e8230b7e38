"""The Extracts area's addresses, as full case-blind routes (wire contract, introduction)."""

from functools import partial

from extracts import lookups, request_views, views
from wire.routes import case_blind_path

app_name = "extracts"

urlpatterns = [
    case_blind_path("Extract", views.extract_home, name="home"),
    case_blind_path("Extract/ODSExtract", request_views.request_page, name="request"),
    case_blind_path(
        "Extract/ODSExtractDateRange",
        partial(request_views.request_page, date_range=True),
        name="request_date_range",
    ),
    case_blind_path("Extract/DownloadLink", views.download_link, name="download"),
    case_blind_path("Extract/Cancel", views.cancel, name="cancel"),
    *(
        case_blind_path(f"Extract/{page}", partial(request_views.not_emulated, page=page), name=page)
        for page in request_views.NOT_EMULATED
    ),
    case_blind_path("HomepageNotifications", lookups.notifications, name="notifications"),
    case_blind_path("HomepageSubmissions", lookups.submissions, name="submissions"),
]
