"""Which expressions make sense, what they give, and what is said of the others."""

import pytest

from keepwell.signals.expression import FUNCTIONS, Call, ExpressionError, Name, parse
from keepwell.signals.kinds import kind_of, written
from keepwell.signals.tables import Kind

KINDS = {
    "seats": Kind.INTEGER,
    "share": Kind.NUMBER,
    "amount": Kind.MONEY,
    "plan": Kind.TEXT,
    "trial": Kind.BOOLEAN,
    "began_at": Kind.INSTANT,
    "as_of": Kind.INSTANT,
    "contact": Kind.CONTACT,
    "account.plan": Kind.TEXT,
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", Kind.INTEGER),
        ("1.0", Kind.NUMBER),
        ("'a'", Kind.TEXT),
        ("true", Kind.BOOLEAN),
        ("null", None),
        ("amount", Kind.MONEY),
        ("account.plan", Kind.TEXT),
        ("seats + 1", Kind.INTEGER),
        ("seats * seats - 2", Kind.INTEGER),
        ("seats / 2", Kind.NUMBER),
        ("seats + 0.5", Kind.NUMBER),
        ("amount + amount", Kind.NUMBER),
        ("amount * seats", Kind.NUMBER),
        ("null + 1", Kind.NUMBER),
        ("-seats", Kind.INTEGER),
        ("-amount", Kind.MONEY),
        ("abs(amount)", Kind.MONEY),
        ("ln(seats)", Kind.NUMBER),
        ("max(seats, 1)", Kind.INTEGER),
        ("max(amount, 1)", Kind.NUMBER),
        ("min(began_at, as_of)", Kind.INSTANT),
        ("max(plan, 'a')", Kind.TEXT),
        ("coalesce(plan, 'none')", Kind.TEXT),
        ("coalesce(null, null)", None),
        ("coalesce(null, contact)", Kind.CONTACT),
        ("when(trial, 1, 2.5)", Kind.NUMBER),
        ("when(null, 'a', null)", Kind.TEXT),
        ("known(plan)", Kind.BOOLEAN),
        ("unknown(null)", Kind.BOOLEAN),
        ("days_between(as_of, began_at)", Kind.INTEGER),
        ("hours_between(as_of, null)", Kind.NUMBER),
        ("lower(plan)", Kind.TEXT),
        ("contains(plan, 'a') and not trial", Kind.BOOLEAN),
        ("starts_with(plan, 'a') or null", Kind.BOOLEAN),
        ("seats > amount", Kind.BOOLEAN),
        ("began_at <= as_of", Kind.BOOLEAN),
        ("plan < 'm'", Kind.BOOLEAN),
        ("trial == true", Kind.BOOLEAN),
        ("contact != contact", Kind.BOOLEAN),
        ("plan in ['a', 'b']", Kind.BOOLEAN),
        ("seats in [1, 2.5]", Kind.BOOLEAN),
        ("seats == null", Kind.BOOLEAN),
    ],
)
def test_an_expression_that_makes_sense_has_a_kind(text: str, kind: Kind | None) -> None:
    assert kind_of(parse(text), KINDS) is kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seat > 1", "there is no 'seat' here; did you mean 'seats'?"),
        ("zebra", "there is no 'zebra' here"),
        ("account.plans == 'a'", "did you mean 'account.plan'?"),
        ("plan > 1", "plan is text and 1 is a number: they do not go together"),
        ("1 == plan", "1 is a number and plan is text"),
        ("trial == 1", "trial is true or false and 1 is a number"),
        ("trial < true", "trial is true or false, which has no order: compare it with == or !="),
        ("contact > contact", "contact is a contact, which has no order"),
        ("contact == 1", "contact is a contact and 1 is a number"),
        ("began_at < '2025-01-01'", "began_at is an instant and '2025-01-01' is text"),
        ("plan in ['a', 1]", "plan is text and 1 is a number"),
        ("trial + 1", "+ takes numbers, and trial is true or false"),
        ("plan * 2", "* takes numbers, and plan is text"),
        ("as_of - began_at", "- takes numbers, and as_of is an instant; use days_between or hours_between"),
        ("-plan", "- takes numbers, and plan is text"),
        ("seats and trial", "`and` takes true or false, and seats is a number"),
        ("trial or plan", "`or` takes true or false, and plan is text"),
        ("not seats", "`not` takes true or false, and seats is a number"),
        ("abs(plan)", "abs takes numbers, and plan is text"),
        ("ln(trial)", "ln takes numbers, and trial is true or false"),
        ("max(seats, plan)", "seats is a number and plan is text"),
        ("min(trial, false)", "min takes what has an order, and trial is true or false"),
        ("coalesce(plan, 0)", "plan is text and 0 is a number"),
        ("when(seats, 1, 2)", "when's condition takes true or false, and seats is a number"),
        ("when(trial, 1, 'a')", "1 is a number and 'a' is text"),
        ("known(zebra)", "there is no 'zebra' here"),
        ("days_between(as_of, plan)", "days_between takes an instant, and plan is text"),
        ("lower(seats + 1)", "lower takes text, and seats + 1 is a number"),
        ("contains(plan, 1)", "contains takes text, and 1 is a number"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        kind_of(parse(text), KINDS)
    assert message in str(raised.value)


def test_every_function_has_a_rule() -> None:
    for function, (fewest, _, _) in FUNCTIONS.items():
        arguments = tuple(parse("null") for _ in range(fewest))
        kind_of(Call(function, arguments), KINDS)


def test_a_function_of_other_grammars_is_refused() -> None:
    with pytest.raises(ExpressionError, match="number cannot be used here"):
        kind_of(Call("number", (Name("plan"),)), KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "seats + 1",
        "(seats + 1) * 2",
        "plan in ['a', 'b']",
        "plan not in ['a']",
        "(trial and known(plan)) or (not trial)",
        "max(seats, -1.5)",
        "trial == true",
        "coalesce(plan, null)",
        "-(seats + 1)",
        "-account.seats",
    ],
)
def test_an_expression_is_written_so_that_it_reads_the_same(text: str) -> None:
    assert written(parse(text)) == text
    assert parse(written(parse(text))) == parse(text)
