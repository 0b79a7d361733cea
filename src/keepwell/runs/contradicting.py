"""Outcomes of one kind that do not name the same accounts: by how much they disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.outcome import Outcome
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.runs import estimates
from keepwell.runs.labelling import happenings, snapshot
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two outcomes of one kind that do not name the same accounts: how many both name, only the first, only the second, neither."""

    kind: str
    one: str
    other: str
    both: int
    only_one: int
    only_other: int
    neither: int

    @property
    def disagree(self) -> int:
        """How many accounts one names and the other does not."""
        return self.only_one + self.only_other

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "Contradiction":
        """A contradiction from its JSON form."""
        return cls(**{each.name: form[each.name] for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class Known:
    """What happened of one outcome: instants of what counts, and the accounts that it happened to; those of which nobody knows."""

    outcome: Outcome
    instants: np.ndarray
    accounts: frozenset[int]
    unknown: frozenset[int]


def known_of(project: Project, warehouse: Warehouse, outcome: Outcome) -> Known:
    if not outcome.dated:
        found = snapshot(project, warehouse, outcome)
        return Known(
            outcome,
            np.array([], dtype="datetime64[us]"),
            frozenset(found.account[found.happened == 1].tolist()),
            frozenset(found.account[found.happened == -1].tolist()),
        )
    happened = happenings(project, warehouse, outcome)
    counting = happened.only(happened.counts)
    return Known(outcome, np.sort(counting.at), frozenset(counting.account.tolist()), frozenset())


def contradicting(project: Project, warehouse: Warehouse, outcome: Outcome) -> tuple[Contradiction, ...]:
    """Where others contradict an outcome by which something is judged. One whose facts have not been loaded names nobody, and contradicts nothing.

    Raises:
        UserError: what the outcome itself needs has not been loaded.
    """
    rivals = [each for each in project.outcomes if each.kind is outcome.kind and each.event != outcome.event]
    if not rivals:
        return ()
    own = known_of(project, warehouse, outcome)
    everyone = warehouse.query("SELECT account FROM directory.accounts")["account"].to_pylist()
    found: list[Contradiction] = []
    for rival in rivals:
        try:
            other = known_of(project, warehouse, rival)
        except UserError:
            continue  # keepwell outcomes says what it lacks; a judgement by another outcome does not need it
        found += contradictions((own, other), everyone)
    return tuple(found)


def told(found: Contradiction) -> Statement:
    """A contradiction as what must be known before any figure."""
    whole = found.both + found.disagree + found.neither
    return Statement(
        Topic.DATA,
        Tone.CAUTION,
        f"{found.one} and {found.other} contradict each other about {estimates.rate(found.disagree / whole)} of the accounts: both name "
        f"{found.both:,}, only {found.one} {found.only_one:,}, only {found.other} {found.only_other:,}. Only you know which is true; "
        f"this is judged by {found.one}.",
    )


def of_contradiction(found: Contradiction) -> dict[str, Any]:
    """A contradiction as JSON's own types."""
    return {**asdict(found), "disagree": found.disagree}


def contradictions(known: Sequence[Known], everyone: Sequence[int]) -> tuple[Contradiction, ...]:
    """Every pair of outcomes of one kind that disagree about an account of which both know.

    Two that look at the same event, such as one of them by cause, do not contradict each other.
    """
    found = []
    for one, other in combinations(known, 2):
        if one.outcome.kind is not other.outcome.kind or one.outcome.event == other.outcome.event:
            continue
        asked = frozenset(everyone) - one.unknown - other.unknown
        first, second = one.accounts & asked, other.accounts & asked
        pair = Contradiction(
            kind=str(one.outcome.kind),
            one=one.outcome.name,
            other=other.outcome.name,
            both=len(first & second),
            only_one=len(first - second),
            only_other=len(second - first),
            neither=len(asked - first - second),
        )
        if pair.disagree:
            found.append(pair)
    return tuple(found)
