"""SIRAS: what a district has set up, what was sent, and the emulated receiving end."""

from siras_export.models.profile import CodeMapping, Profile, SchoolCode, SstStudent
from siras_export.models.receiving import SirasEntity, SirasLog, SirasLogLine, SirasStudent
from siras_export.models.runs import Alarm, Build, BuildLine, Run, RunEvent

__all__ = [
    "Alarm",
    "Build",
    "BuildLine",
    "CodeMapping",
    "Profile",
    "Run",
    "RunEvent",
    "SchoolCode",
    "SirasEntity",
    "SirasLog",
    "SirasLogLine",
    "SirasStudent",
    "SstStudent",
]
