"""The portal's own Celery application, with the tests' kind of work; worker, schedule and driver all import it."""

import os

from django.conf import settings

from calpads_portal.celery import app
from tests.faults import kind  # noqa: F401 - registers it

__all__ = ["app"]

if os.environ.get("FAULTS_QUICK"):
    # The same machinery with shorter times, so that a short run sees every recovery. The full run changes nothing.
    settings.JOBS_LEASE_SECONDS = 6
    settings.JOBS_RENEW_SECONDS = 1
    settings.JOBS_RESEND_SECONDS = 4
    settings.JOBS_RETRY_SECONDS = 1
    app.conf.beat_schedule = {"sweep": {"task": "jobs.sweep", "schedule": 2.0, "options": {"expires": 30}}}
    app.conf.beat_max_loop_interval = 1
