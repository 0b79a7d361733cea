"""Dirty rows, as real exports have them, in counts that are known and kept with the truth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keepwell.sources.simulation.season import Integers, Rows


@dataclass(frozen=True, slots=True)
class Spoil:
    """A way to spoil rows: copies of clean rows, with a key of their own, in which some columns are `change`d.

    `rule` is the check that the load should name, `share` of the clean rows is how many there are (one at least).
    `same_key` keeps the copied row's key; `warned` rows are told of, yet kept. Without any change, and with the same
    key, the row is a plain repetition, which is no fault.
    """

    rule: str
    share: float
    change: Mapping[str, object] = field(default_factory=dict)
    same_key: bool = False
    warned: bool = False


@dataclass(slots=True)
class Dirt:
    """What is dirty, by source: rejects and warnings by rule, repeated rows, and all rows."""

    rows: Counter[str] = field(default_factory=Counter)
    rejects: dict[str, Counter[str]] = field(default_factory=dict)
    warnings: dict[str, Counter[str]] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)

    def note(self, source: str, spoil: Spoil, count: int) -> None:
        """Counts rows spoiled in a way."""
        if not spoil.rule:
            self.repeated[source] += count
            return
        kind = self.warnings if spoil.warned else self.rejects
        kind.setdefault(source, Counter())[spoil.rule] += count

    def as_dict(self) -> dict[str, Any]:
        """The counts, by source, as plain data."""
        return {
            source: {
                "rows": rows,
                "rejects": dict(self.rejects.get(source, {})),
                "warnings": dict(self.warnings.get(source, {})),
                "repeated": self.repeated[source],
            }
            for source, rows in self.rows.items()
        }

    def spoil(
        self, rng: np.random.Generator, source: str, table: Rows, key: str, spoils: Sequence[Spoil]
    ) -> Rows:
        """The table with spoiled rows strewn among the clean ones; its columns are texts (object arrays) or numbers.

        A table with fewer rows than `spoils` has only as many of them.
        """
        rows = len(table[key])
        spoils = spoils[:rows]
        counts = [max(1, round(one.share * rows)) for one in spoils]
        copied = rng.choice(rows, size=sum(counts), replace=False) if counts else np.zeros(0, dtype=np.int64)
        spoiled = {name: values[np.concatenate([np.arange(rows), copied])] for name, values in table.items()}
        first = rows
        for one, count in zip(spoils, counts, strict=True):
            place = np.arange(first, first + count)
            first += count
            if not one.same_key:
                spoiled[key][place] = _fresh(spoiled[key], place)
            for column, value in one.change.items():
                spoiled[column][place] = value
            self.note(source, one, count)
        self.rows[source] += rows + len(copied)
        order = np.argsort(
            np.concatenate([np.arange(rows), rng.integers(0, rows, len(copied)) + 0.5]), kind="stable"
        )
        return {name: values[order] for name, values in spoiled.items()}

    def malformed(self, rng: np.random.Generator, source: str, rows: int, line: str) -> dict[int, str]:
        """Three lines that cannot be read, and before which rows they stand."""
        places = sorted(int(place) for place in rng.choice(max(rows, 3), size=3, replace=False))
        self.note(source, Spoil("malformed", 0), len(places))
        self.rows[source] += len(places)
        return dict.fromkeys(places, line)


REPEATED = Spoil("", 0.0004, same_key=True)
"""Rows exported twice, word for word."""


def _fresh(keys: np.ndarray[Any, Any], place: Integers) -> Any:
    if keys.dtype == object and all(key.isdecimal() for key in keys.tolist()):
        first = max(map(int, keys.tolist())) + 1
        return [str(first + number) for number in range(len(place))]
    if keys.dtype == object:
        return [f"{keys[one]}X{number}" for number, one in enumerate(place)]
    return keys.max() + 1 + np.arange(len(place))
