"""The portal's processes: the very commands that `manage.py serve`, docker-compose.yml and the tests start."""

import sys

PYTHON = sys.executable
MIGRATE = ("manage.py", "migrate", "--no-input")
WEB = ("-m", "gunicorn", "--config", "python:calpads_portal.gunicorn_config", "calpads_portal.wsgi")
# Gossip and mingle speak to other workers, which never need to know each other here.
WORKER = ("-m", "celery", "--app", "calpads_portal", "worker", "--without-gossip", "--without-mingle")
BEAT = ("-m", "celery", "--app", "calpads_portal", "beat", "--pidfile=")
CERS = ("manage.py", "emulate_cers")
"""The receiving end of student groups, emulated: of the embedded portal alone."""
