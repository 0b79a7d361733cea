"""Predictions on a terminal: the likeliest first, each with what makes it so."""

from itertools import islice
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.models.explanation import Explanation
from keepwell.models.outlook import chance
from keepwell.runs import figures
from keepwell.runs.predict import Predicted, Predictions

FACTORS = 3
"""So many factors are shown of each account, those that count most either way."""


def screen(found: Predictions, limit: int, *, currency: str, zone: ZoneInfo) -> list[RenderableType]:
    """The first accounts of the list, with their value at risk and the factors that count most."""
    model = found.model
    parts: list[RenderableType] = [
        strokes.heading(
            f"{figures.plain(found.title)} · {model.kind}",
            f"{model.question}, as of {figures.moment(found.as_of, zone)}",
        ),
        Text(""),
    ]
    for each in islice(found, limit):
        outlook = each.outlook.words()
        parts += [_line(each, currency), *([Text(f"      {outlook}")] if outlook else [])]
        parts += factors(each.explanation, FACTORS)
    rest = len(found) - min(limit, len(found))
    if not len(found):
        parts.append(Text("No account is at risk of it."))
    elif rest:
        parts += [Text(""), Text(f"{figures.count(rest, 'account')} more: --limit, or --format csv", "dim")]
    return parts


def _line(each: Predicted, currency: str) -> Text:
    name, account_id = figures.plain(each.name), figures.plain(each.account_id)
    who = Text(name or account_id, "bold") + Text(
        f"  {account_id}" if name and name != account_id else "", "dim"
    )
    who.truncate(46, overflow="ellipsis", pad=True)
    money = figures.short_money(each.value_at_risk, currency) if each.value_at_risk is not None else ""
    return Text("  ") + who + Text(f"{chance(each.probability):>8}", "bold") + Text(f"{money:>16}")


def factors(explanation: Explanation, most: int | None = None) -> list[RenderableType]:
    """What makes a prediction, the parts that count most first."""
    ordered = sorted(explanation.factors, key=lambda factor: -abs(factor.amount))
    return [Text(f"      {figures.plain(factor.text)}", "dim") for factor in ordered[:most] if factor.amount]
