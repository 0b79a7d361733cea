"""How the steps of a journey lead to one another: which are never come to, and which lead to nothing."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from keepwell.outreach.asking import template_of
from keepwell.outreach.journey import Journey, walked, within
from keepwell.outreach.step import Branch, Exit, Message, Start, Step, Wait
from keepwell.signals.expression import names


def ends(steps: Iterable[Step]) -> bool:
    """Whether every way through the steps comes to an exit, so that nothing goes on after them."""
    return any(_ends(step) for step in steps)


def _ends(step: Step) -> bool:
    ways = within(step)
    return isinstance(step, Exit) or (bool(ways) and all(ends(way) for way in ways))


def unreached(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The first step of each list that nobody ever comes to, since all have left before it."""
    for before, step in pairwise(steps):
        if _ends(before):
            yield step
            break
    for step in steps:
        for way in within(step):
            yield from unreached(way)


def idle(steps: tuple[Step, ...]) -> Iterator[Wait]:
    """The waits after which nothing comes."""
    if not steps:
        return
    last = steps[-1]
    if isinstance(last, Wait):
        yield last
    for way in within(last):
        yield from idle(way)


def early(steps: tuple[Step, ...], sent: frozenset[str] = frozenset()) -> Iterator[tuple[Step, str]]:
    """Each step that asks what came back from a template of which no message can have gone yet, with that template."""
    for step in steps:
        condition = step.when if isinstance(step, Branch | Wait) else None
        asked = () if condition is None else map(template_of, names(condition))
        yield from ((step, template) for template in asked if template is not None and template not in sent)
        for way in within(step):
            yield from early(way, sent)
        sent |= {inner.template for inner in walked((step,)) if isinstance(inner, Message)}


def started(journey: Journey) -> Iterator[Start]:
    """The steps by which a journey puts accounts into others."""
    yield from (step for step in walked(journey.steps) if isinstance(step, Start))


def circles(journeys: Iterable[Journey]) -> Iterator[tuple[Journey, Start, tuple[str, ...]]]:
    """Each step that leads back to its own journey, with the journeys that it leads through, the first and last being that journey."""
    by_name = {journey.name: journey for journey in journeys}
    for journey in by_name.values():
        for step in started(journey):
            way = _way(step.journey, journey.name, by_name)
            if way:
                yield journey, step, (journey.name, *way)


def _way(start: str, end: str, journeys: dict[str, Journey]) -> tuple[str, ...]:
    """The shortest way from one journey to another through the steps that start them; empty if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        following = [step.journey for step in started(journeys[way[-1]])] if way[-1] in journeys else []
        ways.extend((*way, name) for name in following if name not in seen)
        seen.update(following)
    return ()
