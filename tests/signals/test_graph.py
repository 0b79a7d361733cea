"""Dependency order, circles, the tables below a signal, and kinds."""

import pytest

from keepwell.signals.definition import Aggregate, Change, Formula, How, Ratio, Signal
from keepwell.signals.expression import ExpressionError, parse
from keepwell.signals.graph import cycle, kinds, order, tables
from keepwell.signals.tables import Kind


def formula(name: str, text: str, missing: float | None = None) -> Signal:
    return Signal(name, Formula(parse(text)), missing=missing)


def count(name: str, table: str = "events") -> Signal:
    return Signal(name, Aggregate(How.COUNT, table))


def ordered(*signals: Signal) -> list[str]:
    return [signal.name for signal in order(signals)]


def test_what_is_in_order_stays_so() -> None:
    assert ordered(count("b"), count("a"), formula("c", "a + b")) == ["b", "a", "c"]


def test_a_signal_comes_after_all_it_needs() -> None:
    assert ordered(formula("c", "a + b"), formula("b", "a"), count("a"), count("z")) == ["a", "b", "c", "z"]


def test_changes_and_ratios_need_both_their_signals() -> None:
    signals = (Signal("c", Change("a", "b")), Signal("r", Ratio("c", "a")), count("b"), count("a"))
    assert ordered(*signals) == ["b", "a", "c", "r"]


def test_attributes_as_of_and_unknown_names_are_no_needs() -> None:
    assert ordered(formula("t", "days_between(as_of, account.began_at) + zebra"), count("a")) == ["t", "a"]


def test_a_long_chain_breaks_nothing() -> None:
    chain = [formula(f"s{n}", f"s{n + 1}") for n in range(5_000)]
    assert ordered(*chain, count("s5000"))[0] == "s5000"


def test_without_a_circle_there_is_none() -> None:
    assert cycle([formula("b", "a"), count("a")]) is None


def test_a_circle_is_named_along_its_way() -> None:
    signals = [count("x"), formula("a", "b + x"), formula("b", "c"), formula("c", "b")]
    assert cycle(signals) == ("b", "c", "b")
    with pytest.raises(ValueError, match="b → c → b"):
        order(signals)


def test_a_signal_that_needs_itself_is_a_circle() -> None:
    assert cycle([formula("a", "a + 1")]) == ("a", "a")


def test_the_tables_below_a_signal_are_found_through_others() -> None:
    signals = [
        count("e"),
        count("t", "tickets"),
        formula("both", "e + t"),
        Signal("share", Ratio("both", "e")),
        formula("none", "days_between(as_of, account.began_at)"),
    ]
    assert tables(signals) == {
        "e": {"events"},
        "t": {"tickets"},
        "both": {"events", "tickets"},
        "share": {"events", "tickets"},
        "none": frozenset(),
    }


COLUMNS = {
    "accounts": {"plan": Kind.TEXT, "seats": Kind.INTEGER},
    "orders": {"amount": Kind.MONEY, "quantity": Kind.INTEGER, "category": Kind.TEXT},
}


@pytest.mark.parametrize(
    ("how", "column", "kind"),
    [
        (How.COUNT, None, Kind.INTEGER),
        (How.DISTINCT, "category", Kind.INTEGER),
        (How.SUM, "amount", Kind.MONEY),
        (How.SUM, "quantity", Kind.INTEGER),
        (How.SUM, "amount * 2", Kind.NUMBER),
        (How.MAX, "days_between(as_of, ordered_at)", Kind.INTEGER),
        (How.MEAN, "quantity", Kind.NUMBER),
        (How.MEDIAN, "amount", Kind.NUMBER),
        (How.LAST, "category", Kind.TEXT),
        (How.GAP_RATIO, None, Kind.NUMBER),
        (How.TREND, "quantity", Kind.NUMBER),
    ],
)
def test_an_aggregate_has_the_kind_of_what_it_makes(how: How, column: str | None, kind: Kind) -> None:
    signal = Signal("s", Aggregate(how, "orders", column=parse(column) if column else None))
    assert kinds([signal], COLUMNS) == {"s": kind}


def test_what_is_computed_from_signals_has_a_kind() -> None:
    signals = [
        count("n", "orders"),
        formula("next", "n + 1"),
        formula("per_seat", "n / account.seats"),
        formula("large", "n > 3 and account.plan == 'pro'"),
        formula("never", "null"),
        formula("half", "n", missing=0.5),
        formula("zero", "n", missing=0.0),
        Signal("change", Change("n", "next")),
        formula("tenure", "days_between(as_of, account.began_at)"),
    ]
    assert kinds(signals, COLUMNS) == {
        "n": Kind.INTEGER,
        "next": Kind.INTEGER,
        "per_seat": Kind.NUMBER,
        "large": Kind.BOOLEAN,
        "never": Kind.NUMBER,
        "half": Kind.NUMBER,
        "zero": Kind.INTEGER,
        "change": Kind.NUMBER,
        "tenure": Kind.INTEGER,
    }


def test_a_formula_that_makes_no_sense_is_said() -> None:
    with pytest.raises(ExpressionError, match="did you mean 'n'"):
        kinds([count("n"), formula("f", "nn + 1")], COLUMNS)
