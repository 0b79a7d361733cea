"""What a journey is, as data: what begins it, for whom, its steps, what it is to reach, and what ends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from keepwell.outreach.step import Branch, Experiment, Step
from keepwell.outreach.trigger import Reentry, Trigger
from keepwell.scoring.score import Band
from keepwell.signals.expression import Expression
from keepwell.signals.window import Span


class UnderWay(StrEnum):
    """What becomes of accounts under way once another version of their journey is applied."""

    STAY = "stay"  # they go on by the version by which they began
    MOVE = "move"  # they go on by the new one, from the step at which they stand


@dataclass(frozen=True, slots=True)
class Goal:
    """What tells that a journey has served: a band, or a condition, `within` a span of its begin."""

    within: Span
    band: Band | None = None
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Which accounts it is for: segments and stages (empty: all), and a condition."""

    segments: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey. A playbook is one whose steps are people's tasks.

    `category`: what people can opt out of. `priority`: of several that want the same person, the highest goes first. `holdout` (0–1): the
    share of accounts left alone on purpose. `exits`: an account for which one of them holds leaves. `expires`: how long it can last at most.
    `owner` answers for it; `sla` is in how much time tasks are to be done, in business days or hours if `sla_business`. `approval`: whether
    a person approves it before anything is sent. `under_way`: what becomes of those who are in it when another version is applied.
    """

    name: str
    trigger: Trigger
    steps: tuple[Step, ...]
    audience: Audience = Audience()
    category: str = ""
    priority: int = 50
    holdout: float = 0.0
    goal: Goal | None = None
    exits: tuple[Expression, ...] = ()
    reentry: Reentry = Reentry.NEVER
    cooldown: Span | None = None
    expires: Span | None = None
    owner: str = ""
    sla: Span | None = None
    approval: bool = False
    description: str = ""
    sla_business: bool = False
    under_way: UnderWay = UnderWay.STAY


def within(step: Step) -> tuple[tuple[Step, ...], ...]:
    """The ways that lead on inside a step, each the steps along it; none for a step that is no fork."""
    match step:
        case Branch(then=then, otherwise=otherwise):
            return (then, otherwise)
        case Experiment(arms=arms):
            return tuple(arm.steps for arm in arms)
        case _:
            return ()


def walked(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Every step, those within branches and arms too, in the order in which they are written."""
    for step in steps:
        yield step
        for way in within(step):
            yield from walked(way)
