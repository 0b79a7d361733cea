"""Strategies for expressions of a wanted kind over named values, simplest first."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from keepwell.signals.expression import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Literal,
    Logic,
    Membership,
    Name,
    Negative,
    Not,
    Scalar,
)
from keepwell.signals.tables import NUMERIC, Kind

TEXTS = ("login", "core_action", "Änderung", "ÄNDERUNG", "high", "nps", "it's 50%_off", "", "é", "z")
WHOLE = st.integers(-3, 12)
FRACTIONS = st.integers(-40, 120).map(lambda n: n / 8)
ORDERED = ("<", "<=", ">", ">=", "==", "!=")

Kinds = Mapping[str, Kind]
Strategy = st.SearchStrategy[Expression]


def names(kinds: Kinds, *wanted: Kind) -> list[Strategy]:
    """A strategy for the names of the wanted kinds, or none if there are none."""
    found = [Name(name) for name, kind in kinds.items() if kind in wanted]
    return [st.sampled_from(found)] if found else []


def numbers(kinds: Kinds, depth: int = 2) -> Strategy:
    """Expressions that give a number."""
    return _numbers(tuple(kinds.items()), depth)


@cache
def _numbers(named: tuple[tuple[str, Kind], ...], depth: int) -> Strategy:
    kinds = dict(named)
    simple = [*names(kinds, *NUMERIC), st.builds(Literal, WHOLE), st.builds(Literal, FRACTIONS)]
    if depth == 0:
        return st.one_of(simple)
    number, condition = numbers(kinds, depth - 1), conditions(kinds, depth - 1)
    deeper: list[Strategy] = [
        st.builds(Arithmetic, st.sampled_from("+-*/"), number, number),
        st.builds(Negative, number),
        st.builds(_call("abs"), number),
        st.builds(_call("coalesce"), number, number),
        st.builds(_call("min"), number, number),
        st.builds(_call("max"), number, number, number),
        st.builds(_call("when"), condition, number, number),
        st.builds(_call("ln"), number),
    ]
    if instants := names(kinds, Kind.INSTANT):
        instant = st.one_of(instants)
        deeper += [
            st.builds(_call("days_between"), instant, instant),
            st.builds(_call("hours_between"), instant, instant),
        ]
    return st.one_of(*simple[:1], *deeper)


def texts(kinds: Kinds) -> Strategy:
    """Expressions that give text."""
    named = names(kinds, Kind.TEXT)
    plain: list[Strategy] = [*named, st.builds(Literal, st.sampled_from(TEXTS))]
    return st.one_of(*plain, st.builds(_call("lower"), st.one_of(plain)))


def conditions(kinds: Kinds, depth: int = 2) -> Strategy:
    """Expressions that are true, false or unknown."""
    return _conditions(tuple(kinds.items()), depth)


@cache
def _conditions(named: tuple[tuple[str, Kind], ...], depth: int) -> Strategy:
    kinds = dict(named)
    simple: list[Strategy] = []
    for one in names(kinds, *NUMERIC):
        simple.append(st.builds(Comparison, st.sampled_from(ORDERED), one, st.builds(Literal, WHOLE)))
        options = _listed(st.one_of(WHOLE, FRACTIONS))
        simple.append(st.builds(Membership, one, options, st.booleans()))
    for one in names(kinds, Kind.TEXT):
        literal = st.builds(Literal, st.sampled_from(TEXTS))
        options = _listed(st.sampled_from(TEXTS))
        simple.append(st.builds(Comparison, st.sampled_from(("==", "!=")), one, literal))
        simple.append(st.builds(Membership, one, options, st.booleans()))
    for one in names(kinds, Kind.INSTANT):
        simple.append(st.builds(Comparison, st.sampled_from(ORDERED), one, one))
    simple += names(kinds, Kind.BOOLEAN)
    anything = names(kinds, *Kind)
    simple += [st.builds(_call(ask), *anything) for ask in ("known", "unknown") if anything]
    if depth == 0:
        return st.one_of(*simple, st.builds(Literal, st.booleans()))
    number, condition = numbers(kinds, depth - 1), conditions(kinds, depth - 1)
    text = texts(kinds)
    return st.one_of(
        *simple,
        st.builds(Comparison, st.sampled_from(ORDERED), number, number),
        st.builds(Comparison, st.sampled_from(ORDERED), text, text),
        st.builds(_call("contains"), text, text),
        st.builds(_call("starts_with"), text, text),
        st.builds(Not, condition),
        st.builds(
            Logic, st.sampled_from(("and", "or")), st.lists(condition, min_size=2, max_size=3).map(tuple)
        ),
        st.builds(_call("when"), condition, condition, condition),
        st.builds(Comparison, st.sampled_from(("==", "!=")), condition, condition),
    )


def _call(function: str) -> Callable[..., Expression]:
    def build(*arguments: Expression) -> Expression:
        return Call(function, arguments)

    return build


def _listed(options: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Scalar, ...]]:
    return st.lists(options, min_size=1, max_size=3).map(tuple)
