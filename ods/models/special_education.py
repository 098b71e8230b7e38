"""Special education: status, meetings, plans, services; and what became of leavers."""

from django.db import models
from django.db.models.functions import Coalesce

from ods.caret_line import extract_line
from ods.models.blocks import (
    NO_DATE,
    SpecialEducationRecord,
    StudentRecord,
)


class DisabilityStatus(SpecialEducationRecord):
    """SWDS: Students with Disabilities Status (layout `SWDS.csv`)."""

    record_type = "SWDS"
    extract_line = extract_line("SWDS")

    special_education_initial_entry_start_date = models.DateField(null=True, blank=True)
    special_education_status_effective_start_date = models.DateField()
    special_education_status_code = models.CharField(blank=True, default="")
    non_participation_reason_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_swds"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "ssid", "reporting_selpa", "special_education_status_effective_start_date"],
                name="swds_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "current_ssid",
                    "special_education_status_effective_start_date",
                    "reporting_selpa",
                    "ssid",
                    "id",
                ],
                name="swds_order",
            ),
        ]


class SpecialEducationMeeting(SpecialEducationRecord):
    """MEET: Special Education Meeting (layout `MEET.csv`)."""

    record_type = "MEET"
    extract_line = extract_line("MEET")

    special_education_meeting_identifier = models.CharField(blank=True, default="")
    special_education_referral_date = models.DateField(null=True, blank=True)
    referring_party_code = models.CharField(blank=True, default="")
    initial_evaluation_parental_consent_date = models.DateField(null=True, blank=True)
    pending_as_of_date = models.DateField(null=True, blank=True)
    special_education_meeting_date = models.DateField(null=True, blank=True)
    special_education_evaluation_type_code = models.CharField(blank=True, default="")
    special_education_plan_review_indicator = models.CharField(blank=True, default="")
    meeting_delay_code = models.CharField(blank=True, default="")
    eligibility_outcome_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_meet"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "ssid", "reporting_selpa", "special_education_meeting_identifier"],
                name="meet_key",
            ),
        ]
        indexes = [
            models.Index(
                "reporting_lea",
                "current_ssid",
                Coalesce("special_education_meeting_date", "pending_as_of_date", NO_DATE),
                "special_education_meeting_identifier",
                "reporting_selpa",
                "ssid",
                "id",
                name="meet_order",
            ),
        ]


class SpecialEducationPlan(SpecialEducationRecord):
    """PLAN: Special Education Plan (layout `PLAN.csv`)."""

    record_type = "PLAN"
    extract_line = extract_line("PLAN")

    district_of_special_education_accountability = models.CharField(blank=True, default="")
    special_education_plan_type_code = models.CharField(blank=True, default="")
    special_education_plan_effective_start_date = models.DateField()
    reason_for_plan_record_code = models.CharField(blank=True, default="")
    primary_residence_code = models.CharField(blank=True, default="")
    disability_1_code = models.CharField(blank=True, default="")
    disability_1_degree_of_support = models.CharField(blank=True, default="")
    disability_2_code = models.CharField(blank=True, default="")
    disability_2_degree_of_support = models.CharField(blank=True, default="")
    infant_regional_center_services_eligibility_indicator = models.CharField(blank=True, default="")
    special_education_program_setting_code = models.CharField(blank=True, default="")
    preschool_program_setting_service_location_code = models.CharField(blank=True, default="")
    ten_or_more_weekly_hours_in_setting_indicator = models.CharField(blank=True, default="")
    general_education_participation_percentage_range_code = models.CharField(blank=True, default="")
    special_education_program_type_code = models.CharField(blank=True, default="")
    iep_includes_postsecondary_goals_indicator = models.CharField(blank=True, default="")
    postsecondary_goals_updated_annually_indicator = models.CharField(blank=True, default="")
    postsecondary_goals_transition_assessment_indicator = models.CharField(blank=True, default="")
    transition_services_in_iep_indicator = models.CharField(blank=True, default="")
    supportive_services_indicator = models.CharField(blank=True, default="")
    transition_services_goals_in_iep_indicator = models.CharField(blank=True, default="")
    student_iep_participation_indicator = models.CharField(blank=True, default="")
    agency_representative_iep_participation_code = models.CharField(blank=True, default="")
    special_transportation_indicator = models.CharField(blank=True, default="")
    unnamed_23_34 = models.CharField(blank=True, default="")
    part_c_to_b_transition_plan_in_ifsp_indicator = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_plan"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "ssid", "reporting_selpa", "special_education_plan_effective_start_date"],
                name="plan_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "current_ssid",
                    "special_education_plan_effective_start_date",
                    "reporting_selpa",
                    "ssid",
                    "id",
                ],
                name="plan_order",
            ),
        ]


class SpecialEducationService(StudentRecord):
    """SERV: Special Education Services (layout `SERV.csv`)."""

    record_type = "SERV"
    extract_line = extract_line("SERV")

    nonpublic_agency_identifier = models.CharField(blank=True, default="")
    unnamed_25_08 = models.CharField(blank=True, default="")
    reporting_selpa = models.CharField(blank=True, default="")
    district_of_special_education_accountability = models.CharField(blank=True, default="")
    special_education_service_code = models.CharField(blank=True, default="")
    special_education_service_provider_code = models.CharField(blank=True, default="")
    special_education_service_location_code = models.CharField(blank=True, default="")
    service_frequency_code = models.CharField(blank=True, default="")
    service_duration = models.DecimalField(max_digits=12, decimal_places=0, null=True, blank=True)
    unnamed_25_16 = models.CharField(blank=True, default="")
    plan_effective_start_date = models.DateField()

    class Meta:
        db_table = "ods_serv"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "ssid",
                    "reporting_selpa",
                    "special_education_service_code",
                    "special_education_service_provider_code",
                    "plan_effective_start_date",
                ],
                name="serv_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "current_ssid",
                    "plan_effective_start_date",
                    "special_education_service_code",
                    "special_education_service_provider_code",
                    "reporting_selpa",
                    "ssid",
                    "id",
                ],
                name="serv_order",
            ),
        ]


class PostsecondaryStatus(StudentRecord):
    """PSTS: Postsecondary Status (layout `PSTS.csv`)."""

    record_type = "PSTS"
    extract_line = extract_line("PSTS")

    school_of_attendance = models.CharField(blank=True, default="")
    school_of_attendance_nps = models.CharField(blank=True, default="")
    local_special_education_student_id = models.CharField(blank=True, default="")
    reporting_selpa = models.CharField(blank=True, default="")
    education_program_participation_type_code = models.CharField(blank=True, default="")
    postsecondary_status_code = models.CharField(blank=True, default="")
    cte_related_program_or_employment_indicator = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_psts"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "academic_year_id",
                    "ssid",
                    "reporting_selpa",
                    "education_program_participation_type_code",
                    "postsecondary_status_code",
                ],
                name="psts_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "education_program_participation_type_code",
                    "postsecondary_status_code",
                    "academic_year_id",
                    "reporting_selpa",
                    "ssid",
                    "id",
                ],
                name="psts_order",
            ),
        ]
