"""What the API answers, as objects. What a later server says besides is left out; instants are aware."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """The run of scores that an answer speaks of; `notes` say how far it can be trusted."""

    purpose: str
    run: int | None
    as_of: datetime | None
    made_at: datetime | None
    version: str
    outdated: bool
    currency: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What takes most points from a score (fewer than 0), in words, and what to do about it."""

    name: str
    points: float
    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands; fields that were not asked for have their empty values.

    `score` is 0–100, `change` in points since 28 days before. Values are in the project's currency, `None` where not known or not shown.
    """

    account_id: str
    name: str = ""
    owner: str = ""
    segment: str = ""
    stage: str = ""
    scorecard: str = ""
    score: float | None = None
    band: str | None = None
    change: float | None = None
    band_before: str | None = None
    days_in_band: int | None = None
    coverage: float = 0.0
    value: float | None = None
    value_at_risk: float | None = None
    renews_at: datetime | None = None
    cost: Cost | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One exact contribution to a score; the running total goes from `before` to `after`."""

    step: str
    name: str
    title: str
    dimension: str
    points: float
    before: float
    after: float
    text: str
    value: float | None
    scaled: float | None
    weight: float
    advice: str


@dataclass(frozen=True, slots=True)
class Score:
    """An account's score: `baseline` and the points of all reasons add up to it. `computed_score` is before any override."""

    account_id: str
    name: str
    score: float | None
    computed_score: float | None
    band: str | None
    previous_band: str | None
    days_in_band: int | None
    coverage: float
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    baseline: float
    reasons: tuple[Reason, ...]
    why_not: str
    version: str
    current: Run


@dataclass(frozen=True, slots=True)
class Point:
    """A score of the past."""

    as_of: datetime
    score: float | None
    band: str | None
    version: str


@dataclass(frozen=True, slots=True)
class History:
    """An account's scores, a point a day, the oldest first."""

    account_id: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change: its cause, its points, and in words."""

    cause: str
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Why a score moved: the parts add up to `now` − `then`; none where either is missing."""

    since: datetime
    as_of: datetime
    then: float | None
    now: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change of one thing that turns the account green, or as far as it goes."""

    name: str
    current: float | None
    target: float | None
    points: float
    text: str
    reaches: float
    enough: bool
    steps: "tuple[Remedy, ...]"


@dataclass(frozen=True, slots=True)
class Remedies:
    """What would turn an account green."""

    band: str | None
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class PortfolioBand:
    """The accounts of a band, their share (0–1), and how many there were 28 days before."""

    band: str
    accounts: int
    share: float
    before: int
    value: float | None
    value_at_risk: float | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All accounts that are reached and asked for, summed up."""

    current: Run
    scored: int
    unscored: Mapping[str, int]
    mean: float | None
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    bands: tuple[PortfolioBand, ...]
    rising: tuple[Account, ...]
    ready: tuple[Account, ...]
    renewals: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal: the share (0–1) of accounts of which it is known, and their median."""

    name: str
    title: str
    unit: str
    known: float
    median: float | None


@dataclass(frozen=True, slots=True)
class Written:
    """What was kept of something that was said: its number, and all else that the server says of it."""

    number: int
    account_id: str
    said: Mapping[str, Any]


def made(kind: type[T], said: Any) -> T:
    """The object that a JSON answer speaks of.

    Raises:
        TypeError: the answer is of another form.
    """
    built: T = _made(kind, said)
    return built


def _made(kind: Any, said: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if said is None:
            return None
        (kind,) = (each for each in inner if each is not type(None))
        return _made(kind, said)
    if origin is tuple:
        return tuple(_made(inner[0], each) for each in said)
    if kind is datetime:
        return datetime.fromisoformat(said)
    if is_dataclass(kind):
        return _object(kind, said)
    return float(said) if kind is float else said


def _object(kind: Any, said: Any) -> Any:
    if not isinstance(said, Mapping):
        raise TypeError(f"the answer holds {type(said).__name__} where {kind.__name__} should be")
    hints = get_type_hints(kind)
    missing = [f.name for f in fields(kind) if f.name not in said and f.default is MISSING]
    if missing:
        raise TypeError(f"the answer's {kind.__name__} has no {missing[0]}")
    return kind(**{name: _made(hint, said[name]) for name, hint in hints.items() if name in said})
