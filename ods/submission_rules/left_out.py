"""Rules the state's public pages name that no file is held to here, and why. The rules page lists them.

Pure data, no Django (docs/decisions/0108).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`code` is the state's, or '' where none is known; several share an entry where the reason is one."""

    record_type: str
    code: str
    what: str
    why: str


LEFT_OUT: tuple[LeftOut, ...] = (
    LeftOut(
        "SENR",
        "SENR0193",
        "A Receiving Specialized Services Only enrollment (status 40) overlaps a primary one.",
        "The state switched the rule off in 3/2023. Status 40 ended on 6/30/2019: GERR0007 rejects it in later years.",
    ),
    LeftOut(
        "SENR",
        "SENR0286E3",
        "Exit reason E150 without any later enrollment.",
        "Exit and new enrollment come in separate files (SENR0027), so that a missing one cannot be told from one that is "
        "still to come. The rule is held where both are known.",
    ),
    LeftOut(
        "SENR",
        "",
        "E155 and E156 exit a student in the last 14 days of the school year only.",
        "The last day of school stands in no file and in no public calendar.",
    ),
    LeftOut(
        "SENR",
        "SENR0439F1",
        "Transition status of adult age students with disabilities (1.34).",
        "A rule of Fall 1 certification; its text is not public, and what is known of it (age 17, grade 12) does not say on "
        "which day the age counts.",
    ),
    LeftOut(
        "SINF, SELA, SPRG, STAS",
        "SINF0053, SINF0061, SINF0146, SELA0629, SPRG0081, STAS0311",
        "Rules the public pages name with their fields.",
        "Only the fields they look at could be read, not what they ask. SPRG0088 is inactive since 9/2019.",
    ),
    LeftOut(
        "CRSE, SINC, SIRS, SOFF",
        "CRSE0467, CRSE0468, SIRS0489, CERT151, CERT162",
        "Rules the public pages name with their fields.",
        "Only the fields they look at could be read. What the layouts' notes say of the same fields is held.",
    ),
    LeftOut(
        "SWDS, PLAN, MEET, SERV",
        "SWDS0370E4, SWDS0605E4, SERV0327, SERV0328, SERV0417E4, SERV0448F1",
        "Rules of special education, most of them of certification.",
        "Only the fields they look at could be read, and the numbering of SERV differs between the pages.",
    ),
    LeftOut(
        "All",
        "CERT…, CCE, MID, ERD",
        "Certification errors and anomalies between LEAs.",
        "They are found in snapshots of posted data, after posting, by other systems of the state.",
    ),
)
