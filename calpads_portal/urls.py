"""Every address of the portal. Each app lists its own in `urls.py`, as full routes without a prefix."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from calpads_portal import health
from calpads_portal.home import home

APPS = (
    "wire",
    "ods",
    "accounts",
    "jobs",
    "extracts",
    "histories",
    "rop_export",
    "siras_export",
    "submissions",
    "rosters",
    "ssid_matching",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # No prefixes: a case-blind route with an optional slash only works whole.
    *(path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")),
    path("admin/", admin.site.urls),
]
