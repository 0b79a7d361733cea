"""The meaning of every node, by truth tables and by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.expression import ExpressionError, parse
from keepwell.signals.meaning import Value, evaluate, holds

BERLIN = ZoneInfo("Europe/Berlin")
T, F, U = True, False, None


def value(text: str, names: Mapping[str, Value] | None = None) -> Value:
    known = {"u": None, "t": True, "f": False, **(names or {})}
    return evaluate(parse(text), known.__getitem__, BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_and_and_or_are_three_valued(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None
) -> None:
    names = {"a": left, "b": right}
    assert value("a and b", names) is both
    assert value("a or b", names) is either


@pytest.mark.parametrize(("operand", "opposite"), [(T, F), (F, T), (U, U)])
def test_not_is_three_valued(operand: bool | None, opposite: bool | None) -> None:
    assert value("not a", {"a": operand}) is opposite


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("u and u and f", F),
        ("t and u and t", U),
        ("u or f or t", T),
        ("f or u or f", U),
        ("t and t and t", T),
    ],
)
def test_longer_conditions_are_decided_by_any_part(text: str, result: bool | None) -> None:
    assert value(text) is result


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("text", ["u {} 1", "1 {} u", "u {} u", "u {} null"])
def test_a_comparison_with_the_unknown_is_unknown(text: str, sign: str) -> None:
    assert value(text.format(sign)) is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 == 1.0", T),
        ("1 < 2", T),
        ("2 <= 2", T),
        ("2 > 2", F),
        ("2 >= 2", T),
        ("1 != 1", F),
        ("1 < 2 < 3", T),
        ("1 < 2 < 2", F),
        ("'Z' < 'a'", T),  # by code point, not by the alphabet
        ("'z' < 'é'", T),
        ("'a' < 'ab'", T),
        ("'' < 'a'", T),
        ("'a' == 'A'", F),
        ("t == t", T),
        ("t != f", T),
    ],
)
def test_known_values_compare(text: str, result: bool) -> None:
    assert value(text) is result


def test_money_compares_with_fractions_as_people_expect() -> None:
    money = {"amount": Decimal("9.9900"), "other": Decimal("9.99")}
    assert value("amount == 9.99", money) is True
    assert value("amount in [1, 9.99]", money) is True
    assert value("amount == other", money) is True
    assert value("amount < 10", money) is True


def test_instants_compare_in_time_whatever_their_zone() -> None:
    first = datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2024, 10, 27, 2, 15, tzinfo=BERLIN, fold=1)
    assert value("a < b", {"a": first, "b": second}) is True
    assert value("hours_between(b, a)", {"a": first, "b": second}) == 0.75


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 in [1, 2]", T),
        ("3 in [1, 2]", F),
        ("3 not in [1, 2]", T),
        ("2 in [2.0]", T),
        ("'a' in ['b', 'a']", T),
        ("'a' not in ['b', 'a']", F),
        ("u in [1]", U),
        ("u not in [1]", U),
    ],
)
def test_membership(text: str, result: bool | None) -> None:
    assert value(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("7 + 2", 9),
        ("7 - 9", -2),
        ("7 * -2", -14),
        ("9007199254740993 + 0", 9007199254740993),  # beyond what a float holds
        ("7 + 0.5", 7.5),
        ("7 / 2", 3.5),
        ("6 / 2", 3.0),
        ("-7 / 2", -3.5),
        ("-(3)", -3),
        ("- -3", 3),
    ],
)
def test_arithmetic_of_known_numbers(text: str, result: float) -> None:
    found = value(text)
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    "text",
    [
        "u + 1",
        "1 - u",
        "u * 0",
        "u / u",
        "-u",
        "1 / 0",
        "0 / 0",
        "1 / (2 - 2)",
        "1.5 / 0.0",
        "9223372036854775807 + 1",
        "-9223372036854775807 - 2",
        "9223372036854775807 * 2",
        "1e308 * 10",
        "1e308 + 1e308",
        "1e308 / 1e-10",
        "1e308 * 10 - 1e308 * 10",
    ],
)
def test_arithmetic_that_has_no_value_is_unknown(text: str) -> None:
    assert value(text) is None


def test_money_becomes_a_float_in_arithmetic() -> None:
    money = {"amount": Decimal("10.50")}
    assert value("amount * 12", money) == 126.0
    assert isinstance(value("amount + amount", money), float)
    assert value("-amount", money) == Decimal("-10.50")
    assert value("amount / 0", money) is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("min(u, 2)", 2),
        ("max(2, u, 1)", 2),
        ("min(u, u)", None),
        ("max(u, u)", None),
        ("max('a', 'b')", "b"),
        ("min(0.5, 1)", 0.5),
        ("abs(-3)", 3),
        ("abs(3.5)", 3.5),
        ("abs(u)", None),
        ("ln(1)", 0.0),
        ("ln(0)", None),
        ("ln(-1)", None),
        ("ln(u)", None),
        ("coalesce(u, 2)", 2),
        ("coalesce(1, 2)", 1),
        ("coalesce(u, u)", None),
        ("coalesce(f, t)", False),
        ("coalesce(0, 1)", 0),
        ("when(t, 1, 2)", 1),
        ("when(f, 1, 2)", 2),
        ("when(u, 1, 2)", 2),
        ("when(t, u, 2)", None),
        ("known(1)", True),
        ("known(u)", False),
        ("known(0)", True),
        ("unknown(u)", True),
        ("unknown('')", False),
        ("lower('AbC')", "abc"),
        ("lower('ÄÉẞ')", "äéß"),
        ("lower('ΟΔΟΣ')", "οδοσ"),  # each letter by itself: no final sigma
        ("lower('İ')", "i"),
        ("lower(u)", None),
        ("contains('abc', 'b')", True),
        ("contains('abc', 'B')", False),
        ("contains('abc', '')", True),
        ("contains('100%', '%')", True),
        ("contains('abc', '%')", False),
        ("contains(u, 'a')", None),
        ("contains('a', u)", None),
        ("starts_with('abc', 'ab')", True),
        ("starts_with('abc', 'b')", False),
        ("starts_with('abc', '_b')", False),
        ("starts_with('abc', '')", True),
        ("starts_with(u, 'a')", None),
    ],
)
def test_functions(text: str, result: Value) -> None:
    found = value(text)
    assert (found, type(found)) == (result, type(result))


def test_ln_is_the_natural_logarithm() -> None:
    assert value("ln(2.718281828459045)") == pytest.approx(1)


@pytest.mark.parametrize(
    ("later", "earlier", "days", "hours"),
    [
        ("2024-03-31 22:00", "2024-03-30 23:00", 1, 23.0),  # midnight to midnight over the lost hour
        ("2024-10-27 23:00", "2024-10-26 22:00", 1, 25.0),  # and over the one that came twice
        ("2024-06-30 22:00", "2024-06-30 21:59", 1, 1 / 60),  # a minute, but the day changed in Berlin
        ("2024-06-30 21:59", "2024-06-29 22:00", 0, 23 + 59 / 60),  # nearly a day, but the same one
        ("2024-03-01 12:00", "2024-02-28 12:00", 2, 48.0),
        ("2024-02-28 12:00", "2024-03-01 12:00", -2, -48.0),
    ],
)
def test_time_between(later: str, earlier: str, days: int, hours: float) -> None:
    names = {"later": at(later), "earlier": at(earlier)}
    assert value("days_between(later, earlier)", names) == days
    assert value("hours_between(later, earlier)", names) == pytest.approx(hours, abs=1e-12)
    assert value("days_between(u, earlier)", names) is None
    assert value("hours_between(later, u)", names) is None


@pytest.mark.parametrize(("condition", "result"), [("t", True), ("f", False), ("u", False), ("not u", False)])
def test_a_condition_holds_only_if_it_is_true(condition: str, result: bool) -> None:
    assert holds(parse(condition), {"t": True, "f": False, "u": None}.__getitem__, BERLIN) is result


def test_no_condition_always_holds() -> None:
    assert holds(None, lambda _name: None, BERLIN) is True


def test_what_makes_no_sense_is_said() -> None:
    with pytest.raises(ExpressionError, match="'a' is not a number"):
        value("-'a'")
    with pytest.raises(ExpressionError, match="lower of 1 has no meaning"):
        value("lower(1)")
