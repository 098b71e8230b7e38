"""The rules a file is held to when it is loaded: code, severity, and the words a user reads.

Pure data, no Django. `FRMT`, `GERR` and `IVR` codes are the state's; the codes `FILE` and `POST` are our own, for what
the state's public pages name no code for. The rules' fields are not listed here: lengths, types, required fields and
code sets stand in the layouts (`ods.layout`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ods.layout import Field

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. An error rejects its record, a warning does not.

    `words` says what is wrong and what to do; names in braces are filled in for the field or line at hand. `source`
    says where the rule comes from.
    """

    code: str
    severity: Severity
    title: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule: where, which rule, and what to do. It never holds a value of the record.

    `line` counts from 1; `field_number` and `field_name` are the state's, both '' when the whole line is meant.
    """

    line: int
    field_number: str
    field_name: str
    rule: Rule
    words: str

    @property
    def is_error(self) -> bool:
        return self.rule.severity == "error"


def finding(rule: Rule, line: int, field: Field | None = None, **words: object) -> Finding:
    """A breach of `rule`; `words` fill the braces of its text, the field's own attributes are there as `field`."""
    return Finding(
        line=line,
        field_number=field.number if field else "",
        field_name=field.name if field else "",
        rule=rule,
        words=rule.words.format(field=field, **words),
    )


_TYPES = "record layouts; docs/loading.md"

FIELD_COUNT = Rule(
    "FILE0001",
    "error",
    "Wrong number of fields",
    "The line has {found} fields instead of {expected}.{hint} Export the file again in the layout in force.",
    "CALPADS file format; docs/loading.md",
)
OTHER_RECORD_TYPE = Rule(
    "FILE0002",
    "error",
    "Another record type",
    "The line does not begin with {expected}, as the file's first line does. One file holds one record type.",
    "File Upload page",
)
BAD_QUOTING = Rule(
    "FILE0003",
    "error",
    "Broken quotation marks",
    "A quotation mark is opened and not closed on this line, or closed before the value ends. Put values that hold a "
    "comma in quotation marks, double the marks inside them; a value cannot hold a line break.",
    "File Upload page",
)
CONTROL_CHARACTER = Rule(
    "FILE0004",
    "error",
    "Control character",
    "The line holds a character that cannot be written in a file ({what}, in field {position}). Remove it in the SIS.",
    "CALPADS file format; docs/loading.md",
)
CARET_IN_VALUE = Rule(
    "FILE0005",
    "error",
    "Caret in a value",
    "Field {position} holds a caret (^), which separates fields in CALPADS files. Remove it in the SIS.",
    "CALPADS file format; docs/loading.md",
)
TOO_LONG = Rule(
    "FRMT0001",
    "error",
    "Length",
    "The value is longer than {field.max_length} characters. Shorten it.",
    _TYPES,
)
BAD_DATE = Rule(
    "FRMT0002",
    "error",
    "Date format",
    "The value is not a date. Write a real date from 1900 on as CCYYMMDD, for example 20250818.",
    _TYPES,
)
BAD_NUMBER = Rule(
    "FRMT0004",
    "error",
    "Numeric format",
    "The value is not a number with at most {decimals}. Write digits and a decimal point only.",
    "record layouts; docs/loading.md",
)
BAD_IDENTIFIER = Rule(
    "FRMT0004",
    "error",
    "Numeric format",
    "The value is not an identifier of 10 digits. Give the identifier the state issued.",
    _TYPES,
)
REQUIRED = Rule(
    "GERR0001",
    "error",
    "Required field missing",
    "The field is required and blank. Fill it.",
    _TYPES,
)
SSID_REQUIRED = Rule(
    "GERR0001",
    "error",
    "Required field missing",
    "The SSID is blank. The loader cannot issue SSIDs: find the student's SSID first, then load the record.",
    "docs/loading.md",
)
UNKNOWN_CODE = Rule(
    "GERR0002",
    "error",
    "Not in the code set",
    "The value is not a code of the set {code_set}. Use one of its codes, leading zeros included.",
    _TYPES,
)
NOT_YES_OR_NO = Rule(
    "GERR0002",
    "error",
    "Not in the code set",
    "The value must be Y or N, or blank where the field is not required.",
    "docs/loading.md",
)
BAD_ACADEMIC_YEAR = Rule(
    "GERR0002",
    "error",
    "Not in the code set",
    "The value is not an academic year. Write it CCYY-CCYY, for example 2025-2026.",
    _TYPES,
)
UNLISTED_CODE = Rule(
    "GERR0002",
    "warning",
    "Not in the codes known here",
    "The value is not among the codes of {code_set} known here; the list is incomplete. Check it against the state's.",
    "docs/loading.md",
)
UNKNOWN_ORGANIZATION = Rule(
    "GERR0002",
    "warning",
    "Not in the directory",
    "The code is not in the directory ({code_set}). Check it; if it is right, the directory wants an update.",
    "docs/loading.md",
)
BAD_TRANSACTION_TYPE = Rule(
    "GERR0008",
    "error",
    "Transaction type",
    "The Transaction Type Code must be A, R, D or blank.",
    "CDE Flash 224",
)
NO_DELETE_IN_REPLACEMENT = Rule(
    "GERR0008",
    "error",
    "Transaction type",
    "{record_type} files replace what they name: a record is deleted by leaving it out, not by D. "
    "To delete everything of a school and year use --empty-scope.",
    "docs/loading.md",
)
UNKNOWN_LEA = Rule(
    "GERR0010",
    "error",
    "Reporting LEA or school",
    "The Reporting LEA is not in the directory. Correct the code, or load the directory first.",
    "docs/loading.md",
)
OTHER_LEA = Rule(
    "GERR0010",
    "error",
    "Reporting LEA or school",
    "The record is of Reporting LEA {lea}, and this file is loaded for {expected} only. Take the record out.",
    "docs/loading.md",
)
OTHER_SCHOOL = Rule(
    "GERR0010",
    "error",
    "Reporting LEA or school",
    "The school does not belong to the Reporting LEA. Correct the code, or load the directory first.",
    "docs/loading.md",
)
BEYOND_AUTHORITY = Rule(
    "GERR0010",
    "error",
    "Reporting LEA or school",
    "Your role does not reach this record: it is held for other schools, or for students with disabilities only. Take "
    "the record out, or have a colleague submit it who holds the role for the whole LEA.",
    "CALPADS user roles; docs/decisions/0087",
)
DUPLICATE = Rule(
    "IVR0116",
    "error",
    "Duplicate within the file",
    "The key ({key}) is also that of line {other}. Keep one of them.",
    "docs/loading.md",
)
FORMULA = Rule(
    "FILE0006",
    "error",
    "Formula in a spreadsheet",
    "Field {position} holds a formula. Replace it by its value (copy, paste values) and submit the file again.",
    "File Upload page",
)
SSID_NEEDED = Rule(
    "GERR0001",
    "error",
    "Required field missing",
    "A blank SSID asks for a new one; a record that replaces or deletes another must give the student's SSID. Fill it.",
    "layout SENR 1.08",
)
NOTHING_TO_DELETE = Rule(
    "POST0001",
    "error",
    "Nothing to delete",
    "No posted record has this key ({key}). Correct the key, or leave the line out.",
    "docs/loading.md",
)
ONE_STUDENT_TWICE = Rule(
    "IVR0116",
    "error",
    "Duplicate within the file",
    "Line {other} is the same record under another SSID of the same student. Keep one of them.",
    "docs/decisions/0022",
)

RULES: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""Every rule, in the order of this file."""
