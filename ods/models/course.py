"""Courses, sections and who sits in them; CTE pathways."""

from django.db import models

from ods.caret_line import extract_line
from ods.models.blocks import (
    PersonRecord,
    PostedRecord,
    StudentRecord,
)


class CourseSectionEnrollment(PostedRecord):
    """CRSE: Course Section Enrollment (layout `CRSE.csv`)."""

    record_type = "CRSE"
    extract_line = extract_line("CRSE")

    school_of_course_delivery = models.CharField(blank=True, default="")
    state_course_code = models.CharField(blank=True, default="")
    local_course_id = models.CharField(blank=True, default="")
    course_name = models.CharField(blank=True, default="")
    filler_9_10 = models.CharField(blank=True, default="")
    filler_9_11 = models.CharField(blank=True, default="")
    cte_postsecondary_articulated_course_indicator = models.CharField(blank=True, default="")
    uc_csu_approved_indicator = models.CharField(blank=True, default="")
    course_section_id = models.CharField(blank=True, default="")
    academic_term_code = models.CharField(blank=True, default="")
    seid = models.CharField()
    local_staff_id = models.CharField(blank=True, default="")
    class_id = models.CharField(blank=True, default="")
    course_section_instructional_level_code = models.CharField(blank=True, default="")
    education_service_code = models.CharField(blank=True, default="")
    language_of_instruction_code = models.CharField(blank=True, default="")
    instructional_strategy_code = models.CharField(blank=True, default="")
    independent_study_indicator = models.CharField(blank=True, default="")
    distance_learning_indicator = models.CharField(blank=True, default="")
    multiple_teacher_code = models.CharField(blank=True, default="")
    education_program_funding_source_code = models.CharField(blank=True, default="")
    cte_course_section_provider_code = models.CharField(blank=True, default="")
    course_content_area_subcategory_code = models.CharField(blank=True, default="")
    departmentalized_course_standards_grade_level_range_code = models.CharField(blank=True, default="")
    content_standards_alignment_code = models.CharField(blank=True, default="")
    charter_non_core_non_college_prep_course_indicator = models.CharField(blank=True, default="")
    ap_ib_course_code_cross_reference = models.CharField(blank=True, default="")
    online_course_instruction_type_code = models.CharField(blank=True, default="")
    middle_school_core_course_indicator = models.CharField(blank=True, default="")
    local_assignment_option_code = models.CharField(blank=True, default="")
    high_quality_cte_course_indicator = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_crse"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "academic_year_id",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "seid",
                ],
                name="crse_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "seid",
                    "academic_year_id",
                    "id",
                ],
                name="crse_order",
            ),
        ]


class CourseSectionCompletion(PostedRecord):
    """CRSC: Course Section Completion (layout `CRSC.csv`)."""

    record_type = "CRSC"
    extract_line = extract_line("CRSC")

    school_of_course_delivery = models.CharField(blank=True, default="")
    state_course_code = models.CharField(blank=True, default="")
    local_course_id = models.CharField(blank=True, default="")
    course_name = models.CharField(blank=True, default="")
    filler_9_10 = models.CharField(blank=True, default="")
    filler_9_11 = models.CharField(blank=True, default="")
    cte_postsecondary_articulated_course_indicator = models.CharField(blank=True, default="")
    uc_csu_approved_indicator = models.CharField(blank=True, default="")
    course_section_id = models.CharField(blank=True, default="")
    academic_term_code = models.CharField(blank=True, default="")
    seid = models.CharField()
    local_staff_id = models.CharField(blank=True, default="")
    class_id = models.CharField(blank=True, default="")
    course_section_instructional_level_code = models.CharField(blank=True, default="")
    education_service_code = models.CharField(blank=True, default="")
    language_of_instruction_code = models.CharField(blank=True, default="")
    instructional_strategy_code = models.CharField(blank=True, default="")
    independent_study_indicator = models.CharField(blank=True, default="")
    distance_learning_indicator = models.CharField(blank=True, default="")
    multiple_teacher_code = models.CharField(blank=True, default="")
    education_program_funding_source_code = models.CharField(blank=True, default="")
    cte_course_section_provider_code = models.CharField(blank=True, default="")
    course_content_area_subcategory_code = models.CharField(blank=True, default="")
    departmentalized_course_standards_grade_level_range_code = models.CharField(blank=True, default="")
    content_standards_alignment_code = models.CharField(blank=True, default="")
    charter_non_core_non_college_prep_course_indicator = models.CharField(blank=True, default="")
    ap_ib_course_code_cross_reference = models.CharField(blank=True, default="")
    online_course_instruction_type_code = models.CharField(blank=True, default="")
    middle_school_core_course_indicator = models.CharField(blank=True, default="")
    local_assignment_option_code = models.CharField(blank=True, default="")
    high_quality_cte_course_indicator = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_crsc"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "academic_year_id",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "seid",
                ],
                name="crsc_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "seid",
                    "academic_year_id",
                    "id",
                ],
                name="crsc_order",
            ),
        ]


class StudentCourseSectionEnrollment(StudentRecord, PersonRecord):
    """SCSE: Student Course Section Enrollment (layout `SCSE.csv`)."""

    record_type = "SCSE"
    extract_line = extract_line("SCSE")

    school_of_course_delivery = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    local_course_id = models.CharField(blank=True, default="")
    course_section_id = models.CharField(blank=True, default="")
    academic_term_code = models.CharField(blank=True, default="")
    credits_attempted = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    credits_earned = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    course_final_grade = models.CharField(blank=True, default="")
    uc_csu_admission_requirement_code = models.CharField(blank=True, default="")
    marking_period_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_scse"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "academic_year_id",
                    "ssid",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                ],
                name="scse_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "current_ssid",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="scse_order",
            ),
        ]


class StudentCourseSectionCompletion(StudentRecord, PersonRecord):
    """SCSC: Student Course Section Completion (layout `SCSC.csv`)."""

    record_type = "SCSC"
    extract_line = extract_line("SCSC")

    school_of_course_delivery = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    local_course_id = models.CharField(blank=True, default="")
    course_section_id = models.CharField(blank=True, default="")
    academic_term_code = models.CharField(blank=True, default="")
    credits_attempted = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    credits_earned = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    course_final_grade = models.CharField(blank=True, default="")
    uc_csu_admission_requirement_code = models.CharField(blank=True, default="")
    marking_period_code = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_scsc"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "academic_year_id",
                    "ssid",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "marking_period_code",
                ],
                name="scsc_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_course_delivery",
                    "current_ssid",
                    "local_course_id",
                    "course_section_id",
                    "academic_term_code",
                    "marking_period_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="scsc_order",
            ),
        ]


class StudentCareerTechnicalEducation(StudentRecord, PersonRecord):
    """SCTE: Student Career Technical Education (layout `SCTE.csv`)."""

    record_type = "SCTE"
    extract_line = extract_line("SCTE")

    school_of_attendance = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    cte_pathway_code = models.CharField(blank=True, default="")
    cte_pathway_completion_academic_year_id = models.CharField(blank=True, default="")

    class Meta:
        db_table = "ods_scte"
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_lea", "school_of_attendance", "academic_year_id", "ssid", "cte_pathway_code"],
                name="scte_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "reporting_lea",
                    "school_of_attendance",
                    "current_ssid",
                    "cte_pathway_code",
                    "academic_year_id",
                    "ssid",
                    "id",
                ],
                name="scte_order",
            ),
        ]
