"""The bytes of the file: the same from both engines, for all 22 types (spec section 6)."""

import io
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from django.db import DataError, OperationalError, connection
from django.db.models.expressions import RawSQL

from extracts import building_postgresql, building_sqlite
from extracts.building import build, build_rows
from extracts.criteria import Criteria
from extracts.definitions import DEFINITIONS
from extracts.lines import UnwritableValue, record_line
from extracts.selection import in_file_order
from jobs.errors import Stopped
from ods.layout import RECORD_TYPES, layout
from ods.models import RECORD_MODELS, Posting, StudentEnrollment

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LEA, SCHOOL = "1999901", "9999911"


@pytest.fixture
def posting():
    return Posting.objects.create(record_type="SENR", posted_on=date(2025, 9, 1), posted_by="t", file_name="f")


def make(record_type: str, posting: Posting, **given):
    """A record with every field filled."""
    values = {"upload_date": date(2025, 9, 1), "last_updated": date(2025, 9, 2), "posting": posting, "posting_line": 1}
    for field in layout(record_type).stored:
        values[field.field] = {
            "date": date(2025, 8, 18),
            "numeric": Decimal("7"),
            "yn": "Y",
            "char": f"{field.number} é",
        }[field.type]
    values["reporting_lea"] = LEA
    if school := layout(record_type).school_field:
        values[school] = SCHOOL
    if "ssid" in values:
        values |= {"ssid": "9900000001", "current_ssid": "9900000001"}
    return RECORD_MODELS[record_type].objects.create(**{**values, **given})


def built(record_type: str) -> bytes:
    out = io.BytesIO()
    rows = RECORD_MODELS[record_type].objects.order_by("pk")
    count = build_rows(rows=rows, line=record_line(record_type), sink=out)
    assert count == out.getvalue().count(b"\r\n")
    return out.getvalue()


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_field_of_every_type_stands_at_its_place(record_type, posting):
    make(record_type, posting)
    expected = [f"{record_type}-R", ""]
    for field in layout(record_type).stored:
        if field.field == "reporting_lea":
            expected.append(LEA)
        elif field.field == layout(record_type).school_field:
            expected.append(SCHOOL)
        elif field.field == "ssid":
            expected.append("9900000001")
        elif field.type == "date":
            expected.append("20250818")
        elif field.type == "numeric":
            expected.append({0: "7", 1: "7.0", 2: "7.00"}[field.decimals])
        else:
            expected.append("Y" if field.type == "yn" else f"{field.number} é")
    line = "^".join([*expected, "20250901", "20250902"]) + "\r\n"
    assert built(record_type) == line.encode()
    assert line.count("^") == len(layout(record_type).fields) + 1


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_what_is_blank_stays_blank(record_type, posting):
    definition = layout(record_type)
    model = RECORD_MODELS[record_type]
    blank = {
        field.field: None if field.type in ("date", "numeric") else ""
        for field in definition.stored
        if field.field not in ("reporting_lea", "ssid", "seid", definition.school_field)
        and (field.type not in ("date", "numeric") or model._meta.get_field(field.field).null)
    }
    make(record_type, posting, **blank)
    fields = built(record_type).decode().removesuffix("\r\n").split("^")
    for field in definition.stored:
        if field.field in blank:
            assert fields[field.position - 1] == "", field.name


@pytest.mark.parametrize(
    "value", ["back\\slash", 'quo"te', "O'Neil", "a\\\\b\\n", "Ñandú", "percent %s %% {}", "semi;,", "tab\there"]
)
def test_legal_values_come_out_as_they_are(value, posting):
    make("SENR", posting, legal_last_name=value)
    assert built("SENR").decode().split("^")[11] == value


@pytest.mark.parametrize("value", ["ca^ret", "line\nfeed", "carriage\rreturn", "both\r\n", "\x0b"])
def test_a_value_that_would_break_its_line_is_never_written(value, posting):
    make("SENR", posting, legal_last_name=value)
    out = io.BytesIO()
    with pytest.raises(UnwritableValue) as refused:
        build_rows(rows=StudentEnrollment.objects.order_by("pk"), line=record_line("SENR"), sink=out)
    assert out.getvalue() == b""
    assert value not in str(refused.value)


def test_decimals_are_written_as_the_layout_says(posting):
    make("SASS", posting, job_classification_fte_percentage=Decimal("50"))
    make("STAS", posting, expected_attendance_days=Decimal("0"), attendance_recovery_days=None)
    assert built("SASS").decode().split("^")[13] == "50.0"
    fields = built("STAS").decode().split("^")
    assert (fields[14], fields[23]) == ("0.00", "")


def test_the_current_ssid_comes_out(posting):
    make("SENR", posting, ssid="9900000001", current_ssid="9900000009")
    assert built("SENR").decode().split("^")[7] == "9900000009"


