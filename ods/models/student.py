"""What an LEA reports of its students: enrolment, demographics, language, programmes, absence."""

from django.db import models
from django.db.models.functions import Coalesce

from ods.caret_line import extract_line
from ods.models.blocks import (
    NO_DATE,
    Birthplace,
    EffectiveDated,
    OtherNames,
    PersonRecord,
    RaceAndEthnicity,
    StudentRecord,
)


class StudentEnrollment(StudentRecord, PersonRecord, OtherNames, Birthplace):
    """SENR: SSID Enrollment (layout `SENR.csv`)."""

    record_type = "SENR"
    extract_line = extract_line("SENR")

    school_of_attendance = models.CharField(blank=True, default="")
    school_of_attendance_nps = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    enrollment_start_date = models.DateField()
    enrollment_status_code = models.CharField(blank=True, default="")
    grade_level_code = models.CharField(blank=True, default="")
    enrollment_exit_date = models.DateField(null=True, blank=True)
    exit_reason_code = models.CharField(blank=True, default="")
    school_completion_status = models.CharField(blank=True, default="")
    expected_receiver_school_of_attendance = models.CharField(blank=True, default="")
    met_all_uc_csu_requirements_indicator = models.CharField(blank=True, default="")
    school_transfer_code = models.CharField(blank=True, default="")
    district_of_geographic_residence_code = models.CharField(blank=True, default="")
    golden_state_seal_merit_diploma_indicator = models.CharField(blank=True, default="")
    seal_of_biliteracy_indicator = models.CharField(blank=True, default="")
    adult_age_students_with_disabilities_in_transition_status = models.CharField(blank=True, default="")
    graduation_exemption_indicator = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_senr"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "school_of_attendance", "ssid", "enrollment_start_date"],
                name="senr_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reporting_lea", "school_of_attendance", "current_ssid", "enrollment_start_date", "ssid", "id"],
                name="senr_order",
            ),
            # The latest record of a student in the whole state, for the SSID Matching Tool.
            models.Index(fields=["current_ssid", "enrollment_start_date"], name="senr_student"),
        ]


class StudentInformation(StudentRecord, EffectiveDated, PersonRecord, OtherNames, Birthplace, RaceAndEthnicity):
    """SINF: Student Information (layout `SINF.csv`)."""

    record_type = "SINF"
    extract_line = extract_line("SINF")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    address_line_1 = models.CharField(blank=True, default="")
    address_line_2 = models.CharField(blank=True, default="")
    address_city_name = models.CharField(blank=True, default="")
    address_state_province_code = models.CharField(blank=True, default="")
    address_zip_code = models.CharField(blank=True, default="")
    initial_us_school_enrollment_date = models.DateField(null=True, blank=True)
    enrolled_in_us_school_less_than_three_years_indicator = models.CharField(blank=True, default="")
    parent_guardian_highest_education_level_code = models.CharField(blank=True, default="")
    guardian_1_first_name = models.CharField(blank=True, default="")
    guardian_1_last_name = models.CharField(blank=True, default="")
    guardian_2_first_name = models.CharField(blank=True, default="")
    guardian_2_last_name = models.CharField(blank=True, default="")
    preferred_first_name = models.CharField(blank=True, default="")
    preferred_last_name = models.CharField(blank=True, default="")
    mailing_address_line_1 = models.CharField(blank=True, default="")
    mailing_address_line_2 = models.CharField(blank=True, default="")
    mailing_address_city_name = models.CharField(blank=True, default="")
    mailing_address_state_province_code = models.CharField(blank=True, default="")
    mailing_address_zip_code = models.CharField(blank=True, default="")
    parent_guardian_2_highest_education_level_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sinf"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "ssid", "effective_start_date"],
                name="sinf_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reporting_lea", "school_of_attendance", "current_ssid", "effective_start_date", "ssid", "id"],
                name="sinf_order",
            ),
            # Cumulative Enrollment looks up the record in effect of each of its students.
            models.Index(fields=["reporting_lea", "current_ssid", "effective_start_date"], name="sinf_student"),
        ]


class EnglishLanguageAcquisition(StudentRecord, PersonRecord):
    """SELA: Student English Language Acquisition (layout `SELA.csv`)."""

    record_type = "SELA"
    extract_line = extract_line("SELA")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    english_language_acquisition_status_code = models.CharField(blank=True, default="")
    english_language_acquisition_status_start_date = models.DateField(null=True, blank=True)
    primary_language_code = models.CharField(blank=True, default="")
    correction_reason_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sela"
        constraints = [
            models.UniqueConstraint(
                "reporting_lea",
                "ssid",
                "english_language_acquisition_status_code",
                Coalesce("english_language_acquisition_status_start_date", NO_DATE),
                name="sela_key",
            ),
        ]
        indexes = [
            models.Index(
                "reporting_lea",
                "current_ssid",
                Coalesce("english_language_acquisition_status_start_date", NO_DATE),
                "english_language_acquisition_status_code",
                "ssid",
                "id",
                name="sela_order",
            ),
        ]


class StudentProgram(StudentRecord, PersonRecord):
    """SPRG: Student Program (layout `SPRG.csv`)."""

    record_type = "SPRG"
    extract_line = extract_line("SPRG")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    education_program_code = models.CharField(blank=True, default="")
    education_program_membership_code = models.CharField(blank=True, default="")
    education_program_membership_start_date = models.DateField()
    education_program_membership_end_date = models.DateField(null=True, blank=True)
    education_service_academic_year = models.CharField(blank=True, default="")
    education_service_code = models.CharField(blank=True, default="")
    california_partnership_academy_id = models.CharField(blank=True, default="")
    migrant_student_id = models.CharField(blank=True, default="")
    filler_3_21 = models.CharField(blank=True, default="")
    filler_3_22 = models.CharField(blank=True, default="")
    homeless_dwelling_type_code = models.CharField(blank=True, default="")
    unaccompanied_youth_indicator = models.CharField(blank=True, default="")
    runaway_youth_indicator = models.CharField(blank=True, default="")
    filler_3_26 = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_sprg"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "ssid",
                    "education_program_code",
                    "education_program_membership_start_date",
                    "education_service_academic_year",
                    "education_service_code",
                ],
                name="sprg_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "education_program_membership_start_date",
                    "education_program_code",
                    "education_service_academic_year",
                    "education_service_code",
                    "ssid",
                    "id",
                ],
                name="sprg_order",
            ),
        ]


class StudentAbsenceSummary(StudentRecord, PersonRecord):
    """STAS: Student Absence Summary (layout `STAS.csv`)."""

    record_type = "STAS"
    extract_line = extract_line("STAS")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    absence_summary_data_collection_exemption_indicator = models.CharField(blank=True, default="")
    hourly_attendance_school_type_indicator = models.CharField(blank=True, default="")
    expected_attendance_days = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    days_attended_in_person = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    days_absent_out_of_school_suspension = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    days_in_attendance_in_school_suspension = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    days_absent_in_person_excused_non_suspension = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    days_absent_in_person_unexcused_non_suspension = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    non_ada_generating_independent_study_days = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    ada_generating_independent_study_days = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    period_by_period_attendance_method_indicator = models.CharField(blank=True, default="")
    attendance_recovery_days = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        db_table = "ods_stas"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "school_of_attendance", "academic_year_id", "ssid"],
                name="stas_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reporting_lea", "school_of_attendance", "current_ssid", "academic_year_id", "ssid", "id"],
                name="stas_order",
            ),
        ]
