"""The emulated SIRAS' students in the database: found for an import, and kept after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from ods.models import Organization
from siras_export.fields import by_key, squeezed
from siras_export.models import SirasEntity, SirasStudent
from siras_export.receiving.headers import FileRefused, map_header
from siras_export.receiving.importing import CREATED, UPDATED, Record, RowResult
from siras_export.receiving.reading import Cell, text_of
from siras_export.receiving.schools import Entity
from siras_export.receiving.values import folded

_AT_ONCE = 500


class Records:
    """`importing.Registry` of one district."""

    def __init__(self, lea: Organization) -> None:
        self._lea = lea
        self._entities: dict[str, list[Entity]] = {}
        self._by_key: dict[int, Entity] = {}
        for row in SirasEntity.objects.filter(lea=lea).order_by("code", "site_code", "name"):
            entity = Entity(row.pk, row.code, row.site_code, row.name, row.default)
            self._by_key[row.pk] = entity
            self._entities.setdefault(row.code, []).append(entity)

    def find(self, ssids: Collection[str]) -> Mapping[str, Record]:
        found = SirasStudent.objects.filter(lea=self._lea, ssid__in=ssids)
        return {student.ssid: self._record(student) for student in found}

    def named(self, last: str, first: str, birthdate: str) -> list[Record]:
        found = SirasStudent.objects.filter(lea=self._lea, values__birthdate=birthdate).order_by("ssid")
        return [
            self._record(student)
            for student in found
            if (folded(student.values.get("last_name", "")), folded(student.values.get("first_name", "")))
            == (last, first)
        ]

    def entities(self) -> Mapping[str, list[Entity]]:
        return self._entities

    def _record(self, student: SirasStudent) -> Record:
        return Record(
            student.ssid, student.values, self._by_key.get(student.entity_id or 0), student.inactive, student.pk
        )


def kept(results: Iterable[RowResult], *, lea: Organization, at: datetime, file_name: str) -> Iterator[RowResult]:
    """Keep what an import decides, some hundred students at a time, and pass it on."""
    batch: list[RowResult] = []
    for result in results:
        batch.append(result)
        if len(batch) == _AT_ONCE:
            _keep(batch, lea, at, file_name)
            yield from batch
            batch = []
    _keep(batch, lea, at, file_name)
    yield from batch


def _keep(results: list[RowResult], lea: Organization, at: datetime, file_name: str) -> None:
    mark = {"last_import_at": at, "import_id": file_name}
    SirasStudent.objects.bulk_create(
        SirasStudent(
            lea=lea,
            ssid=result.ssid,
            values=result.values,
            entity_id=result.entity.key if result.entity else None,
            **mark,
        )
        for result in results
        if result.outcome == CREATED
    )
    matched = [result for result in results if result.record and not result.reason]
    SirasStudent.objects.filter(pk__in=[result.record.key for result in matched if result.record]).update(**mark)
    changed = {result.record.key: result for result in matched if result.record and result.outcome == UPDATED}
    students = list(SirasStudent.objects.filter(pk__in=changed))
    for student in students:
        result = changed[student.pk]
        student.values = {**student.values, **result.values}
        if result.entity:
            student.entity_id = result.entity.key
    SirasStudent.objects.bulk_update(students, ["values", "entity"])


INACTIVE = "Inactive Reason"


def load_records(*, lea: Organization, rows: Iterable[list[Cell]]) -> int:
    """Replace what the emulated SIRAS knows of a district by a list with a demographics file's headers; its students.

    Schools are those of the list: by code, site code and the directory's name.

    Raises:
        FileRefused: the headers cannot be used, or an SSID has not ten digits or stands twice; nothing was changed.
    """
    lines = iter(rows)
    header = [str(cell) for cell in next(lines, [])]
    columns = map_header(header, own={}).columns
    place = next((number for number, name in enumerate(header) if squeezed(name) == squeezed(INACTIVE)), None)
    known = dict(Organization.objects.filter(parent=lea).values_list("code", "name"))
    students: dict[str, SirasStudent] = {}
    schools: dict[tuple[str, str], SirasEntity] = {}
    for number, line in enumerate(lines, start=2):
        cells = [*line, *[""] * (len(header) - len(line))]
        values = {key: text_of(cells[column], by_key()[key].kind) for key, column in columns.items()}
        ssid, code, site = values["ssid"], values.pop("school", ""), values.pop("site_code", "")
        if len(ssid) != 10 or not ssid.isdecimal() or ssid in students:
            raise FileRefused(f"Row {number}: the SSID has not ten digits, or stands twice.")
        entity = None
        if code:
            name = known.get(code, f"Site {site}" if site else f"School {code}")
            entity = schools.setdefault((code, site), SirasEntity(lea=lea, code=code, site_code=site, name=name))
        inactive = str(cells[place]).strip() if place is not None else ""
        kept = {key: value for key, value in values.items() if value}
        students[ssid] = SirasStudent(lea=lea, ssid=ssid, values=kept, inactive=inactive, entity=entity)
    with transaction.atomic():
        SirasStudent.objects.filter(lea=lea).delete()
        SirasEntity.objects.filter(lea=lea).delete()
        for entity in schools.values():
            entity.save()
        for student in students.values():
            student.entity = student.entity  # its number is known only now
        SirasStudent.objects.bulk_create(students.values(), batch_size=_AT_ONCE)
    return len(students)
