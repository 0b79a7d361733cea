"""What scores, or a model, read: the signals and attributes among which leaks are looked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from keepwell.models.definition import ModelDefinition
from keepwell.project.lint.uses import account_attributes, below, columns_read, conditions
from keepwell.project.project import Project
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals.definition import ACCOUNT, Aggregate, Formula, Signal, attributes, needs

ACCOUNTS, KNOWN_AT = "accounts", "known_at"


@dataclass(frozen=True, slots=True)
class Reads:
    """Signals, after those they need; and attributes of accounts (without their prefix), with where each is read.

    `attributes` are read as they are: by segments, stages, caps, rules or a model. `through` are read by the signals' formulas; whatever
    these know shows in the signals themselves.
    """

    signals: tuple[Signal, ...]
    attributes: Mapping[str, str]
    through: Mapping[str, str]

    @classmethod
    def by_project(cls, project: Project) -> "Reads":
        """All signals of a project, and the attributes that scores, segments and stages read, directly or through signals."""
        scored = {name for name, _ in account_attributes(project)}
        through = _of_formulas(project, project.signals)
        return cls(
            project.signals,
            _conditional(project),
            {name: where for name, where in through.items() if name in scored},
        )

    @classmethod
    def by_cards(cls, project: Project, cards: Iterable[Scorecard]) -> "Reads":
        """What the measures of some scorecards read, and the attributes that segments, stages, caps and rules read."""
        signals = _signals(project, [measure.signal for card in cards for measure in card.measures])
        return cls(signals, _conditional(project), _of_formulas(project, signals))

    @classmethod
    def by_model(cls, project: Project, model: ModelDefinition) -> "Reads":
        """What a model reads."""
        where = project.where.get(f"model:{model.name}", "")
        read = {one.attribute: where for one in model.inputs if one.attribute is not None}
        signals = _signals(project, [one.name for one in model.inputs])
        return cls(signals, read, _of_formulas(project, signals))

    @property
    def all_attributes(self) -> Mapping[str, str]:
        """Every attribute that is read one way or the other."""
        return {**self.through, **self.attributes}

    def tables(self) -> dict[str, set[str]]:
        """The columns that are read of each table."""
        read: dict[str, set[str]] = {}
        for signal in self.signals:
            if isinstance(signal.meaning, Aggregate):
                read.setdefault(signal.meaning.table, set()).update(columns_read(signal.meaning))
        if self.all_attributes:
            read.setdefault(ACCOUNTS, set()).update(self.all_attributes)
        return read

    def subjects(self) -> tuple[str, ...]:
        """By which names leaks among what is read can be called: signals, attributes (`account.NAME`), and tables' columns."""
        signals = [signal.name for signal in self.signals]
        columns = [
            f"{table}.{column}"
            for table, read in self.tables().items()
            for column in sorted({*read, KNOWN_AT} if table != ACCOUNTS else {KNOWN_AT})
        ]
        return (*signals, *(ACCOUNT + name for name in self.columns_of_accounts()), *columns)

    def columns_of_accounts(self) -> tuple[str, ...]:
        """Every column of accounts that is read, as an attribute or by an aggregate."""
        return tuple(dict.fromkeys((*self.all_attributes, *sorted(self.tables().get(ACCOUNTS, ())))))

    def resting_on(self, columns: Collection[str]) -> Iterator[str]:
        """What rests on some columns of accounts, directly or through other signals: attributes (`account.NAME`), then signals."""
        yield from (ACCOUNT + name for name in self.attributes if name in columns)
        found: set[str] = set()
        for signal in self.signals:
            if not found.isdisjoint(needs(signal)) or not _columns(signal).isdisjoint(columns):
                found.add(signal.name)
                yield signal.name

    def places(self, project: Project) -> dict[str, str]:
        """Where each signal is defined, and each attribute (`account.NAME`) read, by its name."""
        found = {signal.name: project.where.get(f"signal:{signal.name}", "") for signal in self.signals}
        return found | {ACCOUNT + name: where for name, where in self.attributes.items()}


def _columns(signal: Signal) -> set[str]:
    """The columns of accounts that a signal reads itself."""
    match signal.meaning:
        case Aggregate(table=table) if table == ACCOUNTS:
            return columns_read(signal.meaning)
        case Formula(expression=expression):
            return set(attributes(expression))
        case _:
            return set()


def _conditional(project: Project) -> dict[str, str]:
    """The attributes that segments, stages, caps and rules read."""
    value = project.where.get("project:value")
    found: dict[str, str] = {}
    for where, condition in conditions(project):
        for name in attributes(condition) if where != value else ():
            found.setdefault(name, where)
    return found


def _of_formulas(project: Project, signals: Iterable[Signal]) -> dict[str, str]:
    """The attributes that formulas among the signals read."""
    return {
        name: project.where.get(f"signal:{signal.name}", "")
        for signal in signals
        if isinstance(signal.meaning, Formula)
        for name in attributes(signal.meaning.expression)
    }


def _signals(project: Project, names: Iterable[str]) -> tuple[Signal, ...]:
    wanted = {signal.name for name in names for signal in below(project, name)}
    return tuple(signal for signal in project.signals if signal.name in wanted)
