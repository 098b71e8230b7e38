"""The operational data store's models: the directory, postings, student identities, and one model per record type."""

from ods.models.blocks import PostedRecord, StudentRecord
from ods.models.course import (
    CourseSectionCompletion,
    CourseSectionEnrollment,
    StudentCareerTechnicalEducation,
    StudentCourseSectionCompletion,
    StudentCourseSectionEnrollment,
)
from ods.models.direct_certification import DirectCertification
from ods.models.identity import StudentIdentity
from ods.models.incident import (
    StudentDiscipline,
    StudentIncident,
    StudentIncidentResult,
    StudentOffense,
    StudentWaiver,
)
from ods.models.matching import ChangedStudent, IdentityKey, IdentityLine
from ods.models.organization import Organization, OrganizationKind, SelpaMembership
from ods.models.posting import Posting
from ods.models.special_education import (
    DisabilityStatus,
    PostsecondaryStatus,
    SpecialEducationMeeting,
    SpecialEducationPlan,
    SpecialEducationService,
)
from ods.models.staff import (
    StaffAssignment,
    StaffDemographics,
)
from ods.models.student import (
    EnglishLanguageAcquisition,
    StudentAbsenceSummary,
    StudentEnrollment,
    StudentInformation,
    StudentProgram,
)

RECORD_MODELS: dict[str, type[PostedRecord]] = {
    model.record_type: model
    for model in (
        CourseSectionCompletion,
        CourseSectionEnrollment,
        DisabilityStatus,
        EnglishLanguageAcquisition,
        PostsecondaryStatus,
        SpecialEducationMeeting,
        SpecialEducationPlan,
        SpecialEducationService,
        StaffAssignment,
        StaffDemographics,
        StudentAbsenceSummary,
        StudentCareerTechnicalEducation,
        StudentCourseSectionCompletion,
        StudentCourseSectionEnrollment,
        StudentDiscipline,
        StudentEnrollment,
        StudentIncident,
        StudentIncidentResult,
        StudentInformation,
        StudentOffense,
        StudentProgram,
        StudentWaiver,
    )
}
"""Record type code to model, all 22."""

__all__ = [
    "RECORD_MODELS",
    "ChangedStudent",
    "CourseSectionCompletion",
    "CourseSectionEnrollment",
    "DirectCertification",
    "DisabilityStatus",
    "EnglishLanguageAcquisition",
    "IdentityKey",
    "IdentityLine",
    "Organization",
    "OrganizationKind",
    "PostedRecord",
    "Posting",
    "PostsecondaryStatus",
    "SelpaMembership",
    "SpecialEducationMeeting",
    "SpecialEducationPlan",
    "SpecialEducationService",
    "StaffAssignment",
    "StaffDemographics",
    "StudentAbsenceSummary",
    "StudentCareerTechnicalEducation",
    "StudentCourseSectionCompletion",
    "StudentCourseSectionEnrollment",
    "StudentDiscipline",
    "StudentEnrollment",
    "StudentIdentity",
    "StudentIncident",
    "StudentIncidentResult",
    "StudentInformation",
    "StudentOffense",
    "StudentProgram",
    "StudentRecord",
    "StudentWaiver",
]
