"""Which file brought a record in."""

from django.db import models


class Posting(models.Model):
    """One file posted to the ODS: who, when, which file, and what it changed.

    `posted_on` is the Pacific calendar date records take as their Upload Date or Last Updated. `posted_by` is a user
    name or the command's own name, kept as a value: this layer knows no users. `file_name` and `file_sha256` say
    which bytes. Counts are records: `read` = `unchanged` + `inserted` + `updated` + `removed` + `rejected` for
    transactions; `deleted` counts live records that were no longer in a replacement file's scope.
    """

    record_type = models.CharField()
    posted_at = models.DateTimeField(auto_now_add=True)
    posted_on = models.DateField()
    posted_by = models.CharField()
    file_name = models.CharField()
    file_sha256 = models.CharField(blank=True, default="")
    read = models.PositiveIntegerField(default=0)
    inserted = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.record_type} posted {self.posted_on} ({self.file_name})"
