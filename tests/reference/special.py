"""The extracts of ods-extracts section 8, recomputed as simply as they can be said."""

from __future__ import annotations

from ods.layout import layout
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
    start, end = asked.start, asked.end
    if asked.academic_year:
        start, end = f"{asked.academic_year[:4]}0701", f"{asked.academic_year[5:]}0630"
    if asked.as_of:
        year = int(asked.as_of[:4]) - (asked.as_of[4:] < "0701")
        start, end = f"{year}0701", asked.as_of
    latest: dict[tuple[str, str, str], tuple[str, Record]] = {}
    for ssid, record in _enrollments(store, asked):
        each = record.values
        if not overlaps(each["enrollment_start_date"], each["enrollment_exit_date"], start, end):
            continue
        if (asked.grade and each["grade_level_code"] != asked.grade) or (
            asked.adjusted and each["enrollment_start_date"] < start
        ):
            continue
        key = (each["school_of_attendance"], ssid, each["grade_level_code"])
        before = latest.get(key)
        if before is None or _newness(before[1]) < _newness(record):
            latest[key] = (ssid, record)
    chosen = {id(record) for _, record in latest.values()}
    return [
        _cumulative_line(store, asked, ssid, record)
        for ssid, record in _enrollments(store, asked)
        if id(record) in chosen
    ]


def _newness(record: Record) -> tuple[str, tuple[int, int]]:
    return record.values["enrollment_start_date"], record.posted


def _cumulative_line(store: Store, asked: Asked, ssid: str, record: Record) -> str:
    each = record.values
    start, exit_ = each["enrollment_start_date"], each["enrollment_exit_date"]
    statuses = [
        status["english_language_acquisition_status_code"]
        for status in _statuses(store, asked.lea, ssid)
        if not exit_ or status["english_language_acquisition_status_start_date"] <= exit_
    ]
    information = [
        shown
        for shown in store.shown(layout("SINF")).values()
        if shown["reporting_lea"] == asked.lea
        and shown["ssid"] == ssid
        and overlaps(shown["effective_start_date"], shown["effective_end_date"], start, exit_ or "99991231")
    ]
    information.sort(key=lambda shown: shown["effective_start_date"])
    race = _race(information[-1]) if information else ""
    line = line_of(layout("SENR"), {**each, "ssid": ssid}).removeprefix("SENR-R")
    return f"CENR-R{line}^{race}^{statuses[-1] if statuses else ''}^{record.uploaded}^{record.updated}"


def _race(values: dict[str, str]) -> str:
    if values["hispanic_ethnicity_indicator"] == "Y":
        return "Hispanic or Latino"
    groups = {values[f"race_{number}_code"][:1] for number in range(1, 6)} - {""}
    if len(groups) > 1:
        return "Two or More Races"
    return {
        "1": "American Indian/Alaska Native",
        "2": "Asian",
        "3": "Pacific Islander",
        "4": "Filipino",
        "6": "Black or African American",
        "7": "White",
    }.get("".join(groups), "Not Reported")


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
