"""The pictures of the README: `make screenshots`."""

import os

import django

# What the browser tests lend to the pictures knows the portal's models.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calpads_portal.settings")
django.setup()
