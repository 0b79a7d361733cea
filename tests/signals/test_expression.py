"""What an expression may hold, how it is reduced to nodes, and all that it must refuse."""

import pytest

from keepwell.signals.expression import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    ExpressionError,
    Literal,
    Logic,
    Membership,
    Name,
    Negative,
    Not,
    names,
    parse,
)

SEATS, PLAN = Name("seats"), Name("plan")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("1", Literal(1)),
        ("-1", Literal(-1)),
        ("+1", Literal(1)),
        ("1.5", Literal(1.5)),
        ("1e3", Literal(1000.0)),
        ("'a''b'", Literal("ab")),
        ("true", Literal(True)),
        ("False", Literal(False)),
        ("null", Literal(None)),
        ("None", Literal(None)),
        ("seats", SEATS),
        (" seats ", SEATS),
        ("account.plan", Name("account.plan")),
        ("-seats", Negative(SEATS)),
        ("+seats", SEATS),
        ("-(1 + seats)", Negative(Arithmetic("+", Literal(1), SEATS))),
        ("1 + 2 * seats", Arithmetic("+", Literal(1), Arithmetic("*", Literal(2), SEATS))),
        ("(1 + 2) / seats", Arithmetic("/", Arithmetic("+", Literal(1), Literal(2)), SEATS)),
        ("1 - 2 - 3", Arithmetic("-", Arithmetic("-", Literal(1), Literal(2)), Literal(3))),
        ("seats >= 3", Comparison(">=", SEATS, Literal(3))),
        ("plan != 'pro'", Comparison("!=", PLAN, Literal("pro"))),
        (
            "1 < seats <= 3",
            Logic("and", (Comparison("<", Literal(1), SEATS), Comparison("<=", SEATS, Literal(3)))),
        ),
        ("plan in ['a', 'b']", Membership(PLAN, ("a", "b"))),
        ("plan not in ('a',)", Membership(PLAN, ("a",), negated=True)),
        ("seats in {-1, 2.5}", Membership(SEATS, (-1, 2.5))),
        ("a and b and not c", Logic("and", (Name("a"), Name("b"), Not(Name("c"))))),
        ("a or b and c", Logic("or", (Name("a"), Logic("and", (Name("b"), Name("c")))))),
        ("max(seats, 1)", Call("max", (SEATS, Literal(1)))),
        ("when(known(plan), 1, 0)", Call("when", (Call("known", (PLAN,)), Literal(1), Literal(0)))),
        (
            "when(seats > 1,\n  1,\n  0)",
            Call("when", (Comparison(">", SEATS, Literal(1)), Literal(1), Literal(0))),
        ),
    ],
)
def test_an_expression_is_reduced_to_its_nodes(text: str, expression: Expression) -> None:
    assert parse(text) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("1 +", "cannot be read"),
        ("a = 1", "cannot be read"),
        ("a; b", "cannot be read"),
        ("import os", "cannot be read"),
        ("seats\x00", "cannot be read"),
        ("((((", "cannot be read"),
        ("a.b.c", "not something an expression can hold"),
        ("'text'.upper", "not something"),
        ("().__class__", "not something"),
        ("seats[0]", "not something"),
        ("[x for x in seats]", "not something"),
        ("{x: 1 for x in seats}", "not something"),
        ("(x for x in seats)", "not something"),
        ("lambda: 1", "not something"),
        ("1 if seats else 2", "not something"),
        ("(a := 1)", "not something"),
        ("f'{seats}'", "not something"),
        ("b'raw'", "not something"),
        ("1j", "not something"),
        ("...", "not something"),
        ("seats ** 2", "not something"),
        ("seats // 2", "not something"),
        ("seats % 2", "not something"),
        ("seats | 2", "not something"),
        ("seats << 2", "not something"),
        ("~seats", "not something"),
        ("[1, 2]", "not something"),
        ("*seats", "cannot be read"),
        ("await seats", "not something"),
        ("a is None", r"known\(x\) and unknown\(x\)"),
        ("a is not b", r"known\(x\) and unknown\(x\)"),
        ("plan in seats", "after `in` comes a list"),
        ("plan in []", "after `in` comes a list"),
        ("plan in 'abc'", "after `in` comes a list"),
        ("plan in [seats]", "plain numbers or texts"),
        ("plan in [null]", "plain numbers or texts"),
        ("plan in [*seats]", "not something"),
        ("eval('1')", "there is no function 'eval'"),
        ("__import__('os')", "there is no function '__import__'"),
        ("plan.upper()", "there is no function 'plan.upper'"),
        ("max(1, 2)(3)", "there is no function"),
        ("(lambda: 1)()", "there is no function"),
        ("abs(1, 2)", "abs takes 1 values"),
        ("max(1)", "max takes 2 to 9 values"),
        ("max(1, key=2)", "max takes plain values only"),
        ("max(*seats)", "max takes plain values only"),
        ("max(1, **seats)", "max takes plain values only"),
        ("9223372036854775808", "too large"),
        ("1e999", "must be finite"),
        ("-1e999", "must be finite"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse(text)


def test_a_long_text_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ExpressionError, match="longer than 10,000"):
        parse("1 + " * 2_500 + "1")


def test_a_large_expression_is_refused() -> None:
    with pytest.raises(ExpressionError, match="too long"):
        parse("+".join(["a"] * 200))


@pytest.mark.parametrize("text", ["(" * 3_000 + "1" + ")" * 3_000, "-" * 5_000 + "1", "not " * 2_000 + "a"])
def test_a_deep_expression_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"too long|cannot be read"):
        parse(text)


def test_other_functions_can_be_offered() -> None:
    wider = {**FUNCTIONS, "number": (1, 1, "the text as a number")}
    assert parse("number(licences)", wider) == Call("number", (Name("licences"),))
    with pytest.raises(ExpressionError, match="there is no function 'number'"):
        parse("number(licences)")


def test_the_largest_numbers_fit() -> None:
    assert parse("9223372036854775807") == Literal(2**63 - 1)
    assert parse("-9223372036854775807") == Literal(-(2**63) + 1)


def test_names_come_in_reading_order_with_repeats() -> None:
    expression = parse("max(b, a) / b + when(not c, account.d, 1) in [1]")
    assert list(names(expression)) == ["b", "a", "b", "c", "account.d"]
