"""The JSON of the home page that is about requests and submissions (wire contract 3)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.organizations import current_organization, current_reach
from extracts.queries import rows_of, submitted_jobs
from wire.json import grid

TRACKED = 10
"""Requests in the Extract Progress Tracker."""


@login_required
@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """`/HomepageNotifications`: the progress of the newest extract requests."""
    organization = current_organization(request)
    if organization is None:
        return grid([])
    jobs = submitted_jobs(organization=organization, held=current_reach(request))
    return grid([row.as_grid_row() for row in rows_of(jobs[:TRACKED])])
