"""The composition root: settings, URLs, Celery, WSGI."""

from calpads_portal.celery import app as celery_app

__all__ = ["celery_app"]
