"""Lines of CALPADS input files: valid by default, every value a text as a file has it, by model field name."""

from __future__ import annotations

from ods.codesets import code_set
from ods.layout import Field, layout

LEA = "1964733"
SCHOOL = "1930924"
SSID = "9000000001"
SEID = "8000000001"
YEAR = "2025-2026"

_BY_SET = {"lea": LEA, "school": SCHOOL, "selpa": "1901", "academic_year": YEAR}
_BY_FIELD = {
    "ssid": SSID,
    "seid": SEID,
    "birth_date": "20100412",
    "legal_first_name": "Ana",
    "legal_last_name": "Ruiz",
}


def values(record_type: str, **given: str) -> dict[str, str]:
    """The required fields filled, the others blank, except those given."""
    found = layout(record_type)
    unknown = set(given) - {field.field for field in found.stored}
    assert not unknown, f"{record_type} has no {unknown}"
    filled = {field.field: _default(field) if field.required == "Y" else "" for field in found.stored}
    if record_type == "SENR":
        filled["ssid"] = SSID
    return filled | given


def line(record_type: str, transaction_type: str = "", **given: str) -> str:
    """One caret line without its end."""
    return "^".join([record_type, transaction_type, *values(record_type, **given).values()])


def file(*lines: str, end: str = "\r\n") -> bytes:
    """A file of these lines."""
    return "".join(text + end for text in lines).encode()


def _default(field: Field) -> str:
    if field.field in _BY_FIELD:
        return _BY_FIELD[field.field]
    if field.code_set in _BY_SET:
        return _BY_SET[field.code_set]
    if field.code_set:
        return next(iter(code_set(field.code_set).codes))
    return {"date": "20250818", "numeric": "1", "yn": "N", "char": "X"}[field.type]
