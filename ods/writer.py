"""Writing records the way CALPADS files have them: caret separated, CR LF, nothing quoted.

Pure, no Django. The one place that says how a value looks in a file (spec ods-extracts 6.1, 10.2.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ods.layout import Field, Layout

DELIMITER = "^"
LINE_END = "\r\n"

Value = str | date | Decimal | int | float | None


def render(value: Value, field: Field) -> str:
    """The canonical text of one value: dates CCYYMMDD, numbers with exactly the layout's decimals, '' for None.

    Raises:
        ValueError: text that would break the line (a caret or a line end).
    """
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f"{value:%Y%m%d}" if value.year >= 1000 else f"{value.year:04d}{value:%m%d}"
    if field.type == "numeric":
        return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-(field.decimals or 0)), ROUND_HALF_UP))
    text = str(value)
    if DELIMITER in text or "\r" in text or "\n" in text:
        raise ValueError(f"field {field.number} ({field.name}) holds a caret or a line end and cannot be written")
    return text


def line(record: Mapping[str, Value], layout: Layout, *, transaction_type: str = "") -> str:
    """One input record with its CR LF: `record` maps model field names to values; a missing one is blank.

    Raises:
        ValueError: a value that would break the line.
    """
    texts = [layout.record_type, transaction_type]
    texts += [render(record.get(field.field), field) for field in layout.stored]
    return DELIMITER.join(texts) + LINE_END
