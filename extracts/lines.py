"""What a line of an extract is: which attributes, in which order, and what may never stand in it (spec section 6.1)."""

from ods.layout import Layout


class UnwritableValue(Exception):
    """A value holds a caret or a line break: it would break its line. The words name the type, never the value."""

    def __init__(self, record_type: str) -> None:
        super().__init__(
            f"A posted {record_type} record holds a caret, a line break or a control character in one of its values. "
            "The file was not made, because the line would be broken."
        )


def output_names(definition: Layout) -> list[str]:
    """The model attributes of a line after its first two fields, the two added dates last.

    The SSID that comes out is the one the student has now (10.1.8).
    """
    stored = ["current_ssid" if field.field == "ssid" else field.field for field in definition.stored]
    return [*stored, "upload_date", "last_updated"]


def carets(definition: Layout) -> int:
    """Carets in a line: a record with n input fields has n + 2 fields."""
    return len(definition.fields) + 1
