"""The extracts of ods-extracts section 8, recomputed as simply as they can be said."""

from __future__ import annotations

from tests.reference.selecting import Asked, overlaps
from tests.reference.store import Record, Store, line_of

SPECIAL = frozenset({"SSID", "REPL", "CENR"})


def special_extract(store: Store, asked: Asked) -> bytes:
    """The bytes of the file."""
    lines = {"SSID": _ssids, "REPL": _replacements, "CENR": _cumulative}[asked.record_type](store, asked)
    return b"".join(f"{line}\r\n".encode() for line in lines)


def _ssids(store: Store, asked: Asked) -> list[str]:
    lines = []
    for ssid, record in _enrollments(store, asked):
        each = record.values
        if each["enrollment_exit_date"] or (asked.start and each["enrollment_start_date"] > asked.end):
            continue
        if asked.grade and each["grade_level_code"] != asked.grade:
            continue
        statuses = _statuses(store, asked.lea, ssid)
        latest = statuses[-1] if statuses else {}
        fields = [
            asked.lea,
            each["school_of_attendance"],
            ssid,
            each["local_student_id"],
            each["legal_last_name"],
            each["legal_first_name"],
            each["legal_middle_name"],
            each["gender_code"],
            each["birth_date"],
            each["enrollment_start_date"],
            each["grade_level_code"],
            latest.get("english_language_acquisition_status_code", ""),
            latest.get("english_language_acquisition_status_start_date", ""),
            latest.get("primary_language_code", ""),
            store.created.get(ssid, ""),
        ]
        lines.append("^".join(fields))
    return lines


def _replacements(store: Store, asked: Asked) -> list[str]:
    found = []
    for old, on in store.retired_on.items():
        if asked.start and not asked.start <= on <= asked.end:
            continue
        new = store.current(old)
        open_ones = [
            record
            for ssid, record in _enrollments(store, asked)
            if ssid == new and not record.values["enrollment_exit_date"]
        ]
        if open_ones:
            last = max(open_ones, key=lambda record: (record.values["enrollment_start_date"], record.posted)).values
            found.append((last["school_of_attendance"], old, last["local_student_id"], new))
    return [f"{asked.lea}^{school}^{local}^{old}^{new}" for school, old, local, new in sorted(found)]


def _cumulative(store: Store, asked: Asked) -> list[str]:
    raise NotImplementedError


def _enrollments(store: Store, asked: Asked) -> list[tuple[str, Record]]:
    """Enrolments at the schools asked for, under the SSID of now, in the order of the file."""
    found = [
        (store.current(record.values["ssid"]), record)
        for record in store.records["SENR"].values()
        if record.values["reporting_lea"] == asked.lea and record.values["school_of_attendance"] in asked.schools
    ]
    return sorted(
        found,
        key=lambda pair: (
            pair[1].values["school_of_attendance"],
            pair[0],
            pair[1].values["enrollment_start_date"],
            pair[1].values["ssid"],
        ),
    )


def _statuses(store: Store, lea: str, ssid: str) -> list[dict[str, str]]:
    """A student's language statuses at an LEA, the latest last."""
    his = [
        record
        for record in store.records["SELA"].values()
        if record.values["reporting_lea"] == lea and store.current(record.values["ssid"]) == ssid
    ]
    his.sort(key=lambda record: (record.values["english_language_acquisition_status_start_date"], record.posted))
    return [record.values for record in his]


__all__ = ["SPECIAL", "line_of", "overlaps", "special_extract"]
