"""The check that binds layouts to models: each of its refusals is provoked."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from ods import checks as ods_checks
from ods.checks import check_database, check_layouts, check_type
from ods.layout import RECORD_TYPES, Layout, layout
from ods.models import RECORD_MODELS, StudentEnrollment

SENR = layout("SENR")


def words(found: list[checks.CheckMessage]) -> list[tuple[str | None, str]]:
    return [(each.id, each.msg) for each in found]


def with_field(name: str, **changes: Any) -> Layout:
    """SENR with one field's row changed."""
    return replace(
        SENR, fields=tuple(replace(field, **changes) if field.field == name else field for field in SENR.fields)
    )


def problems(changed: Layout) -> list[tuple[str | None, str]]:
    return words(check_type(changed, StudentEnrollment))


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_type_is_bound(record_type: str) -> None:
    assert check_type(layout(record_type), RECORD_MODELS[record_type]) == []


def test_the_check_runs_when_django_starts() -> None:
    registered = checks.registry.registry.get_checks()
    assert {check_layouts, check_database} <= set(registered)
    assert check_layouts(None) == []


def test_layouts_that_cannot_be_read_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> None:
        raise KeyError("1.99")

    monkeypatch.setattr(ods_checks, "layouts", unreadable)
    assert words(check_layouts(None)) == [("ods.E001", "The layouts cannot be read: KeyError('1.99')")]


def test_a_layout_without_model_and_a_model_without_layout_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods_checks, "layouts", lambda: {"SENR": SENR, "LEAP": SENR})
    monkeypatch.setattr(ods_checks, "RECORD_MODELS", {"SENR": StudentEnrollment, "SPED": StudentEnrollment})
    assert sorted(words(check_layouts(None))) == [
        ("ods.E002", "LEAP has a layout or a model, but not both."),
        ("ods.E002", "SPED has a layout or a model, but not both."),
    ]


def test_record_type_and_transaction_type_must_stand_first_and_alone_unstored() -> None:
    rule = "SENR: the first two fields must be the record type and the transaction type, and only they unstored."
    swapped = replace(SENR, fields=(SENR.fields[1], SENR.fields[0], *SENR.fields[2:]))
    assert problems(swapped) == [("ods.E003", rule)]
    assert problems(with_field("alias_first_name", field=""))[0] == ("ods.E003", rule)


def test_a_code_set_must_exist() -> None:
    assert problems(with_field("gender_code", code_set="sex")) == [
        ("ods.E004", "SENR: 1.18 names the code set sex, which does not exist.")
    ]


def test_a_row_must_have_its_model_field_and_a_model_field_its_row() -> None:
    assert problems(with_field("gender_code", field="sex")) == [
        ("ods.E005", "SENR: 1.18 is to be stored in sex, which the model does not have."),
        ("ods.E007", "SENR: the model's field gender_code stands in no layout row."),
    ]


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("gender_code", {"type": "date"}, "1.18 is date, and gender_code is a CharField."),
        ("gender_code", {"type": "numeric", "decimals": 0}, "1.18 is numeric, and gender_code is a CharField."),
        ("gender_code", {"type": "words"}, "1.18 is words, and gender_code is a CharField."),
        ("gender_code", {"decimals": 0}, "1.18 is char and has decimals."),
        ("birth_date", {"type": "char"}, "1.17 is char, and birth_date is a DateField."),
        ("birth_date", {"required": "C"}, "1.17: birth_date must take NULL."),
        ("enrollment_exit_date", {"required": "Y"}, "1.25: enrollment_exit_date must not take NULL."),
    ],
)
def test_types_must_agree(name: str, changes: dict[str, Any], expected: str) -> None:
    assert problems(with_field(name, **changes))[0] == ("ods.E006", f"SENR: {expected}")


@pytest.mark.parametrize("changes", [{"decimals": 2}, {"max_length": 13}])
def test_decimals_and_room_must_agree(changes: dict[str, Any]) -> None:
    sass = layout("SASS")
    fields = tuple(replace(each, **changes) if each.number == "8.14" else each for each in sass.fields)
    assert [each.id for each in check_type(replace(sass, fields=fields), RECORD_MODELS["SASS"])] == ["ods.E006"]


def test_every_key_and_scope_has_the_reporting_lea() -> None:
    rule = ("ods.E008", "SENR: every key and every scope must contain the Reporting LEA.")
    assert problems(replace(SENR, key=SENR.key[1:]))[0] == rule
    stas = layout("STAS")
    assert [each.msg for each in check_type(replace(stas, scope=stas.scope[1:]), RECORD_MODELS["STAS"])] == [
        rule[1].replace("SENR", "STAS")
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": ("reporting_lea",)},
        {"processing": "replacement"},
        {"processing": "replacement", "scope": ("reporting_lea", "gender_code")},
    ],
)
def test_replacement_types_and_only_they_have_a_scope_within_the_key(changes: dict[str, Any]) -> None:
    assert problems(replace(SENR, **changes)) == [
        ("ods.E008", "SENR: replacement types, and only they, have a scope, and it is part of the key.")
    ]


def test_effective_dated_types_have_the_key_the_chains_run_over() -> None:
    assert problems(replace(SENR, processing="effective")) == [
        ("ods.E008", "SENR: the key of an effective-dated type must be Reporting LEA, person and effective start date.")
    ]


def test_the_unique_constraint_must_be_the_key() -> None:
    rule = "SENR: the model's unique constraint is not the key of types.csv."
    assert problems(replace(SENR, key=SENR.key[:-1])) == [("ods.E009", rule)]
    assert problems(replace(SENR, key=(*SENR.key, "shoe_size"))) == [("ods.E009", rule)]


@isolate_apps("ods")
def test_a_key_date_that_may_be_missing_must_be_coalesced() -> None:
    sela = layout("SELA")

    class Loose(RECORD_MODELS["SELA"]):  # type: ignore[name-defined,misc]
        class Meta:
            app_label = "ods"
            constraints = [models.UniqueConstraint(fields=sela.key, name="loose")]

    found = [each for each in check_type(sela, Loose) if each.id == "ods.E009"]
    assert [each.msg for each in found] == ["SELA: the model's unique constraint is not the key of types.csv."]


def test_an_old_sqlite_is_refused_and_only_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods_checks, "connection", SimpleNamespace(vendor="sqlite"))
    assert check_database(None) == []
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 38, 5))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.38.5")
    assert words(check_database(None)) == [("ods.E010", "SQLite is 3.38.5; 3.39 or newer is needed.")]
    monkeypatch.setattr(ods_checks, "connection", SimpleNamespace(vendor="postgresql"))
    assert check_database(None) == []
