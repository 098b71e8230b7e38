"""The system check of the ROP layouts: Django refuses to start where data files and code disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core import checks

from rop_export.import_files import import_files
from rop_export.layout import MINUTES, ROP, problems
from rop_export.models import DATA_MODELS, RopRecord


def check_layouts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """The layouts of both files, and the columns of the import files against their models."""
    try:
        wrong = [*problems(ROP), *problems(MINUTES)]
        files = import_files()
    except (KeyError, TypeError, ValueError, OSError) as error:
        return [checks.Error(f"The ROP layouts cannot be read: {error!r}", id="rop_export.E001")]
    found: list[checks.CheckMessage] = [checks.Error(words, id="rop_export.E002") for words in wrong]
    if list(files) != list(DATA_MODELS):
        found.append(checks.Error("import.csv and the models do not name the same files.", id="rop_export.E003"))
        return found
    for name, columns in files.items():
        model = DATA_MODELS[name]
        if {column.column for column in columns} != _fields(model):
            found.append(
                checks.Error(f"import.csv, {name}: not the fields of its model.", obj=model, id="rop_export.E004")
            )
        key = ("lea", *(column.column for column in columns if column.key))
        if [tuple(constraint.fields) for constraint in model._meta.total_unique_constraints] != [key]:
            found.append(
                checks.Error(f"import.csv, {name}: not the key of its model.", obj=model, id="rop_export.E005")
            )
    return found


def _fields(model: type[RopRecord]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields} - {"id", "lea"}
