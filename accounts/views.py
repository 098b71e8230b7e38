"""Sign-in, sign-out, the current organisation, and keeping a session alive (wire contract 1 and 2)."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import signing_in
from accounts.forms import OrganizationForm, SignInForm
from accounts.organizations import choose_organization
from ods.models import Organization
from wire.query import query_of

HOME = "/"


@sensitive_variables("form")
@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A GET sets the anti-forgery cookie and no other; a refusal is the page again, with an alert."""
    if request.method != "POST":
        back = _safe(request, query_of(request).get("ReturnUrl"))
        return _sign_in_page(request, SignInForm(initial={"return_url": back}, auto_id="%s"))
    form = SignInForm(request.POST, auto_id="%s")
    if not form.is_valid():
        return _sign_in_page(request, form)
    try:
        signing_in.sign_in(
            request=request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
    except signing_in.SignInRefused as refusal:
        form.add_error(None, str(refusal))
        return _sign_in_page(request, form)
    return HttpResponseRedirect(_safe(request, form.cleaned_data["return_url"]))


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    return render(request, "accounts/log_in.html", {"form": form, "session_ended": "Ended" in query_of(request)})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def log_off(request: HttpRequest) -> HttpResponse:
    """End the session; by POST only, so that no foreign page can do it."""
    if request.method != "POST":
        return HttpResponseRedirect(HOME)
    signing_in.sign_out(request=request)
    return HttpResponseRedirect(HOME)


@require_POST
def change_organization(request: HttpRequest) -> HttpResponse:
    """Make another organisation the current one, and go back to the page the selector stood on."""
    form = OrganizationForm(request.POST)
    try:
        if not form.is_valid():
            raise Organization.DoesNotExist
        choose_organization(request=request, organization_id=form.cleaned_data["organization"])
    except Organization.DoesNotExist:
        raise PermissionDenied from None
    return HttpResponseRedirect(_page_to_go_back_to(request))


def _page_to_go_back_to(request: HttpRequest) -> str:
    """The page that sent the form, without its query, unless it is one thing of the organisation left behind."""
    sent_from = request.headers.get("Referer", "")
    path = urlsplit(sent_from).path
    if not _is_ours(request, sent_from):
        return HOME
    try:
        return HOME if resolve(path).kwargs else path
    except Resolver404:
        return HOME


@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Renew the session (the middleware did, as for every page), and say when it will end now."""
    return JsonResponse({"expires_at": getattr(request, "session_expires_at", None)})


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def _safe(request: HttpRequest, url: str) -> str:
    """The address to go on to, if it is one of this portal; else the home page."""
    return url if _is_ours(request, url) else HOME
