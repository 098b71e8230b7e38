"""Student groups for CERS as a Django app."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "rosters"
