"""What is posted, written out and loaded again changes nothing (spec ods-extracts 6.1, 9.9)."""

import pytest

from ods.codesets import code_sets
from ods.layout import RECORD_TYPES, Field, layout
from ods.posting.shape import shape
from tests.factories.records import line
from tests.ods.posting.filing import OTHER_LEA, SECOND, everything, filed, lines

pytestmark = pytest.mark.engines


def fullest(field: Field) -> str:
    """The longest value a field takes, in the least canonical writing the loader accepts."""
    if field.field in ("reporting_lea", "ssid", "seid") or field.code_set in ("school", "academic_year"):
        return line_default(field)
    if field.code_set and code_sets()[field.code_set].kind == "codes":
        return max(code_sets()[field.code_set].codes, key=lambda code: (len(code) <= field.max_length, len(code)))
    if field.type == "date":
        return "20240229"
    if field.type == "numeric":
        decimals = field.decimals or 0
        return "." + "5" * decimals if decimals else "7"
    if field.type == "yn":
        return "Y"
    return 'é"\\,' + "x" * (field.max_length - 4) if field.max_length > 4 else "9" * field.max_length


def line_default(field: Field) -> str:
    return {"ssid": "0000000001", "seid": "0000000002"}.get(field.field, "")


@pytest.mark.parametrize("record_type", RECORD_TYPES)
@pytest.mark.parametrize("filled", ["required fields", "every field"])
def test_extract_strip_load_changes_nothing(record_type: str, filled: str) -> None:
    given = {}
    if filled == "every field":
        given = {field.field: value for field in layout(record_type).stored if (value := fullest(field))}
    first = filed(line(record_type, **given), line(record_type, **given | another_key(record_type)))
    assert [each for each in first.findings if each.is_error] == []
    before = everything(record_type)
    again = filed(*reversed(lines(record_type)), on=SECOND)
    assert again.counts["unchanged"] == 2
    assert set(again.counts) <= {"read", "unchanged", "warnings"}
    assert everything(record_type) == before
    assert filed(*lines(record_type)).outcome.refused == ""


def another_key(record_type: str) -> dict[str, str]:
    """A second record, of another LEA, at a place both LEAs have."""
    school = layout(record_type).school_field
    return {"reporting_lea": OTHER_LEA} | ({school: "0000001"} if school else {})


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_the_shape_names_every_stored_field_once(record_type: str) -> None:
    found = shape(record_type)
    assert list(found.columns) == [field.field for field in layout(record_type).stored]
    assert sorted({*found.compared, *found.key, *(["effective_end_date"] if found.is_effective else [])}) == sorted(
        found.columns
    )
