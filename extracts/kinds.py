"""Kinds of job that stand in Submitted Extracts: the ODS extracts, and what apps above add when Django starts."""

from extracts.requesting import KIND

_listed: set[str] = {KIND}


def list_kind(name: str) -> None:
    """Have jobs of this kind stand in Submitted Extracts."""
    _listed.add(name)


def listed_kinds() -> list[str]:
    return sorted(_listed)
