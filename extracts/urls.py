"""The Extracts area's addresses, as full case-blind routes (wire contract, introduction)."""

from functools import partial

from extracts import lookups, request_views, views
from extracts.definitions import OTHER_PAGES
from wire.routes import case_blind_path

app_name = "extracts"

urlpatterns = [
    case_blind_path("Extract", views.extract_home, name="home"),
    case_blind_path("Extract/ODSExtract", request_views.request_page, name="request"),
    *(
        case_blind_path(
            f"Extract/ODSExtract{ending}", partial(request_views.request_page, way=way), name=f"request_{way}"
        )
        for way, ending in request_views.ENDINGS.items()
    ),
    *(
        case_blind_path(
            f"Extract/{page}{ending}", partial(request_views.other_page, page=page, way=way), name=f"{page}{ending}"
        )
        for page, definition in OTHER_PAGES.items()
        for way, ending in {"": "", **request_views.ENDINGS}.items()
        if not way or any(each.key == way for each in definition.ways)
    ),
    case_blind_path("Extract/DownloadLink", views.download_link, name="download"),
    case_blind_path("Extract/Cancel", views.cancel, name="cancel"),
    *(
        case_blind_path(f"Extract/{page}", partial(request_views.not_emulated, page=page), name=page)
        for page in request_views.NOT_EMULATED
    ),
    case_blind_path("HomepageNotifications", lookups.notifications, name="notifications"),
]
