"""Which facts count for an aggregate, and the value that they are read for."""

from dataclasses import dataclass

from sqlglot import exp

from keepwell.signals.definition import Aggregate, How, State, contact
from keepwell.signals.expression import Expression
from keepwell.sql.expressions import Typed
from keepwell.sql.facts import Seen
from keepwell.sql.naming import column


@dataclass(frozen=True, slots=True)
class Counting:
    """An aggregate over a table's visible facts: which of them count, and the value they are read for."""

    how: Aggregate
    seen: Seen

    @property
    def at(self) -> exp.Expr:
        """The instant that the window looks at."""
        return self.seen.lookup(self._at).sql

    @property
    def _at(self) -> str:
        table = self.seen.table
        if self.how.at:
            return self.how.at
        return table.end if self.how.how is How.DURATION and table.end else table.occurred

    @property
    def value(self) -> Typed | None:
        """The column or expression that is aggregated."""
        wanted: Expression | None = self.how.column or (contact() if self.how.how is How.DISTINCT else None)
        return self.seen.translator.typed(wanted) if wanted is not None else None

    def condition(self, *, windowed: bool = True, known: bool = True) -> exp.Expr:
        """When a visible fact counts; on request whether or not it lies in the window, or its value is known."""
        conditions: list[exp.Expr] = []
        if self.how.where is not None:
            conditions.append(self.seen.translator.condition(self.how.where))
        conditions += self._state()
        at = self.at
        if self._at != self.seen.table.occurred:
            conditions.append(_known(at))
        if windowed:
            conditions += self.seen.within(at, self.how.window)
        value = self.value
        if value is not None and known:
            conditions.append(_known(value.sql))
        return exp.and_(*conditions) if conditions else exp.true()

    def _state(self) -> list[exp.Expr]:
        state, end = self.how.state, self.seen.table.end
        if self.how.how in (How.OPEN, How.DAYS_UNTIL) and state is None and end:
            state = State.OPEN
        if self.how.how is How.DURATION and self.how.column is None:
            state = State.ENDED
        if state is None:
            return []
        if end is None:
            return [] if state is State.OPEN else [exp.false()]
        ended = self.seen.lookup(end).sql
        return [_known(ended) if state is State.ENDED else exp.Is(this=ended, expression=exp.null())]


def _known(value: exp.Expr) -> exp.Expr:
    return exp.not_(exp.Is(this=value, expression=exp.null()))


def keys(single: bool) -> list[exp.Expr]:
    """What the subqueries are grouped and joined by."""
    return [column("account")] if single else [column("account"), column("point")]
