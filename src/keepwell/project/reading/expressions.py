"""Whether an expression makes sense where it stands: every name known, every kind fitting, every mistake told."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.project.catalog import Catalog, Mistake
from keepwell.project.report import Place, Report, hint
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Expression, ExpressionError, names
from keepwell.signals.graph import readable
from keepwell.signals.kinds import AS_OF, kind_of
from keepwell.signals.tables import NUMERIC, Kind


@dataclass(frozen=True, slots=True)
class Rows:
    """Checks expressions over the columns of one canonical table."""

    table: str
    catalog: Catalog
    report: Report

    def kind(self, expression: Expression, place: Place) -> Kind | None:
        """The kind of its value, `None` if there is none, or once the report says what is wrong."""
        mistakes = {name: self._mistake(name) for name in names(expression)}
        known = readable(self.table, self.catalog.columns)
        if not self.catalog.complete and any(name not in known for name in mistakes):
            return None
        return _judged(expression, mistakes, known, place, self.report)

    def _mistake(self, name: str) -> Mistake | None:
        if name.startswith(ACCOUNT):
            return Mistake(
                f"{name} stands in a condition over the rows of {self.table}, which read only their own columns",
                f"measure it as a signal of its own and combine both in an `expression:`; "
                f"columns are written bare, such as {self._example}",
            )
        if "." in name:
            own = name.rpartition(".")[2]
            return Mistake(f"{name} is no column", f"columns are written bare: type {own}")
        return self.catalog.column(self.table, name)

    @property
    def _example(self) -> str:
        return min(self.catalog.filled[self.table])


@dataclass(frozen=True, slots=True)
class OverSignals:
    """Checks expressions over signals and `account.` attributes.

    `kinds` holds the signals that could be read; unless the list of `signals` is `complete`, since signals.yml could not
    be read, no fault is found with names. `models` are the names of models, which no expression can read.
    """

    signals: frozenset[str]
    kinds: Mapping[str, Kind]
    catalog: Catalog
    report: Report
    complete: bool = True
    models: frozenset[str] = frozenset()

    def condition(self, expression: Expression, place: Place) -> None:
        """Notes what is wrong with a condition; one that gives no truth value is wrong."""
        count = len(self.report.problems)
        kind = self.kind(expression, place)
        if kind not in (Kind.BOOLEAN, None) and len(self.report.problems) == count:
            self.report.add(
                place,
                f"this is no condition: it gives {kind}, not true or false",
                "compare it with something, such as x >= 1",
            )

    def number(self, expression: Expression, place: Place) -> None:
        """Notes what is wrong with an expression that must give a number."""
        count = len(self.report.problems)
        kind = self.kind(expression, place)
        if kind not in (*NUMERIC, None) and len(self.report.problems) == count:
            self.report.add(
                place, f"this gives {kind}, not a number", "use when(condition, a, b) to turn it into one"
            )

    def kind(self, expression: Expression, place: Place) -> Kind | None:
        """The kind of its value, `None` if there is none, or once the report says what is wrong."""
        mistakes = {name: self.mistake(name) for name in names(expression)}
        accounts = readable("accounts", self.catalog.columns)
        known = {
            **self.kinds,
            **{ACCOUNT + name: kind for name, kind in accounts.items()},
            AS_OF: Kind.INSTANT,
        }
        if any(mistake is None and name not in known for name, mistake in mistakes.items()):
            _told({name: mistake for name, mistake in mistakes.items() if mistake}, place, self.report)
            return None
        return _judged(expression, mistakes, known, place, self.report)

    def mistake(self, name: str) -> Mistake | None:
        """Why a name cannot be used over signals, if it cannot."""
        if name.startswith(ACCOUNT):
            return self.catalog.attribute(name)
        if name in self.signals or name == AS_OF or not self.complete:
            return None
        if name in self.catalog.filled.get("accounts", ()):
            return Mistake(
                f"there is no signal {name!r}",
                f"an account's own columns are written account.{name}; bare names are signals",
            )
        if "." in name:
            return Mistake(
                f"{name} is neither a signal nor an account's column",
                "bare names are signals; an account's own columns are written account.NAME",
            )
        if name in self.models:
            return Mistake(
                f"{name} is a model: what it says is known only once all signals are",
                "make it a measure of a scorecard, or name it under `risk:`; conditions read signals",
            )
        near = hint(name, sorted(self.signals))
        return Mistake(
            f"there is no signal {name!r}",
            near or f"define it in signals.yml under `signals: {{{name}: ...}}`",
        )


def _judged(
    expression: Expression,
    mistakes: Mapping[str, Mistake | None],
    kinds: Mapping[str, Kind],
    place: Place,
    report: Report,
) -> Kind | None:
    found = {name: mistake for name, mistake in mistakes.items() if mistake is not None}
    if found:
        _told(found, place, report)
        return None
    try:
        return kind_of(expression, kinds)
    except ExpressionError as error:
        report.add(place, str(error), "change the expression so that both sides are of one kind")
        return None


def _told(mistakes: Mapping[str, Mistake], place: Place, report: Report) -> None:
    for mistake in mistakes.values():
        report.add(place, mistake.what, mistake.do)
