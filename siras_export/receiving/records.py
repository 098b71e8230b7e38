"""The emulated SIRAS' students in the database: found for an import, and kept after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from ods.models import Organization
from siras_export.models import SirasEntity, SirasStudent
from siras_export.receiving.importing import CREATED, UPDATED, Record, RowResult
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
