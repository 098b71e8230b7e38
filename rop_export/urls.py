"""The addresses of the ROP extract, as full case-blind routes."""

from rop_export import data_views, views
from wire.routes import case_blind_path

app_name = "rop_export"

urlpatterns = [
    case_blind_path("Pages/ROP", views.configure, name="configure"),
    case_blind_path("Pages/ROP/KeepSkip", views.keep_skip, name="keep_skip"),
    case_blind_path("Pages/ROP/Download", views.download, name="download"),
    case_blind_path("Pages/ROP/Report", views.report, name="report"),
    case_blind_path("Pages/ROP/Cancel", views.cancel, name="cancel"),
    case_blind_path("Pages/ROP/Layout", views.layout, name="layout"),
    case_blind_path("Pages/ROP/Data", data_views.data, name="data"),
    case_blind_path("Pages/ROP/Template", data_views.template_file, name="template"),
]
