"""What a run is asked with: the options of the page, and the Keep/Skip in force. Pure, no Django.

Both are kept as JSON: options with the user who saved them, both with the job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

DISTRICT = "0"
"""The place that stands for the whole district: school 0."""

COURSE_TYPES = ("30", "32", "33")
PROGRAM = "143"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the page (spec rop, section 2).

    `exclude_field` is `user_1` to `user_8` or '', `exclude_code` the code that leaves a course out. `start` and `end`
    count only with `minutes`, and are then both there.
    """

    schools: tuple[str, ...] = ()
    course_types: tuple[str, ...] = ()
    program_143: bool = False
    exclude_field: str = ""
    exclude_code: str = ""
    full_cds: bool = False
    clean: bool = False
    minutes: bool = False
    start: date | None = None
    end: date | None = None
    show_inactive: bool = False

    def to_json(self) -> dict[str, Any]:
        found = asdict(self)
        for name in ("start", "end"):
            found[name] = found[name].isoformat() if found[name] else ""
        return {"version": VERSION, **found, "schools": list(self.schools), "course_types": list(self.course_types)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Options:
        """Raises ValueError for another version, or what is no date."""
        if found.get("version") != VERSION:
            raise ValueError(f"options of version {found.get('version')}")
        values = {name: found[name] for name in cls.__slots__ if name in found}
        for name in ("start", "end"):
            values[name] = date.fromisoformat(values[name]) if values.get(name) else None
        for name in ("schools", "course_types"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    def takes(self, *, course_type: str, program: str, user_codes: Mapping[str, str]) -> bool:
        """Whether a section of a course comes into the extract (section 3). The excluded code wins over both."""
        if self.exclude_code and user_codes.get(self.exclude_field) == self.exclude_code:
            return False
        return course_type in self.course_types or (self.program_143 and program == PROGRAM)


@dataclass(frozen=True, slots=True)
class Pupil:
    """What Keep/Skip looks at of a student."""

    local_student_id: str
    school: str
    grade: str = ""
    gender: str = ""
    programs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """KEEP or SKIP, with conditions joined by AND; of each condition any of its values will do.

    A condition without values does not count; at least one has some.
    """

    verb: Literal["KEEP", "SKIP"]
    grades: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Statement:
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
        }
        return cls(**values)

    def lets_through(self, pupil: Pupil) -> bool:
        """KEEP lets only those through who meet all conditions, SKIP all but those."""
        meets = (
            _any(self.grades, [pupil.grade])
            and _any(self.schools, [pupil.school])
            and _any(self.genders, [pupil.gender])
            and _any(self.programs, pupil.programs)
            and _any(self.ids, [pupil.local_student_id])
        )
        return meets == (self.verb == "KEEP")

    @property
    def words(self) -> str:
        """The statement as people read it. Listed students are counted, not named."""
        parts = [
            f"{name} {' or '.join(values)}"
            for name, values in (
                ("grade", self.grades),
                ("school", self.schools),
                ("gender", self.genders),
                ("program", self.programs),
            )
            if values
        ]
        if self.ids:
            parts.append(f"{len(self.ids)} listed student{'' if len(self.ids) == 1 else 's'}")
        return f"{self.verb} {' and '.join(parts)}"


def _any(wanted: tuple[str, ...], found: Collection[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(found)


def lets_through(statements: Iterable[Statement], pupil: Pupil) -> bool:
    """Whether a student is left after all statements, one after the other."""
    return all(statement.lets_through(pupil) for statement in statements)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Everything a run depends on besides the data: where it was started, the options, the Keep/Skip in force then."""

    lea: str
    place: str
    options: Options
    statements: tuple[Statement, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "lea": self.lea,
            "place": self.place,
            "options": self.options.to_json(),
            "statements": [statement.to_json() for statement in self.statements],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Criteria:
        return cls(
            lea=found["lea"],
            place=found["place"],
            options=Options.from_json(found["options"]),
            statements=tuple(Statement.from_json(statement) for statement in found["statements"]),
        )

    @property
    def words(self) -> str:
        """The criteria in words, as the log and the audit trail show them."""
        options = self.options
        count = len(options.schools)
        phrases = [
            "District" if self.place == DISTRICT else f"School {self.place}",
            f"{count} school{'' if count == 1 else 's'}",
        ]
        if options.course_types:
            phrases.append(f"course types {', '.join(options.course_types)}")
        if options.program_143:
            phrases.append("program 143")
        if options.exclude_code:
            phrases.append(f"without user code {options.exclude_field[-1]} {options.exclude_code}")
        if options.full_cds:
            phrases.append("full CDS#")
        if options.clean:
            phrases.append("invalid characters removed")
        if options.minutes and options.start and options.end:
            phrases.append(f"minutes {options.start:%m/%d/%Y} to {options.end:%m/%d/%Y}")
        phrases += [statement.words for statement in self.statements]
        return "; ".join(phrases)
