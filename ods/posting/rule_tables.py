"""Temporary tables that rules of submission ask: what is posted of the file's LEAs, and what the file makes of it."""

# ruff: noqa: S608 - the names put into SQL come from layouts, models and rules, the values are parameters

from __future__ import annotations

from ods.posting.shape import Shape
from ods.posting.stage import MATCH, REJECTED, STAGE, SURVIVOR, analyze, execute, number
from ods.submission_rules import HISTORY, MID_YEAR, NEEDS_ENROLLMENTS, NEW_SSID, OWNED, RECOVERED

_INDEXED = {"SENR": "ssid", "PLAN": "ssid", "PSTS": "ssid", "SASS": "seid", "CRSE": "class_id", "CRSC": "class_id"}
_LEAS = f"SELECT DISTINCT reporting_lea FROM {STAGE}"


def prepare(shape: Shape) -> None:
    """Make the tables that the rules of a record type ask, after its records were matched."""
    record_type = shape.layout.record_type
    if record_type in _INDEXED:
        execute(f"CREATE INDEX {STAGE}_people ON {STAGE} ({_INDEXED[record_type]})")
    _note_enrollments(record_type)
    if record_type == "SENR":
        _note_mid_year_exits()
    if record_type == "SELA":
        _note_history(shape)
    if record_type == "STAS":
        _note_recovered(shape)


def _note_enrollments(record_type: str) -> None:
    execute(f"""
        CREATE TEMPORARY TABLE {OWNED} (reporting_lea varchar, ssid varchar, starts date, ends date, school varchar,
            status varchar, local_student_id varchar, birth_date date)
    """)
    asks_for_ssids = record_type == "SENR" and number(
        f"SELECT COUNT(*) FROM {STAGE} WHERE ssid LIKE '{NEW_SSID}%%'", ()
    )
    if record_type in NEEDS_ENROLLMENTS and (record_type != "SENR" or asks_for_ssids):
        execute(f"""
            INSERT INTO {OWNED}
            SELECT reporting_lea, current_ssid, enrollment_start_date, enrollment_exit_date, school_of_attendance,
                enrollment_status_code, local_student_id, birth_date
            FROM ods_senr
            WHERE reporting_lea IN ({_LEAS})
        """)
        column = "local_student_id" if asks_for_ssids else "ssid"
        execute(f"CREATE INDEX {OWNED}_people ON {OWNED} ({column})")
        analyze(OWNED)


def _note_mid_year_exits() -> None:
    execute(f"""
        CREATE TEMPORARY TABLE {MID_YEAR} AS
        SELECT reporting_lea, school_of_attendance AS school, current_ssid AS ssid, enrollment_start_date AS starts,
            enrollment_exit_date AS ends
        FROM ods_senr
        WHERE reporting_lea IN ({_LEAS}) AND exit_reason_code = 'E150'
    """)
    analyze(MID_YEAR)


def _note_history(shape: Shape) -> None:
    """For each staged language status the one before it, posted or of the file, and the newest posted one."""
    code, start = "english_language_acquisition_status_code", "english_language_acquisition_status_start_date"
    execute(f"""
        CREATE TEMPORARY TABLE {HISTORY} AS
        SELECT line, status, starts, newest, newest_status FROM (
            SELECT line, LAG(code) OVER chain AS status, LAG(starts) OVER chain AS starts,
                CASE WHEN FIRST_VALUE(staged) OVER latest = 0 THEN FIRST_VALUE(starts) OVER latest END AS newest,
                FIRST_VALUE(code) OVER latest AS newest_status
            FROM (
                SELECT s.line, COALESCE(r.current_ssid, s.ssid) AS ssid, s.{code} AS code, s.{start} AS starts,
                    1 AS staged
                FROM {STAGE} s LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid
                WHERE s.state NOT IN ('{REJECTED}', 'D')
                UNION ALL
                SELECT NULL, t.current_ssid, t.{code}, t.{start}, 0
                FROM {shape.table} t
                WHERE t.reporting_lea IN ({_LEAS})
                    AND NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.target_id = t.id)
            ) AS statuses
            WINDOW chain AS (PARTITION BY ssid ORDER BY starts, staged),
                latest AS (PARTITION BY ssid ORDER BY staged, starts DESC)
        ) AS each_status
        WHERE line IS NOT NULL
    """)
    execute(f"CREATE INDEX {HISTORY}_lines ON {HISTORY} (line)")
    analyze(HISTORY)


def _note_recovered(shape: Shape) -> None:
    """The file's days, and those posted outside of what the file replaces."""
    in_scope = " AND ".join(f"f.{column} = t.{column}" for column in shape.scope)
    execute(f"""
        CREATE TEMPORARY TABLE {RECOVERED} AS
        SELECT reporting_lea, ssid, academic_year_id, SUM(days) AS days FROM (
            SELECT s.reporting_lea, COALESCE(r.current_ssid, s.ssid) AS ssid, s.academic_year_id,
                s.attendance_recovery_days AS days
            FROM {STAGE} s LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid
            WHERE s.state <> '{REJECTED}'
            UNION ALL
            SELECT t.reporting_lea, t.current_ssid, t.academic_year_id, t.attendance_recovery_days
            FROM {shape.table} t
            WHERE t.reporting_lea IN ({_LEAS}) AND t.attendance_recovery_days > 0
                AND NOT EXISTS (SELECT 1 FROM {STAGE} f WHERE {in_scope})
        ) AS each_school
        GROUP BY reporting_lea, ssid, academic_year_id
        HAVING SUM(days) > 0
    """)
    analyze(RECOVERED)
