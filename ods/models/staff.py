"""What an LEA reports of its staff."""

from django.db import models

from ods.caret_line import extract_line
from ods.models.blocks import (
    EffectiveDated,
    PersonRecord,
    PostedRecord,
    RaceAndEthnicity,
)


class StaffDemographics(PostedRecord, EffectiveDated, PersonRecord, RaceAndEthnicity):
    """SDEM: Staff Demographics (layout `SDEM.csv`)."""

    record_type = "SDEM"
    extract_line = extract_line("SDEM")

    seid = models.CharField()
    local_staff_id = models.CharField(blank=True, default="")
    legal_middle_name = models.CharField(blank=True, default="")
    alias_first_name = models.CharField(blank=True, default="")
    alias_middle_name = models.CharField(blank=True, default="")
    alias_last_name = models.CharField(blank=True, default="")
    highest_degree_code = models.CharField(blank=True, default="")
    employment_status_code = models.CharField(blank=True, default="")
    employment_start_date = models.DateField()
    employment_end_date = models.DateField(null=True, blank=True)
    service_years_lea = models.DecimalField(max_digits=12, decimal_places=0)
    service_years_total = models.DecimalField(max_digits=12, decimal_places=0)

    class Meta:
        db_table = "ods_sdem"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "seid", "effective_start_date"],
                name="sdem_key",
            ),
        ]
        indexes = [
            models.Index(fields=["reporting_lea", "seid", "effective_start_date", "id"], name="sdem_order"),
        ]


class StaffAssignment(PostedRecord, PersonRecord):
    """SASS: Staff Assignment (layout `SASS.csv`)."""

    record_type = "SASS"
    extract_line = extract_line("SASS")

    school_of_assignment = models.CharField(blank=True, default="")
    seid = models.CharField()
    local_staff_id = models.CharField(blank=True, default="")
    job_classification_code = models.CharField(blank=True, default="")
    job_classification_fte_percentage = models.DecimalField(max_digits=12, decimal_places=1)
    non_classroom_based_job_assignment_code_1 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_2 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_3 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_4 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_5 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_6 = models.CharField(blank=True, default="")
    non_classroom_based_job_assignment_code_7 = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sass"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "school_of_assignment", "academic_year_id", "seid", "job_classification_code"],
                name="sass_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_assignment",
                    "seid",
                    "job_classification_code",
                    "academic_year_id",
                    "id",
                ],
                name="sass_order",
            ),
        ]
