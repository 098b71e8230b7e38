"""The admin site without a door of its own: sign-in, throttling and audit are the portal's."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import signing_in
from accounts.models import User
from accounts.users import record_password_change


class PortalAdminSite(AdminSite):
    site_title = "CALPADS administration"
    site_header = "CALPADS administration"
    index_title = "People, roles and directory"

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """To the portal's sign-in page. Whoever is signed in and still sent here may not use the admin."""
        if request.user.is_authenticated:
            raise PermissionDenied
        back = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('log_in')}?{urlencode({'ReturnUrl': back})}")

    def logout(  # type: ignore[override]  # the stubs promise a page, Django itself answers with redirects, too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Out by the portal's way."""
        if request.method == "POST":
            signing_in.sign_out(request=request)
        return HttpResponseRedirect("/")

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page, and an audit row when the password was changed."""
        before = User.objects.get(username=request.user.get_username())
        response = super().password_change(request, extra_context)
        record_password_change(before, request=request)
        return response
