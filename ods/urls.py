"""Addresses of the record-layout pages."""

from ods import views
from wire.routes import case_blind_path

app_name = "ods"
urlpatterns = [
    case_blind_path("RecordLayouts", views.record_layouts, name="record_layouts"),
    case_blind_path("RecordLayouts/CodeSets/<str:name>", views.code_set_page, name="code_set"),
    case_blind_path("RecordLayouts/<str:record_type>", views.record_layout, name="record_layout"),
]
