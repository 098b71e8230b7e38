"""The addresses of the SSID Matching Tool; its wire is not known, they are our own."""

from ssid_matching import download_views, views
from wire.routes import case_blind_path

app_name = "ssid_matching"

urlpatterns = [
    case_blind_path("SSIDMatching", views.tool, name="tool"),
    case_blind_path("SSIDMatching/Errors/<int:job_id>", views.errors, name="errors"),
    case_blind_path("SSIDMatching/Results/<int:job_id>", views.results, name="results"),
    case_blind_path("SSIDMatching/Results/<int:job_id>/<int:line>", views.record, name="record"),
    case_blind_path("SSIDMatching/Accept/<int:job_id>", views.accept, name="accept"),
    case_blind_path("SSIDMatching/Download/<int:job_id>", download_views.download, name="download"),
]
