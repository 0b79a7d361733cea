"""What a journey reads: its texts, its conditions, and the tables of facts that it looks at itself."""

from collections.abc import Iterator

from keepwell.outreach.asking import template_of
from keepwell.outreach.journey import Journey, walked
from keepwell.outreach.step import CALL, Branch, Message, Task, Wait
from keepwell.outreach.trigger import Becomes, Happens, MilestoneMissed, RenewalWithin
from keepwell.signals.expression import Expression, names


def texts(journey: Journey) -> Iterator[tuple[str, str]]:
    """The texts that its steps use, by kind (a channel, or `call`) and name."""
    for step in walked(journey.steps):
        if isinstance(step, Message):
            yield step.channel, step.template
        elif isinstance(step, Task) and step.script:
            yield CALL, step.script


def conditions(journey: Journey) -> Iterator[Expression]:
    """Every condition over signals; what is asked of the rows of a table is none."""
    trigger = journey.trigger.when if isinstance(journey.trigger, Becomes) else None
    goal = journey.goal.when if journey.goal is not None else None
    found = [trigger, journey.audience.when, goal, *journey.exits]
    for step in walked(journey.steps):
        if isinstance(step, Branch | Wait):
            found.append(step.when)
        elif isinstance(step, Message) and step.offer is not None:
            found.append(step.offer.eligible)
    yield from (one for one in found if one is not None)


def questions(journey: Journey) -> frozenset[str]:
    """What its conditions ask of its messages: the names of the answers, such as `opened(micro_guide)`."""
    asked = (name for condition in conditions(journey) for name in names(condition))
    return frozenset(name for name in asked if template_of(name) is not None)


def tables(journey: Journey) -> Iterator[str]:
    """The tables that a journey reads itself."""
    match journey.trigger:
        case Happens(table):
            yield table
        case RenewalWithin():
            yield "subscriptions"
        case MilestoneMissed():
            yield "milestones"
    if any(isinstance(step, Wait) and step.event is not None for step in walked(journey.steps)):
        yield "events"


def asked(journey: Journey) -> frozenset[str]:
    """What its conditions read of the account: signals, attributes as `account.NAME`, and its standing; what they ask of messages is not among them."""
    read = (name for condition in conditions(journey) for name in names(condition))
    return frozenset(name for name in read if template_of(name) is None)


def awaited(journey: Journey) -> frozenset[str]:
    """The names of the events for which its steps wait."""
    return frozenset(
        step.event for step in walked(journey.steps) if isinstance(step, Wait) and step.event is not None
    )
