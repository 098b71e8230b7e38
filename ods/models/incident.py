"""Incidents and their outcome; and the two retired types, discipline and waivers."""

from django.db import models

from ods.caret_line import extract_line
from ods.models.blocks import (
    PersonRecord,
    StudentRecord,
)


class StudentIncident(StudentRecord, PersonRecord):
    """SINC: Student Incident (layout `SINC.csv`)."""

    record_type = "SINC"
    extract_line = extract_line("SINC")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    incident_id_local = models.CharField(blank=True, default="")
    incident_occurrence_date = models.DateField()
    statutory_offense_indicator = models.CharField(blank=True, default="")
    instructional_support_indicator = models.CharField(blank=True, default="")
    removal_to_interim_alternative_setting_reason_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sinc"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "school_of_attendance", "academic_year_id", "ssid", "incident_id_local"],
                name="sinc_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "incident_occurrence_date",
                    "incident_id_local",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="sinc_order",
            ),
        ]


class StudentIncidentResult(StudentRecord, PersonRecord):
    """SIRS: Student Incident Result (layout `SIRS.csv`)."""

    record_type = "SIRS"
    extract_line = extract_line("SIRS")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    incident_id_local = models.CharField(blank=True, default="")
    incident_result_code = models.CharField(blank=True, default="")
    incident_result_authority_code = models.CharField(blank=True, default="")
    incident_result_duration_days = models.DecimalField(max_digits=12, decimal_places=0, null=True, blank=True)
    incident_result_modification_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sirs"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "academic_year_id",
                    "ssid",
                    "incident_id_local",
                    "incident_result_code",
                ],
                name="sirs_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "incident_id_local",
                    "incident_result_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="sirs_order",
            ),
        ]


class StudentOffense(StudentRecord, PersonRecord):
    """SOFF: Student Offense (layout `SOFF.csv`)."""

    record_type = "SOFF"
    extract_line = extract_line("SOFF")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    incident_id_local = models.CharField(blank=True, default="")
    offense_code = models.CharField(blank=True, default="")
    weapon_category_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_soff"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "academic_year_id",
                    "ssid",
                    "incident_id_local",
                    "offense_code",
                ],
                name="soff_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "incident_id_local",
                    "offense_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="soff_order",
            ),
        ]


class StudentDiscipline(StudentRecord, PersonRecord):
    """SDIS: Student Discipline (layout `SDIS.csv`)."""

    record_type = "SDIS"
    extract_line = extract_line("SDIS")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    disciplinary_incident_id_local = models.CharField(blank=True, default="")
    disciplinary_incident_occurrence_date = models.DateField()
    offense_code = models.CharField(blank=True, default="")
    incident_most_severe_offense_code = models.CharField(blank=True, default="")
    weapon_category_code = models.CharField(blank=True, default="")
    incident_disciplinary_action_taken_code = models.CharField(blank=True, default="")
    disciplinary_action_authority_code = models.CharField(blank=True, default="")
    incident_disciplinary_action_duration_days = models.DecimalField(
        max_digits=12, decimal_places=0, null=True, blank=True
    )
    instructional_support_indicator = models.CharField(blank=True, default="")
    disciplinary_action_modification_category_code = models.CharField(blank=True, default="")
    removal_to_interim_alternative_setting_reason_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sdis"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "academic_year_id",
                    "ssid",
                    "disciplinary_incident_id_local",
                    "offense_code",
                ],
                name="sdis_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "disciplinary_incident_occurrence_date",
                    "disciplinary_incident_id_local",
                    "offense_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="sdis_order",
            ),
        ]


class StudentWaiver(StudentRecord, PersonRecord):
    """SWAV: Student Waivers (layout `SWAV.csv`)."""

    record_type = "SWAV"
    extract_line = extract_line("SWAV")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    education_regulatory_exemption_code = models.CharField(blank=True, default="")
    education_regulatory_exemption_outcome_code = models.CharField(blank=True, default="")
    education_regulatory_exemption_outcome_start_date = models.DateField()

    class Meta:
        db_table = "ods_swav"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "academic_year_id",
                    "ssid",
                    "education_regulatory_exemption_code",
                    "education_regulatory_exemption_outcome_start_date",
                ],
                name="swav_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "education_regulatory_exemption_outcome_start_date",
                    "education_regulatory_exemption_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="swav_order",
            ),
        ]
