"""What a statement is asked to compute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from keepwell.signals.definition import ACCOUNT, Feed, Formula, Signal, attributes
from keepwell.signals.expression import Expression
from keepwell.signals.graph import kinds, order, readable
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import Kind

Cases = tuple[tuple[str, Expression | None], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What to compute for every account.

    `tables` are the fact tables there are, with the kinds of their columns; `conditions` come back as truth values,
    `numbers` as doubles, `choices` as the name of the first case that holds (`None` always does), or `any`;
    `attributes` are columns of accounts, which come back as `account.NAME`. `sizes`: about how many rows each fact table has, where that
    is known; by it a grid is read the quicker way.
    """

    signals: tuple[Signal, ...]
    tables: Mapping[str, Mapping[str, Kind]]
    zone: ZoneInfo
    feeds: tuple[Feed, ...] = ()
    conditions: Mapping[str, Expression] = field(default_factory=dict)
    numbers: Mapping[str, Expression] = field(default_factory=dict)
    choices: Mapping[str, Cases] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)

    def ordered(self) -> tuple[Signal, ...]:
        """The signals, each after those it needs."""
        return tuple(order(self.signals))

    def account_columns(self) -> tuple[str, ...]:
        """Every column of accounts that the signals and the rest of the request read."""
        wanted = list(self.attributes)
        expressions: list[Expression | None] = [*self.conditions.values(), *self.numbers.values()]
        expressions += [condition for cases in self.choices.values() for _, condition in cases]
        expressions += [
            signal.meaning.expression for signal in self.signals if isinstance(signal.meaning, Formula)
        ]
        for expression in expressions:
            wanted += attributes(expression)
        if "context" in self.tables:
            wanted.append("sector")
        return tuple(dict.fromkeys(wanted))

    def kinds(self) -> dict[str, Kind]:
        """The kinds of every signal, and of what else an expression over signals may read."""
        accounts = {ACCOUNT + name: kind for name, kind in readable("accounts", self.tables).items()}
        return {AS_OF: Kind.INSTANT, **accounts, **kinds(self.signals, self.tables)}
