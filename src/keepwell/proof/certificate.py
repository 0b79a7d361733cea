"""The certificate of a version: all the evidence there is for it or against it, and what it rests on."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.proof.baselines import Baseline
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.outcome import Counts, Kind
from keepwell.proof.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged. `project`: its name. `purpose` of the score. `versions`: of the definition or definitions judged. `name`: what people
    call it, such as the scorecard's or model's name. `fitted_through`: the latest instant whose data the version was fitted on (`None`: it was written by hand).
    """

    project: str
    purpose: str
    name: str
    versions: tuple[str, ...]
    fitted_through: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The outcome it is judged by, in words and figures: see `outcome.Outcome`. `horizon` and `gap` are texts such as `90 days`."""

    name: str
    title: str
    kind: Kind
    counts: Counts
    horizon: str
    gap: str


@dataclass(frozen=True, slots=True)
class Grid:
    """When it was judged. `as_ofs`: the instants that have judged rows; `first` and `last` of them (`None`: there is none). `every_days`: the median days
    between neighbouring instants (`None`: fewer than two). `folded_daily`: whether bands were folded over every day between
    them, as they would have been live. `in_sample`: how many of the instants lie at or before `Subject.fitted_through`. `data_through`: up to when outcomes are
    known. `point_in_time`: whether scores and outcomes are known as of each instant; if not, the certificate must say so first.
    """

    as_ofs: int
    first: datetime | None
    last: datetime | None
    every_days: float | None
    folded_daily: bool
    in_sample: int
    data_through: datetime | None
    point_in_time: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """The evidence of a version. `capacity`: how many accounts the team can look after per as_of (`None`: not declared). `made_at`: when it was made.

    `slices` are in the order of what rows are split by, then of the group's name; `baselines` as they were handed in.
    """

    subject: Subject
    question: Question
    grid: Grid
    capacity: int | None
    made_at: datetime
    verdict: Verdict
    whole: Evidence
    slices: tuple[Slice, ...]
    baselines: tuple[Baseline, ...]
