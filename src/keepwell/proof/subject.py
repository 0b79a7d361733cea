"""What a certificate speaks of: what is judged, by which outcome, and when."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.proof.outcome import Counts, Kind, Outcome


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged. `project`: its name. `purpose`: of the score. `name`: what people call it, such as the
    scorecard's or the model's name. `versions`: of the definition or definitions judged. `fitted_through`: the
    latest instant whose data it was fitted on (`None`: it was written by hand).
    """

    project: str
    purpose: str
    name: str
    versions: tuple[str, ...]
    fitted_through: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The outcome it is judged by: see `outcome.Outcome`. `horizon` and `gap` are texts such as `90 days`; empty where
    nothing has a date. `version` is that of the outcome's definition (empty: not known).
    """

    name: str
    title: str
    kind: Kind
    counts: Counts
    horizon: str
    gap: str
    version: str = ""

    @classmethod
    def of(cls, outcome: Outcome, version: str = "") -> "Question":
        """An outcome as the certificate tells it."""
        ahead = (str(outcome.horizon), str(outcome.gap)) if outcome.dated else ("", "")
        return cls(outcome.name, outcome.title, outcome.kind, outcome.counts, *ahead, version)

    @property
    def within(self) -> str:
        """How far ahead one looks, as a clause."""
        return f"within {self.horizon}" if self.horizon else "by the day of the export"


@dataclass(frozen=True, slots=True)
class Grid:
    """When it was judged. `as_ofs`: how many instants have judged rows; `first` and `last` of them (`None`: there is
    none). `every_days`: the median days between neighbouring instants of the panel (`None`: there is only one).
    `folded_daily`: whether bands were folded over every day between them, as they would have been live. `in_sample`:
    how many of the `as_ofs` lie at or before `Subject.fitted_through`. `data_through`: up to when outcomes are
    known. `point_in_time`: whether scores are as they could have been computed at each instant; if not, the
    certificate says so first.
    """

    as_ofs: int
    first: datetime | None
    last: datetime | None
    every_days: float | None
    folded_daily: bool
    in_sample: int
    data_through: datetime | None
    point_in_time: bool
