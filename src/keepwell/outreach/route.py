"""The way through a journey: each step by its id, and which comes after it once branches and arms are over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keepwell.outreach.journey import Journey
from keepwell.outreach.step import Branch, Experiment, Step

DONE = ""
"""Where there is no step any more."""


@dataclass(frozen=True, slots=True)
class Route:
    """A journey's steps by id; `following` names the step after each, `DONE` after the last. Steps within a branch lead out of it again."""

    journey: Journey
    first: str
    steps: Mapping[str, Step]
    following: Mapping[str, str]


def route_of(journey: Journey) -> Route:
    """The way through a journey.

    Raises:
        ValueError: two of its steps have one id, or one has none.
    """
    steps: dict[str, Step] = {}
    following: dict[str, str] = {}
    for step, after in _each(journey.steps, DONE):
        if step.id in steps or step.id == DONE:
            raise ValueError(f"the journey {journey.name} has two steps {step.id!r}, or one without an id")
        steps[step.id] = step
        following[step.id] = after
    return Route(journey, first_of(journey.steps, DONE), steps, following)


def first_of(steps: tuple[Step, ...], otherwise: str) -> str:
    """The id of the first of some steps; if there are none, the one that comes otherwise."""
    return steps[0].id if steps else otherwise


def _each(steps: tuple[Step, ...], after: str) -> Iterator[tuple[Step, str]]:
    """Every step with the id of the one after it, `after` being what comes after all of them."""
    for number, step in enumerate(steps):
        following = first_of(steps[number + 1 :], after)
        yield step, following
        match step:
            case Branch(then=then, otherwise=otherwise):
                yield from _each(then, following)
                yield from _each(otherwise, following)
            case Experiment(arms=arms):
                for arm in arms:
                    yield from _each(arm.steps, following)
            case _:
                pass
