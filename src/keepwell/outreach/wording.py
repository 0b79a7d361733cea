"""Triggers, steps and goals in the words in which people speak of them."""

from keepwell.outreach.journey import Goal, Journey, UnderWay
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
    Whom,
)
from keepwell.outreach.trigger import (
    BandEnters,
    BandLeaves,
    Becomes,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    Reentry,
    RenewalWithin,
    Scheduled,
    ScoreDrops,
    Trigger,
)
from keepwell.signals.window import Span
from keepwell.signals.writing import written

_WHOM = {
    Whom.OWNER: "the account's owner",
    Whom.CHAMPION: "the champion",
    Whom.MOST_ACTIVE: "the most active",
    Whom.BILLING: "the billing contact",
    Whom.ADMIN: "the admin",
    Whom.EVERYONE: "everyone",
    Whom.PICKED: "whom the owner has picked",
}
_CHANNELS = {"email": "E-mail", "in_app": "In the app", "sms": "SMS", "push": "Push", "slack": "Slack", "teams": "Teams",
             "direct_mail": "Letter"}  # fmt: skip


def begins(trigger: Trigger) -> str:
    """What begins a journey: `The health band becomes yellow`."""
    match trigger:
        case BandEnters(band, purpose):
            return f"The {purpose} band becomes {band}"
        case BandLeaves(band, purpose):
            return f"The {purpose} band was {band}, and is another"
        case ScoreDrops(by, within, purpose):
            return f"The {purpose} score falls by {by:g} points within {within}"
        case Becomes(when):
            return f"It becomes true: {written(when)}"
        case Happens(table, where):
            return f"A new fact of {table}" + (f": {written(where)}" if where is not None else "")
        case RenewalWithin(within):
            return f"A renewal is due within {within}"
        case Enters(what, name):
            return f"The account enters the {what} {name}"
        case MilestoneMissed(name, after):
            late = f" for {after}" if after is not None else ""
            return f"{'A milestone' if name is None else f'The milestone {name}'} is overdue{late}"
        case Scheduled(cron):
            return f"At set times: {cron}"
        case ByHand():
            return "A person, or another journey, puts the account in"


def does(step: Step) -> str:
    """What a step does: `E-mail check_in to the champion, as owner`."""
    match step:
        case Message():
            return _message(step)
        case Wait():
            return _wait(step)
        case Branch(when=when):
            return f"{written(when)}?"
        case Experiment(arms=arms):
            return f"Experiment: {' or '.join(f'{arm.name} ({arm.share:.0%})' for arm in arms)}"
        case Task(title=title, due=due, business_days=business, script=script):
            by = f", due in {_span(due, business=business)}" if due is not None else ""
            return f"Task: {title}{by}" + (f", script {script}" if script else "")
        case Alert(text=text):
            return f"Alert: {text}"
        case Webhook(endpoint=endpoint):
            return f"Webhook {endpoint}"
        case SetField(field=field, value=value):
            return f"Set {field} to {str(value).lower() if isinstance(value, bool) else value}"
        case Note(text=text):
            return f"Note: {text}"
        case Start(journey=journey):
            return f"Start {journey}"
        case Exit(because=because):
            return f"Exit: {because}" if because else "Exit"


def _message(step: Message) -> str:
    whom = f"every {step.role}" if step.to is Whom.ROLE else _WHOM[step.to]
    sender = f", as {step.sent_as}" if step.sent_as != "team" else ""
    offer = f", with {step.offer.name}" if step.offer is not None else ""
    return f"{_CHANNELS[step.channel]} {step.template} to {whom}{sender}{offer}"


def _wait(step: Wait) -> str:
    if step.event is None and step.when is None:
        parts = (
            [f"Wait {_span(step.span, business=step.business_days)}"] if step.span is not None else ["Wait"]
        )
        return " ".join([*parts, f"until {step.hour:%H:%M}" if step.hour is not None else ""]).strip()
    what = (
        f"the event {step.event}"
        if step.event is not None
        else written(step.when)
        if step.when is not None
        else ""
    )
    most = f", {_span(step.timeout, business=step.business_days)} at most" if step.timeout is not None else ""
    return f"Wait for {what}{most}"


def _span(span: Span, *, business: bool) -> str:
    return str(span).replace(" ", " business ") if business else str(span)


def ways(step: Step) -> tuple[str, ...]:
    """What the ways inside a step are called, in the order of `journey.within`."""
    match step:
        case Branch():
            return ("yes", "no")
        case Experiment(arms=arms):
            return tuple(arm.name for arm in arms)
        case _:
            return ()


def reaches(goal: Goal) -> str:
    """A goal: `band green within 45 days`."""
    what = (
        f"band {goal.band}" if goal.band is not None else written(goal.when) if goal.when is not None else ""
    )
    return f"{what} within {goal.within}"


def audience(journey: Journey) -> str:
    """For whom it is."""
    said = journey.audience
    parts = [f"segment {' or '.join(said.segments)}"] if said.segments else []
    parts += [f"stage {' or '.join(said.stages)}"] if said.stages else []
    parts += [written(said.when)] if said.when is not None else []
    return ", ".join(parts) or "every account"


def again(journey: Journey) -> str:
    """When an account may go through it again."""
    match journey.reentry:
        case Reentry.NEVER:
            return "never"
        case Reentry.PER_KEY:
            return "once for each fact"
        case Reentry.AFTER_EXIT:
            return f"{journey.cooldown} after it has left" if journey.cooldown else "once it has left"


def facts(journey: Journey) -> tuple[tuple[str, str], ...]:
    """What a journey says besides its steps, as names and words, in the order in which one asks."""
    sla = f"tasks within {_span(journey.sla, business=journey.sla_business)}" if journey.sla else ""
    said = {
        "begins": begins(journey.trigger),
        "for": audience(journey),
        "goal": reaches(journey.goal) if journey.goal is not None else "",
        "leaves if": "; ".join(map(written, journey.exits)),
        "holdout": f"{100 * journey.holdout:.4g}%",
        "category": journey.category,
        "priority": str(journey.priority),
        "again": again(journey),
        "expires": f"after {journey.expires}" if journey.expires is not None else "",
        "owner": ", ".join(part for part in (journey.owner, sla) if part),
        "approval": "required before anything is sent" if journey.approval else "",
        "under way": "moves to each new version" if journey.under_way is UnderWay.MOVE else "",
    }
    return tuple((name, words) for name, words in said.items() if words)
