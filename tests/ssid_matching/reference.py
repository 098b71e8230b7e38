"""The score of spec ssid-matching 7.2 for one pair, in plain Python, written from the page and not from the code."""

from __future__ import annotations

import math
import re
import unicodedata

from rapidfuzz.distance import JaroWinkler

WEIGHTS = {
    "2022": {"year": 16, "first": 24, "last": 24, "middle": 8, "month": 8, "day": 8, "gender": 4, "country": 4,
             "state": 4},
    "2025": {"year": 30, "first": 25, "last": 20, "middle": 10, "month": 8, "day": 7, "gender": 0, "country": 0,
             "state": 0},
}  # fmt: skip
Person = dict[str, str]
"""first, middle, last, alias_first, alias_last, born (CCYYMMDD), gender, country, state"""


def normal(name: str) -> str:
    folded = (unicodedata.normalize("NFKD", part.upper()) for part in name.split())
    parts = [part for part in (re.sub(r"[^A-Z0-9]", "", part) for part in folded) if part]
    if len(parts) >= 2 and parts[-1] in ("JR", "SR", "II", "III", "IV"):
        parts.pop()
    return "".join(parts)


def names(one: tuple[str, str], other: tuple[str, str]) -> float:
    (legal, alias), (other_legal, other_alias) = one, other
    found = [JaroWinkler.similarity(legal, other_legal)]
    if other_alias:
        found.append(0.9 * JaroWinkler.similarity(legal, other_alias))
    if alias:
        found.append(0.9 * JaroWinkler.similarity(alias, other_legal))
    if alias and other_alias:
        found.append(0.9 * JaroWinkler.similarity(alias, other_alias))
    return max(found)


def code(one: str, other: str) -> float:
    if one == other:
        return 1
    return 0.5 if not one or not other or "UU" in (one, other) else 0


def score(one: Person, other: Person, profile: str) -> int | None:
    weights = WEIGHTS[profile]
    a = {name: normal(one[name]) for name in ("first", "middle", "last", "alias_first", "alias_last")}
    b = {name: normal(other[name]) for name in ("first", "middle", "last", "alias_first", "alias_last")}
    years = abs(int(one["born"][:4]) - int(other["born"][:4]))
    if years > 2:
        return None
    points = weights["year"] * max(0, 1 - 0.25 * years)
    (month, day), (other_month, other_day) = ((int(p["born"][4:6]), int(p["born"][6:])) for p in (one, other))
    if (month, day) == (other_day, other_month) and month != day:
        points += (weights["month"] + weights["day"]) * 0.5
    else:
        points += weights["month"] * (1 if month == other_month else 0.5 * (1 - (abs(month - other_month) - 1) / 11))
        points += weights["day"] * (1 if day == other_day else 0.5 * (1 - (abs(day - other_day) - 1) / 30))
    if a["middle"] and b["middle"]:
        points += weights["middle"] * JaroWinkler.similarity(a["middle"], b["middle"])
    else:
        points += weights["middle"] * (0.5 if a["middle"] or b["middle"] else 1)
    for name in ("gender", "country", "state"):
        points += weights[name] * code(one[name], other[name])
    found = []
    for cost, theirs in ((0, ("first", "last")), (5, ("last", "first"))):
        first = names((a["first"], a["alias_first"]), (b[theirs[0]], b[f"alias_{theirs[0]}"]))
        last = names((a["last"], a["alias_last"]), (b[theirs[1]], b[f"alias_{theirs[1]}"]))
        if first >= 0.70 and last >= 0.60:
            found.append(points + weights["first"] * first + weights["last"] * last - cost)
    return math.floor(max(found) + 1e-9 + 0.5) if found else None
