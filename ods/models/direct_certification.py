"""Direct Certification: the state's match of students with free and reduced meal programs."""

from django.db import models


class DirectCertification(models.Model):
    """The latest match result of a student in a school year (spec ods-extracts 8.6).

    No record type: nobody submits it. It comes in by `manage.py load_direct_certification`. `ssid` is as it came,
    `current_ssid` the one the student has now, as in all student records.
    """

    academic_year = models.CharField()
    ssid = models.CharField()
    current_ssid = models.CharField()
    certification_date = models.DateField()
    certification_status = models.CharField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["academic_year", "ssid"], name="direct_certification_key")]
        indexes = [
            models.Index(fields=["academic_year", "current_ssid"], name="direct_certification_student"),
        ]

    def __str__(self) -> str:
        # Never the SSID itself: this text may reach a log.
        return f"direct certification {self.pk}"
