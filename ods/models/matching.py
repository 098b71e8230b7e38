"""What the SSID Matching Tool searches: one line per student, and the keys that lead to it (`ods.matching_lines`)."""

from django.db import models


class IdentityLine(models.Model):
    """The matched values of a student whose SSID is not retired, from the latest SENR record (spec ssid-matching 6.1).

    `identity` and `enrollment` are row numbers of the identity and of that record; no foreign keys, whose checks would
    cost each posting more than these rows do. `line` is `ods.matching_keys.line_of` of the record.
    """

    identity = models.IntegerField(primary_key=True)
    enrollment = models.BigIntegerField()
    line = models.TextField()

    class Meta:
        db_table = "ods_identityline"

    def __str__(self) -> str:
        return f"line of student identity {self.pk}"


class ChangedStudent(models.Model):
    """A student whose SENR records a posting has changed and whose line has not followed yet, by the current SSID."""

    ssid = models.CharField()

    class Meta:
        db_table = "ods_changedstudent"

    def __str__(self) -> str:
        return f"changed student {self.pk}"


class IdentityKey(models.Model):
    """A key of a student's line (`ods.matching_keys.keys_of`)."""

    pk = models.CompositePrimaryKey("key", "identity")
    key = models.IntegerField()
    identity = models.IntegerField()

    class Meta:
        db_table = "ods_identitykey"

    def __str__(self) -> str:
        return f"key of student identity {self.identity}"
