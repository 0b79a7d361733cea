"""What counts as outreach: which facts mean that somebody turned to an account, and how long before a score they count."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from keepwell.signals.expression import Expression, parse
from keepwell.signals.kinds import written
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span, Unit

INTERACTIONS, MESSAGES = "interactions", "messages"

SENT = "sent"
"""The action of a message that is ours; opens and clicks are the customer's own doing."""

FOUR_WEEKS = Span(28, Unit.DAYS)

TO_EVERYBODY = ("newsletter", "marketing", "promo", "digest", "announcement", "release", "webinar")
"""What stands in the category or campaign of messages that go to everybody alike, and so are no outreach."""

_TELLING = ("category", "campaign")


@dataclass(frozen=True, slots=True)
class Reach:
    """The facts of a table that satisfy `where` (`None`: all of them)."""

    table: str
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Outreach:
    """Outreach is any of the `facts`. An account counts as reached, as of D, if one occurred in `[D - within, D + gap)`, with the
    outcome's action gap.

    The window ends with the gap since every row that is judged lives to see that day. Up to the horizon's end, those who stay would have
    more time to be reached than those who leave, and outreach would seem to keep them (immortal time bias; Suissa, American Journal
    of Epidemiology 167 (2008), 492–499).
    """

    facts: tuple[Reach, ...] = ()
    within: Span = field(default=FOUR_WEEKS)


def usual(tables: Mapping[str, Collection[str]]) -> Outreach:
    """What counts if a project does not say it: every interaction, and messages sent that their category or campaign tells from those
    to everybody.

    Of a message with neither, nothing tells whether it was a letter or a newsletter, and it does not count. `tables` are those that
    are there, with their columns.
    """
    facts = [Reach(INTERACTIONS)] if INTERACTIONS in tables else []
    columns = tables.get(MESSAGES, ())
    telling = [name for name in _TELLING if name in columns]
    if telling and "action" in columns:
        alike = [
            f"contains(lower(coalesce({name}, '')), '{word}')" for name in telling for word in TO_EVERYBODY
        ]
        said = " or ".join(f"known({name})" for name in telling)
        conditions = [f"action == '{SENT}'", f"({said})", f"not ({' or '.join(alike)})"]
        facts.append(Reach(MESSAGES, parse(" and ".join(conditions))))
    return Outreach(tuple(facts))


def told(outreach: Outreach, gap: Span, *, said: bool) -> str:
    """What counts as outreach and when, in words; `said`: whether the project declares it. Empty if nothing counts."""
    if not outreach.facts:
        return ""
    after = f" or the {gap} after it" if gap.count else ""
    when = f"in the {outreach.within} before the day of the score{after}"
    if not said:
        names = [TABLES[each.table].name for each in outreach.facts]
        alike = ", and messages sent that are not to everybody alike" if MESSAGES in names else ""
        listed = "interactions" if INTERACTIONS in names else ""
        return f"{(listed + alike).removeprefix(', and ')}, {when}"
    facts = [
        each.table if each.where is None else f"{each.table} where {written(each.where)}"
        for each in outreach.facts
    ]
    return f"{'; '.join(facts)}, {when}"
