"""The criteria in words, as the list, the modal and the audit trail show them."""

from __future__ import annotations

from datetime import date

from extracts.criteria import ALL_PROGRAMS, Criteria
from extracts.definitions import DEFINITIONS
from ods.codesets import meaning
from ods.directory import PSEUDO_SCHOOLS

SCHOOLS_NAMED = 3
"""More schools than this are counted, not named."""


def criteria_in_words(criteria: Criteria, *, offered: int = 0) -> str:
    """What was asked for, one phrase after another. `offered` is how many schools the list had, placements included."""
    staff = criteria.record_type == "SDEM"
    phrases: list[str] = []
    if criteria.active:
        phrases.append("Active staff" if staff else "Active students")
    if criteria.academic_year:
        phrases.append(f"Academic Year {criteria.academic_year}")
    if criteria.start and criteria.end and not (staff and criteria.active):
        kind = {"SDEM": "Employment", "REPL": "Retired"}.get(criteria.record_type, "Enrollment")
        phrases.append(f"{kind} {shown(criteria.start)} to {shown(criteria.end)}")
    if criteria.effective_start and criteria.effective_end:
        if criteria.effective_start == criteria.effective_end:
            phrases.append(f"Effective Date {shown(criteria.effective_start)}")
        else:
            phrases.append(f"Effective {shown(criteria.effective_start)} to {shown(criteria.effective_end)}")
    if criteria.program_code:
        code = criteria.program_code
        phrases.append("All programs" if code == ALL_PROGRAMS else f"Program {meaning('education_program', code)}")
    if criteria.participation:
        phrases.append(f"Participation {meaning('education_program_participation_type', criteria.participation)}")
    phrases += _special(criteria)
    if any("record_history" in way.criteria for way in DEFINITIONS[criteria.record_type].ways):
        phrases.append("Most Recent Only" if criteria.most_recent else "All history")
    if criteria.limit == "sped":
        phrases.append("students with disabilities only")
    if criteria.schools:
        phrases.append(_schools(criteria, offered))
    return "; ".join(phrases) + f"; Reporting LEA {criteria.reporting_lea}"


def _special(criteria: Criteria) -> list[str]:
    """What only the extracts of spec section 8 ask for."""
    phrases: list[str] = []
    if criteria.adjusted:
        phrases.append("adjusted")
    if criteria.as_of:
        phrases.append(f"As of {shown(criteria.as_of)}")
    if criteria.record_type == "SSID":
        phrases.append("Currently enrolled students")
    if any("grade" in way.criteria for way in DEFINITIONS[criteria.record_type].ways):
        phrases.append(f"Grade {meaning('grade_level', criteria.grade)}" if criteria.grade else "All grades")
    if criteria.job_id:
        phrases.append(f"Submission {criteria.job_id}")
    if criteria.certified_since:
        phrases.append(f"Certified since {shown(criteria.certified_since)}")
    if criteria.statuses:
        phrases.append(f"Certification Status {', '.join(criteria.statuses)}")
    return phrases


def shown(day: date) -> str:
    """A date as the pages write it."""
    return day.strftime("%m/%d/%Y")


def _schools(criteria: Criteria, offered: int) -> str:
    count = len(criteria.schools)
    if count == offered:
        return f"all {count} schools"
    if count > SCHOOLS_NAMED:
        missing = "" if PSEUDO_SCHOOLS.keys() <= set(criteria.schools) else ", without NPS or private placements"
        return f"{count} schools{missing}"
    names = [f"{code} ({PSEUDO_SCHOOLS[code]})" if code in PSEUDO_SCHOOLS else code for code in criteria.schools]
    return ("school " if count == 1 else "schools ") + ", ".join(names)
