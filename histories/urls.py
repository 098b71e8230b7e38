"""The addresses of student and staff data (wire contract 3)."""

from histories import combining_views, staff_views, student_views
from wire.routes import case_blind_path

app_name = "histories"

urlpatterns = [
    case_blind_path("StudentSearch/SSID", student_views.search_by_ssid, name="search_ssid"),
    case_blind_path("StudentSearch/Demographics", student_views.search_by_demographics, name="search_demographics"),
    case_blind_path("StudentSearch/Enrollment", student_views.search_by_enrollment, name="search_enrollment"),
    case_blind_path("Student/<str:ssid>", student_views.student, name="student"),
    case_blind_path("Student/<str:ssid>/<str:part>", student_views.student, name="student_part"),
    case_blind_path("CombineSSIDs", combining_views.combine_page, name="combine"),
    case_blind_path("CombineSSIDs/Undo", combining_views.undo, name="combine_undo"),
    case_blind_path("StaffSearch", staff_views.search, name="staff_search"),
    case_blind_path("Staff/<str:seid>", staff_views.staff, name="staff"),
    case_blind_path("Staff/<str:seid>/<str:part>", staff_views.staff, name="staff_part"),
]