MANY = Criteria(record_type="SCTE", way="default", reporting_lea=LEA, schools=(SCHOOL,), academic_year="11.06 é")


@pytest.fixture
def many(posting) -> int:
    """More records than go into one chunk."""
    make("SCTE", posting)
    first = RECORD_MODELS["SCTE"].objects.get()
    records = []
    for number in range(9001):
        first.pk, first.cte_pathway_code = None, f"{number:05}"
        records.append(
            RECORD_MODELS["SCTE"](**{f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields})
        )
    RECORD_MODELS["SCTE"].objects.bulk_create(records)
    return 9002


def test_more_rows_than_a_chunk(many):
    seen: list[int] = []
    out = io.BytesIO()
    assert build(criteria=MANY, sink=out, progress=seen.append) == many
    codes = [line.split("^")[12] for line in out.getvalue().decode().splitlines()]
    assert codes == sorted(codes)
    assert len(codes) == many
    engine = building_postgresql if connection.vendor == "postgresql" else building_sqlite
    assert seen == [*range(engine.ROWS_A_CHUNK, many, engine.ROWS_A_CHUNK), many]


def test_a_build_that_is_stopped_leaves_a_connection_that_works(many):
    def stop(rows: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        build(criteria=MANY, sink=io.BytesIO(), progress=stop)
    assert build(criteria=MANY, sink=io.BytesIO()) == many


@pytest.mark.usefixtures("postgresql_only")
def test_a_statement_that_fails_half_way_fails_the_build(many):
    last = RECORD_MODELS["SCTE"].objects.order_by("pk").last()
    fails_at_the_last = RawSQL("1 / (ods_scte.id - %s)", [last.pk])
    rows = RECORD_MODELS["SCTE"].objects.order_by("pk").alias(ratio=fails_at_the_last).filter(ratio__lte=0)
    with pytest.raises(DataError, match="division by zero"):
        build_rows(rows=rows, line=record_line("SCTE"), sink=io.BytesIO())
    assert build(criteria=MANY, sink=io.BytesIO()) == many


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_a_server_that_goes_away_half_way_fails_the_build_as_such(many):
    back_end = connection.connection.info.backend_pid

    def end_it(rows: int) -> None:
        with psycopg.connect(connection.connection.info.dsn, password="", autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [back_end])

    with pytest.raises(OperationalError):
        build(criteria=MANY, sink=io.BytesIO(), progress=end_it)
    connection.close()
    assert build(criteria=MANY, sink=io.BytesIO()) == many


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.parametrize("record_type", RECORD_MODELS)
def test_the_order_of_the_file_is_read_from_an_index(record_type):
    """Sorting a million rows costs more than all the rest of a build."""
    rows = in_file_order(RECORD_MODELS[record_type].objects.filter(reporting_lea=LEA), record_type)
    if layout(record_type).has("academic_year_id") and record_type not in ("SENR", "SPRG"):
        rows = rows.filter(academic_year_id="2025-2026")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        assert "Sort" not in rows.explain()


def test_no_school_is_an_empty_file_not_an_error():
    out = io.BytesIO()
    criteria = Criteria(record_type="SENR", way="active", reporting_lea=LEA, active=True)
    assert build(criteria=criteria, sink=out) == 0
    assert out.getvalue() == b""


@pytest.mark.parametrize("code", DEFINITIONS)
def test_every_definition_builds_an_empty_file_from_an_empty_ods(code):
    out = io.BytesIO()
    for way in DEFINITIONS[code].ways:
        asked = {
            "active": {"active": True},
            "active_staff": {"active": True},
            "academic_year": {"academic_year": "2024-2025"},
            "effective_date": {"effective_start": date(2024, 7, 1), "effective_end": date(2024, 7, 1)},
            "program_code": {"program_code": "101"},
            "participation": {"participation": "30"},
            "record_history": {"most_recent": True},
            "school_year": {"academic_year": "2024-2025"},
            "certification_status": {"academic_year": "2024-2025"},
            "as_of_date": {"as_of": date(2024, 10, 2)},
        }
        given = {name: value for criterion in way.criteria for name, value in asked.get(criterion, {}).items()}
        if way.key == "date_range":
            given |= {"start": date(2024, 7, 1), "end": date(2025, 6, 30)}
        criteria = Criteria(record_type=code, way=way.key, reporting_lea=LEA, schools=(SCHOOL,), **given)
        assert build(criteria=criteria, sink=out) == 0


@pytest.mark.django_db(transaction=True)
def test_a_build_outside_a_transaction_reads_over_a_connection_of_its_own(posting):
    make("SENR", posting)
    assert built("SENR").startswith(b"SENR-R^")
