"""The addresses of accounts: full routes, in any case."""

from accounts import lookups, views
from wire.routes import case_blind_path

urlpatterns = [
    case_blind_path("Account/Login", views.log_in, name="log_in"),
    case_blind_path("Account/LogOff", views.log_off, name="log_off"),
    case_blind_path("Account/KeepAlive", views.keep_alive, name="keep_alive"),
    case_blind_path("UserOrgChange", views.change_organization, name="change_organization"),
    case_blind_path("Leas", lookups.leas, name="leas"),
    case_blind_path("SchoolListingAll", lookups.school_listing_all, name="school_listing_all"),
    case_blind_path("GetSubmitterNames", lookups.submitter_names, name="submitter_names"),
    case_blind_path("GetUserOrgs/<str:email>", lookups.user_organizations, name="user_organizations"),
    case_blind_path("HomepageImportantMessages", lookups.important_messages, name="important_messages"),
    case_blind_path("HomepageAnomalyStatus", lookups.anomaly_status, name="anomaly_status"),
    case_blind_path("HomepageCertificationStatus", lookups.certification_status, name="certification_status"),
]
