"""A kept definition comes back as it was."""

import pytest

from keepwell.scoring.definition import Definition, from_text, to_text, used
from keepwell.scoring.scorecard import Missing, Peers, Percentile, RollUp
from keepwell.signals.definition import Aggregate, Change, Direction, Feed, Formula, How, Ratio, Signal, State
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit, Window
from tests.scoring.made import cap, card, dimension, measure, rule

DAYS = Span(28, Unit.DAYS)
SIGNALS = (
    Signal(
        "a", Aggregate(How.COUNT, "events", parse("name in ['x', 'y'] and not known(z)"), window=Window(DAYS))
    ),
    Signal("b", Aggregate(How.DURATION, "tickets", state=State.ENDED, hours=True, per=DAYS), missing=0),
    Signal("c", Change("a", "b"), direction=Direction.LOWER_IS_BETTER),
    Signal("d", Ratio("a", "b")),
    Signal("e", Formula(parse("max(-a, 2) / account.seats + coalesce(b, null)"))),
    Signal("f", Formula(parse("1"))),
)
CARD = card(
    dimension("one", 2, measure("c"), measure("d", scale=Percentile(Peers.SEGMENT, False), advice="Call")),
    caps=(cap("late", 40, "e >= 1"),),
    rules=(rule("weekly", 5, "account.plan == 'basic'"),),
    segments=frozenset({"smb", "big"}),
    missing=Missing.WORST,
    roll_up=RollUp.VALUE,
)
KEPT = Definition(
    "health",
    "v1",
    (("default", "abc"),),
    (CARD,),
    SIGNALS[:5],
    (("smb", parse("account.seats < 10")), ("big", None)),
    (),
    parse("a * 12"),
    (Feed("crm", "events", DAYS),),
    "Europe/Berlin",
)


def test_a_definition_comes_back_as_it_was() -> None:
    assert from_text(to_text(KEPT)) == KEPT
    assert to_text(from_text(to_text(KEPT))) == to_text(KEPT)


def test_other_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing of the kind 'Popen'"):
        from_text('{"is": "Popen", "args": "ls"}')
    with pytest.raises(ValueError, match="holds no definition"):
        from_text("[]")


def test_only_what_is_used_is_kept() -> None:
    # c and d are measures and need a and b; e is a cap's; f is nobody's
    assert used((CARD,), SIGNALS, ()) == SIGNALS[:5]
    assert used((), SIGNALS, (parse("f + as_of"), None)) == SIGNALS[5:]


def test_what_caps_rules_and_formulas_read_of_the_account() -> None:
    assert KEPT.attributes == ("plan", "seats")
