"""The Celery application. Our job table is the truth; messages only carry ids (docs/architecture.md)."""

import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calpads_portal.settings")

app = Celery("calpads_portal")
app.config_from_object("calpads_portal.celery_config")
app.autodiscover_tasks()


@signals.setup_logging.connect
def leave_logging_alone(**_: object) -> None:
    """With somebody listening here Celery sets up no logging; Django has done it (`calpads_portal.logs`)."""
