"""The system check that binds layouts to models: Django refuses to start where they disagree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core import checks
from django.db import connection, models
from django.db.models.functions import Coalesce

from ods.codesets import code_sets
from ods.layout import Field, Layout, layouts
from ods.matching_lines import keys_are_current
from ods.models import RECORD_MODELS, IdentityLine, PostedRecord

BOOKKEEPING = frozenset(
    {
        "id",
        "current_ssid",
        "upload_date",
        "last_updated",
        "posting",
        "posting_line",
        "effective_end_sent",
        "extract_line",
    }
)
"""Model fields that are no fields of a file."""

_TYPES: dict[str, type[models.Field[Any, Any]]] = {
    "char": models.CharField,
    "yn": models.CharField,
    "date": models.DateField,
    "numeric": models.DecimalField,
}
_OLDEST_SQLITE = (3, 39)


def check_layouts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every layout against its model, keys, scopes and code sets."""
    try:
        found = layouts()
    except (KeyError, ValueError, OSError) as error:
        return [checks.Error(f"The layouts cannot be read: {error!r}", id="ods.E001")]
    problems: list[checks.CheckMessage] = []
    for record_type in found.keys() ^ RECORD_MODELS.keys():
        problems.append(checks.Error(f"{record_type} has a layout or a model, but not both.", id="ods.E002"))
    for record_type, layout in found.items():
        if record_type in RECORD_MODELS:
            problems += check_type(layout, RECORD_MODELS[record_type])
    return problems


def check_type(layout: Layout, model: type[PostedRecord]) -> list[checks.CheckMessage]:
    """One layout against one model."""
    return [
        checks.Error(f"{layout.record_type}: {words}", obj=model, id=f"ods.{code}")
        for code, words in (*_fields(layout, model), *_left_over(layout, model), *_keys(layout, model))
    ]


def check_database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """The oldest SQLite that knows the SQL both engines share (`IS DISTINCT FROM`)."""
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        return [checks.Error(f"SQLite is {sqlite3.sqlite_version}; {oldest} or newer is needed.", id="ods.E010")]
    return []


def check_matching_keys(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """What the SSID Matching Tool searches by is of this release; looked at by `migrate` and `check --database`."""
    if not databases or IdentityLine._meta.db_table not in connection.introspection.table_names() or keys_are_current():
        return []
    words = "The SSID Matching Tool searches by keys of an earlier release, which lead to fewer students."
    return [checks.Warning(words, hint="Run manage.py rebuild_matching_keys.", id="ods.W001")]


def _fields(layout: Layout, model: type[PostedRecord]) -> Iterable[tuple[str, str]]:
    if [field.code_set for field in layout.fields[:2]] != ["record_type", "transaction_type"] or (
        layout.stored != layout.fields[2:]
    ):
        yield "E003", "the first two fields must be the record type and the transaction type, and only they unstored."
    by_name = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
    for field in layout.fields:
        if field.code_set and field.code_set not in code_sets():
            yield "E004", f"{field.number} names the code set {field.code_set}, which does not exist."
        if field.field and field.field not in by_name:
            yield "E005", f"{field.number} is to be stored in {field.field}, which the model does not have."
        elif field.field:
            yield from _field(layout, field, by_name[field.field])


def _field(layout: Layout, field: Field, stored: models.Field[Any, Any]) -> Iterable[tuple[str, str]]:
    wanted = _TYPES.get(field.type)
    if wanted is None or type(stored) is not wanted:
        yield "E006", f"{field.number} is {field.type}, and {field.field} is a {type(stored).__name__}."
    elif isinstance(stored, models.DecimalField):
        room = (stored.max_digits or 0) - (stored.decimal_places or 0)
        if stored.decimal_places != field.decimals or room < field.max_length:
            yield (
                "E006",
                f"{field.number} has {field.decimals} decimals and {field.max_length} characters; not the model.",
            )
    elif (field.decimals is not None) != (field.type == "numeric"):
        yield "E006", f"{field.number} is {field.type} and has decimals."
    may_be_null = field.type in ("date", "numeric") and field.required != "Y"
    if stored.null != may_be_null:
        yield "E006", f"{field.number}: {field.field} must {'' if may_be_null else 'not '}take NULL."


def _left_over(layout: Layout, model: type[PostedRecord]) -> Iterable[tuple[str, str]]:
    for field in model._meta.get_fields():
        if field.name not in BOOKKEEPING and not layout.has(field.name):
            yield "E007", f"the model's field {field.name} stands in no layout row."


def _keys(layout: Layout, model: type[PostedRecord]) -> Iterable[tuple[str, str]]:
    if "reporting_lea" not in layout.key or (layout.scope and "reporting_lea" not in layout.scope):
        yield "E008", "every key and every scope must contain the Reporting LEA."
    if bool(layout.scope) != (layout.processing == "replacement") or not set(layout.scope) <= set(layout.key):
        yield "E008", "replacement types, and only they, have a scope, and it is part of the key."
    if layout.processing == "effective" and layout.key != (
        "reporting_lea", layout.person_field, "effective_start_date",
    ):  # fmt: skip
        yield "E008", "the key of an effective-dated type must be Reporting LEA, person and effective start date."
    unique = [_columns(one) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    if unique != [_constraint(layout, model)]:
        yield "E009", "the model's unique constraint is not the key of types.csv."


def _columns(constraint: models.UniqueConstraint) -> tuple[str, ...]:
    """The constraint's columns; a Coalesce stands as `?column`."""
    if constraint.fields:
        return tuple(constraint.fields)
    names = []
    for expression in constraint.expressions:
        first = expression.get_source_expressions()[0] if isinstance(expression, Coalesce) else expression
        names.append(("?" if isinstance(expression, Coalesce) else "") + str(getattr(first, "name", first)))
    return tuple(names)


def _constraint(layout: Layout, model: type[PostedRecord]) -> tuple[str, ...]:
    """What the constraint must be: a key column that may be NULL stands coalesced."""
    by_name = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
    return tuple(f"?{name}" if name in by_name and by_name[name].null else name for name in layout.key)
