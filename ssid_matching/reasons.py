"""Why a candidate has its score and its likelihood, element by element, as it is kept and shown.

Pure, no Django. A reason holds no value of a student, only how far two agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ssid_matching.columns import Columns, Floats, Ints, Vocabulary
from ssid_matching.parameters import ELEMENTS, MatchSettings
from ssid_matching.scoring import OUT, name_similarities, scores


def reasons(
    one: Columns, other: Columns, vocabulary: Vocabulary, settings: MatchSettings, levels: Ints, match: Floats
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The exact score of each pair (`OUT` beyond a limit), and its reasons.

    `points` of each element of the score (empty beyond a limit), `exchanged`, and `levels` and `factors` (as
    decimal logarithms) of each element of the likelihood: above 0 a factor speaks for one student, below 0 against.
    """
    exact = scores(
        one, other, vocabulary, replace(settings, cut_off=0), name_similarities(one, other, vocabulary)
    )  # below the cut-off too
    weights = np.array([settings.weights[element] for element in ELEMENTS], dtype=np.float64)
    columns = (
        exact.score.tolist(),
        np.round(exact.similarity * weights, 1).tolist(),
        exact.exchanged.tolist(),
        levels.T.tolist(),
        np.round(np.log10(match.T), 3).tolist(),
    )
    for score, points, exchanged, reached, logs in zip(*columns, strict=True):
        why = {"points": points if score != OUT else [], "exchanged": exchanged, "levels": reached, "factors": logs}
        yield score, why
