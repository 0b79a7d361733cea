"""Breakers: when a journey is paused by itself, because what comes back says that it does harm.

Shares are those of what was sent. Mailbox providers act on complaints above 0.3% (Google's and Yahoo's rules for senders), and
ask for less than 0.1%: hence the limits over a day. An hour is given more room, and shows a journey gone wrong before the day is over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Level(StrEnum):
    """What a share asks for."""

    WARN = "warn"
    PAUSE = "pause"


class Harm(StrEnum):
    """What speaks against a journey."""

    COMPLAINTS = "complaints"
    HARD_BOUNCES = "hard_bounces"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True)
class Counts:
    """What went out within some time, and what of it came back. `errors`: attempts at handing over that failed, of `attempts`."""

    sent: int = 0
    complaints: int = 0
    hard_bounces: int = 0
    attempts: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """From which share (0–1) on, of at least `least` over a time, people are warned, and the journey is paused."""

    harm: Harm
    over: timedelta
    warn: float
    pause: float
    least: int = 200


HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LIMITS: tuple[Limit, ...] = (
    Limit(Harm.COMPLAINTS, HOUR, warn=0.005, pause=0.01),
    Limit(Harm.COMPLAINTS, DAY, warn=0.0015, pause=0.003),
    Limit(Harm.HARD_BOUNCES, HOUR, warn=0.05, pause=0.10),
    Limit(Harm.HARD_BOUNCES, DAY, warn=0.05, pause=0.10),
    Limit(Harm.ERRORS, HOUR, warn=0.10, pause=0.50, least=20),
)
"""The limits that hold where none are said. Below `least` a single complaint would be a large share, and says little."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A limit that was reached: `count` of `of` within its time."""

    limit: Limit
    level: Level
    count: int
    of: int

    def __str__(self) -> str:
        harm = str(self.limit.harm).replace("_", " ")
        hours = self.limit.over // HOUR
        return f"{self.count} {harm} of {self.of} within {hours} hour{'s' if hours != 1 else ''} ({self.count / self.of:.2%})"


def findings(counts: Mapping[timedelta, Counts], limits: Sequence[Limit] = LIMITS) -> tuple[Finding, ...]:
    """Every limit that what was counted reaches, in the order of the limits. `counts`: what there was within each time that they name."""
    return tuple(_reached(counts, limits))


def _reached(counts: Mapping[timedelta, Counts], limits: Sequence[Limit]) -> Iterator[Finding]:
    for limit in limits:
        count, of = _share(limit.harm, counts[limit.over])
        if of < limit.least or of == 0:
            continue
        if count / of >= limit.pause:
            yield Finding(limit, Level.PAUSE, count, of)
        elif count / of >= limit.warn:
            yield Finding(limit, Level.WARN, count, of)


def _share(harm: Harm, counts: Counts) -> tuple[int, int]:
    match harm:
        case Harm.COMPLAINTS:
            return counts.complaints, counts.sent
        case Harm.HARD_BOUNCES:
            return counts.hard_bounces, counts.sent
        case Harm.ERRORS:
            return counts.errors, counts.attempts


class State(StrEnum):
    """Whether a journey's messages go out."""

    RUNNING = "running"
    TRIPPED = "tripped"  # paused by a limit
    STOPPED = "stopped"  # paused by a person


class Step(StrEnum):
    """What can happen to a breaker."""

    TRIP = "trip"
    STOP = "stop"
    RESUME = "resume"


ARROWS: Mapping[tuple[State, Step], State] = {
    (State.RUNNING, Step.TRIP): State.TRIPPED,
    (State.RUNNING, Step.STOP): State.STOPPED,
    (State.TRIPPED, Step.STOP): State.STOPPED,
    (State.TRIPPED, Step.RESUME): State.RUNNING,
    (State.STOPPED, Step.RESUME): State.RUNNING,
}
"""Where each step leads. A step that is not here does nothing. Only a person lets a journey go on."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether a journey's messages go out, since when it is so, by whom (`""`: by a limit) and why."""

    state: State
    since: datetime
    by: str = ""
    because: str = ""

    @property
    def paused(self) -> bool:
        """Whether messages wait; people go on along their steps, and nothing of it is lost."""
        return self.state is not State.RUNNING

    def after(self, step: Step, at: datetime, *, by: str = "", because: str = "") -> "Breaker":
        """The breaker once a step has happened; the same one where there is no arrow."""
        state = ARROWS.get((self.state, step))
        return self if state is None else Breaker(state, at, by, because)

    def judged(
        self, counts: Mapping[timedelta, Counts], at: datetime, limits: Sequence[Limit] = LIMITS
    ) -> "Breaker":
        """The breaker once it has seen what was counted; what was sent before a person let it go on is not to be counted."""
        worst = [each for each in findings(counts, limits) if each.level is Level.PAUSE]
        return self.after(Step.TRIP, at, because="; ".join(map(str, worst))) if worst else self
