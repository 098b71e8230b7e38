"""What a profile says, as the parts that need no database ask for it; and what keeps it from being used."""

from __future__ import annotations

import hashlib

from ods.models import Organization
from siras_export.code_maps import CodeMaps, School, maps_of
from siras_export.fields import by_key
from siras_export.models import Profile
from siras_export.receiving.importing import Options
from siras_export.recipes import FILE_504, MAIN, Recipe
from siras_export.rows import PLAN_504, SPED, SST

_PROGRAM_OF = {"sped": SPED, "504": PLAN_504, "sst": SST}


def default_names(lea: Organization) -> tuple[str, str]:
    """The names the published page recommends (seed): of the file, and of the one of 504 plans."""
    return f"{lea.code}_demographics.csv", f"{lea.code}_demographics_504.csv"


def new_profile(lea: Organization) -> Profile:
    """A draft with the defaults, not yet kept."""
    name, name_504 = default_names(lea)
    return Profile(lea=lea, file_name=name, file_name_504=name_504, username=lea.code)


def profile_of(lea: Organization) -> Profile | None:
    return Profile.objects.filter(lea=lea).select_related("lea", "approved_by").first()


def recipe_of(profile: Profile) -> Recipe:
    return Recipe(
        student_filter=profile.student_filter,  # type: ignore[arg-type]  # one of the field's choices
        columns=tuple(key for key in profile.columns if key in by_key()),
        file_name=profile.file_name,
        file_name_504=profile.file_name_504,
        header_style=profile.header_style,  # type: ignore[arg-type]  # the same
        file_type=profile.file_type,  # type: ignore[arg-type]  # the same
        separate_504=profile.separate_504,
        with_sst=profile.with_sst,
    )


def code_maps_of(profile: Profile) -> CodeMaps:
    return maps_of(
        styles={
            "ethnicity": profile.ethnicity_codes,
            "language": profile.language_codes,
            "residence": profile.residence_codes,
        },
        mapped={(each.kind, each.source): each.value for each in profile.mappings.all()},
        schools={
            each.source: School(each.code, each.site_code, each.school_type, each.school_of_residence)
            for each in profile.schools.all()
        },
    )


def sst_of(profile: Profile) -> frozenset[str]:
    return frozenset(profile.sst_students.values_list("student_id", flat=True))


def options_of(profile: Profile, role: str = MAIN) -> Options:
    """What SIRAS was asked to do with one of the files. A file of one program needs no Designation."""
    program = PLAN_504 if role == FILE_504 else _PROGRAM_OF.get(profile.student_filter, "")
    return Options(
        creates=profile.siras_creates,
        creates_504=profile.siras_creates_504,
        identifying=profile.siras_identifying,
        by_name=profile.siras_by_name,
        sst=profile.siras_sst,
        program=program,
        grades=profile.siras_grades,
        headers=profile.siras_headers,
    )


def connection_mark(profile: Profile) -> str:
    """Another text when anything is changed by which the server is reached; it gives nothing away."""
    means = (profile.host, profile.port, profile.username, profile.sealed_password, profile.sealed_key,
             profile.sealed_passphrase, profile.host_key, profile.folder)  # fmt: skip
    return hashlib.sha256(repr(means).encode()).hexdigest()


def missing(profile: Profile) -> list[str]:
    """What keeps a file from being sent, in words; empty if nothing does."""
    found = []
    if not profile.host:
        found.append("Give the host name of SIRAS' SFTP server.")
    if not profile.username:
        found.append("Give the user name SIRAS gave the district.")
    if not profile.sealed_password and not profile.sealed_key:
        found.append("Give the password or the private key SIRAS knows the district by.")
    if not profile.host_key:
        found.append("Pin the server's host key: press Check the connection and compare the fingerprint.")
    return found
