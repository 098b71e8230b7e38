"""The models of rosters."""

from rosters.models.class_data import (
    ExcludedEnrollment,
    ExcludedStudent,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    StaffLogin,
)
from rosters.models.sending import (
    ClassImport,
    Connection,
    Run,
    Schedule,
    SchoolFile,
    SentGroup,
    expires_in_days,
)

__all__ = [
    "ClassImport",
    "Connection",
    "ExcludedEnrollment",
    "ExcludedStudent",
    "Run",
    "Schedule",
    "SchoolFile",
    "SchoolSetting",
    "SectionSeat",
    "SectionSetting",
    "SectionTeacher",
    "SentGroup",
    "StaffLogin",
    "expires_in_days",
]
