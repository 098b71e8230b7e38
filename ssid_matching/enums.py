"""The words of the SSID Matching Tool."""

from django.db import models


class Category(models.TextChoices):
    """What was found for a record, as the results file says it (spec ssid-matching 6.1)."""

    NO_MATCH = "No Match", "No Match"
    SINGLE = "Single Match", "Single Match"
    MULTIPLE = "Multiple Match", "Multiple Match"


class Decision(models.TextChoices):
    """What people decided of a record."""

    UNDECIDED = "", "Undecided"
    STUDENT = "student", "This student"
    NEW = "new", "A new student"
