"""Names of steps: those that are not given are made from what the step is, so that moving it never changes them.

A name is the step's kind and the name of its content: `message.micro_guide`, `wait.3_days`, `task.call_the_champion`. Where
the step stands has no part in it. Two steps of one content get the same name, and need names of their own.
"""

import re

from keepwell.outreach.step import (
    Alert,
    Branch,
    Exit,
    Experiment,
    Message,
    Note,
    SetField,
    Start,
    Step,
    Task,
    Wait,
    Webhook,
)
from keepwell.signals.expression import Expression
from keepwell.signals.writing import written

LONGEST = 60
"""Characters of content in a name."""

KINDS: dict[type[Step], str] = {
    Message: "message",
    Wait: "wait",
    Branch: "branch",
    Experiment: "experiment",
    Task: "task",
    Alert: "alert",
    Webhook: "webhook",
    SetField: "update",
    Note: "note",
    Start: "start",
    Exit: "exit",
}
"""What each kind of step is called in a journey's file."""


def kind(step: Step) -> str:
    """What the step is called in a journey's file: `message`, `wait`, ..."""
    return KINDS[type(step)]


def derived(step: Step) -> str:
    """The id of a step that was given none: its kind, and its content as small letters, digits and `_`."""
    return ".".join(part for part in (kind(step), _slug(_content(step))) if part)


def _content(step: Step) -> str:
    match step:
        case Message(template=template):
            return template
        case Wait():
            return _awaited(step)
        case Branch(when=when):
            return _told(when)
        case Experiment(arms=arms):
            return " or ".join(arm.name for arm in arms)
        case Task(title=title):
            return title
        case Alert(text=text) | Note(text=text):
            return text
        case Webhook(endpoint=endpoint):
            return endpoint
        case SetField(field=field):
            return field
        case Start(journey=journey):
            return journey
        case Exit(because=because):
            return because


def _awaited(step: Wait) -> str:
    """What is waited for. How long at most is no part of it, so that a timeout can be changed."""
    if step.event is not None:
        return step.event
    if step.when is not None:
        return _told(step.when)
    span = "" if step.span is None else str(step.span)
    if step.business_days:
        span = span.replace(" ", " business ")
    return " ".join(part for part in (span, f"{step.hour:%H:%M}" if step.hour else "") if part)


def _told(condition: Expression) -> str:
    """A condition with its signs as words, so that `x < -1` and `x > 1` are two names."""
    text = written(condition)
    for sign, word in (("<", " below "), (">", " above "), ("!", " not "), ("-", " less "), ("/", " by ")):
        text = text.replace(sign, word)
    return text


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:LONGEST].rstrip("_")
