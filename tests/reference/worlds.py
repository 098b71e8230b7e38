"""Tiny worlds for hypothesis: three students, two LEAs that share the pseudo-schools, few dates, many collisions."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from ods.codesets import code_set
from ods.layout import Field, Layout, layout
from tests.reference.selecting import JOINED
from tests.reference.store import Store, key_of

LEAS = ("9900001", "9900002")
SCHOOLS = {"9900001": ("0100011", "0100012", "0000001"), "9900002": ("0200021", "0000001")}
SSIDS = ("9900000001", "9900000002", "9900000003")
SEIDS = ("9800000001", "9800000002")
YEARS = ("2024-2025", "2025-2026")
DAYS = ("20240812", "20250811", "20250812", "20250930", "20251001", "20251031", "20251101")
TEXTS = ("A1", "a1", "B", "É", "1 0")
NUMBERS = {0: ("1", "02", "30"), 1: ("1", "50.0", "02.5"), 2: ("1", "0.50", ".5", "2.25")}
POSTED = ("20251101", "20251102", "20251103", "20251104", "20251105")


@dataclass(frozen=True)
class File:
    """A file to load: its lines as lists of fields. `strict` leaves deletions of what is not there as they are."""

    record_type: str
    rows: tuple[tuple[str, ...], ...]
    strict: bool

    def data(self, store: Store) -> bytes:
        """The bytes; unless strict, a deletion of a missing key becomes an insertion, so that most files are posted."""
        kind = layout(self.record_type)
        lines = []
        for row in self.rows:
            values = {each.field: text for each, text in zip(kind.fields, row, strict=True) if each.field}
            missing = key_of(kind, values) not in store.records[self.record_type]
            fields = list(row)
            if row[1] == "D" and missing and not self.strict:
                fields[1] = ""
            lines.append("^".join(fields))
        return "".join(line + "\r\n" for line in lines).encode()


@dataclass(frozen=True)
class Retirement:
    old: str
    new: str


@dataclass(frozen=True)
class World:
    """What happens, in order; each on a day of POSTED."""

    events: tuple[File | Retirement, ...]
    seed: int


@st.composite
def worlds(draw: st.DrawFn, record_type: str) -> World:
    first = File("SENR", tuple(draw(_row("SENR", ssid=ssid)) for ssid in SSIDS), strict=False)
    events: list[File | Retirement] = [first]
    if record_type in JOINED:
        events.append(draw(_file("SENR")))
    kinds = st.one_of(_file(record_type), _file(record_type), _file(record_type), _retirement())
    events += draw(st.lists(kinds, min_size=2, max_size=4))
    return World(tuple(events), draw(st.integers(0, 1_000_000)))


def _retirement() -> st.SearchStrategy[Retirement]:
    return st.sampled_from([Retirement(old, new) for old in SSIDS for new in SSIDS if old < new])


def _file(record_type: str) -> st.SearchStrategy[File]:
    kind = layout(record_type)
    key = [each.position - 1 for name in kind.key for each in kind.fields if each.field == name]
    rows = st.lists(_row(record_type), min_size=1, max_size=5, unique_by=lambda row: tuple(row[at] for at in key))
    return st.builds(File, st.just(record_type), rows.map(tuple), st.sampled_from([False, False, False, True]))


@st.composite
def _row(draw: st.DrawFn, record_type: str, ssid: str = "") -> tuple[str, ...]:
    kind = layout(record_type)
    lea = draw(st.sampled_from((LEAS[0], LEAS[0], LEAS[0], LEAS[1])))
    row = [draw(_text(kind, each, lea)) for each in kind.fields]
    row[0] = record_type
    row[1] = "" if kind.processing == "replacement" or ssid else draw(st.sampled_from(("", "", "A", "R", "D")))
    if ssid:
        row[kind["ssid"].position - 1] = ssid
    return tuple(row)


def _text(kind: Layout, each: Field, lea: str) -> st.SearchStrategy[str]:
    if not each.field:
        return st.just("")
    pool = _pool(kind, each, lea)
    needed = each.required == "Y" or each.field == "ssid"
    telling = each.field in {*kind.key, *(name for names in kind.row_order for name in names)} or each.type == "date"
    if needed:
        return st.sampled_from(pool)
    return st.sampled_from(("", *pool) if telling else ("", "", "", "", "", pool[0]))


def _pool(kind: Layout, each: Field, lea: str) -> tuple[str, ...]:
    known = code_set(each.code_set) if each.code_set else None
    if each.field == "reporting_lea":
        pool: tuple[str, ...] = (lea,)
    elif each.field == kind.school_field:
        pool = (*SCHOOLS[lea], lea) if kind.record_type == "SASS" else SCHOOLS[lea]
    elif each.field == "ssid":
        pool = SSIDS
    elif each.field == "seid":
        pool = SEIDS
    elif each.field == "birth_date":
        pool = ("20100305",)
    elif each.type == "date":
        pool = DAYS
    elif each.type == "numeric":
        pool = NUMBERS[each.decimals or 0]
    elif each.type == "yn":
        pool = ("Y", "N")
    elif known and known.name == "academic_year":
        pool = YEARS
    elif known and known.kind == "codes":
        pool = tuple(sorted(known.codes)[:2])
    elif known:
        pool = {"selpa": ("9901", "9902"), "lea": (lea,)}.get(known.name, ("9999999",))
    else:
        pool = tuple(text[: each.max_length] for text in TEXTS)
    return pool
