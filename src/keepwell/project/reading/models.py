"""models/*.yml: each model, checked against the outcomes, the signals and the accounts' attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keepwell.models.definition import OPTIONS, Calibrate, Holds, Input, Kind, ModelDefinition
from keepwell.project.declared.models import ALL_MEASURED
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.proof.outcome import Dated, Outcome, Snapshot
from keepwell.signals.definition import ACCOUNT, Aggregate, Formula, Signal, needs
from keepwell.signals.expression import names
from keepwell.signals.graph import readable
from keepwell.signals.tables import NUMERIC
from keepwell.signals.tables import Kind as Holding

ENDS = ("ended_at", "end_reason")
"""Columns of accounts that are filled once an account has gone."""


@dataclass(frozen=True, slots=True)
class Modelled:
    """What models are read with. `outcomes` are the declared ones, `None` if not all could be read."""

    over: OverSignals
    signals: Mapping[str, Signal]
    outcomes: Mapping[str, Outcome] | None

    @property
    def report(self) -> Report:
        """Where mistakes are told."""
        return self.over.report

    def kind(self, name: str) -> Holding | None:
        """What a signal or an account's attribute holds; `None` if that is not known."""
        if name.startswith(ACCOUNT):
            return readable("accounts", self.over.catalog.columns).get(name.removeprefix(ACCOUNT))
        return self.over.kinds.get(name)

    def below(self, name: str) -> Iterator[Signal]:
        """A signal and all those it is computed from."""
        waiting, seen = [name], set[str]()
        while waiting:
            signal = self.signals.get(waiting.pop())
            if signal is not None and signal.name not in seen:
                seen.add(signal.name)
                waiting.extend(needs(signal))
                yield signal

    def tells(self, name: str, outcome: Outcome | None) -> bool:
        """Whether an input is the outcome itself: it reads outcomes, ends of accounts, or what a snapshot is told by."""
        columns = {name} if name.startswith(ACCOUNT) else set()
        for signal in self.below(name):
            match signal.meaning:
                case Aggregate(table="outcomes"):
                    return True
                case Aggregate(table="accounts", where=where, column=column, at=at):
                    parts = [part for part in (where, column) if part is not None]
                    columns |= {ACCOUNT + read for part in parts for read in names(part)}
                    columns |= {ACCOUNT + at} if at else set()
                case Formula(expression):
                    columns |= {read for read in names(expression) if read.startswith(ACCOUNT)}
        told = {ACCOUNT + end for end in ENDS}
        match outcome.event if outcome is not None else None:
            case Snapshot(holds):
                told |= set(names(holds))
            case Dated(table="accounts", at=str() as at):
                told.add(ACCOUNT + at)
        return bool(columns & told)


def read(fields: Fields, modelled: Modelled) -> ModelDefinition | None:
    """The model, as far as it could be read; `None` if too little of it could."""
    if "model" not in fields or "kind" not in fields:
        return None
    report, kind = modelled.report, Kind(fields["kind"])
    if fields["model"] in modelled.signals:
        report.add(
            fields.at("model"),
            f"{fields['model']} is a signal already",
            f"give the model another name, such as {fields['model']}_model",
        )
    outcome = _outcome(fields, kind, modelled)
    if fields.get("monotone") and kind in (Kind.SURVIVAL, Kind.PURCHASES):
        report.add(
            fields.at("monotone"), f"a {kind} model cannot hold directions", "remove `monotone`"
        )  # fmt: skip
    inputs = _purchases(fields, modelled) if kind is Kind.PURCHASES else _inputs(fields, outcome, modelled)
    if "outcome" not in fields:
        return None
    return ModelDefinition(
        name=fields["model"],
        kind=kind,
        outcome=fields["outcome"],
        inputs=inputs,
        calibrate=Calibrate(fields.get("calibrate", Calibrate.SIGMOID)),
        options=_options(fields, kind, report),
        monotone=fields.get("monotone", False),
        label=fields.get("label", ""),
    )


def _outcome(fields: Fields, kind: Kind, modelled: Modelled) -> Outcome | None:
    if "outcome" not in fields or modelled.outcomes is None:
        return None
    name = fields["outcome"]
    outcome = modelled.outcomes.get(name)
    if outcome is None:
        known = list(modelled.outcomes)
        modelled.report.add(
            fields.at("outcome"),
            f"there is no outcome {name!r}",
            hint(name, known) or f"define it in outcomes.yml under `outcomes: {{{name}: ...}}`",
        )
    elif not outcome.dated and kind in (Kind.SURVIVAL, Kind.PURCHASES):
        modelled.report.add(
            fields.at("outcome"),
            f"{name} is a snapshot, without dates, and a {kind} model learns from times",
            "choose another outcome, or another kind",
        )
    return outcome


def _purchases(fields: Fields, modelled: Modelled) -> tuple[Input, ...]:
    for key in ("inputs", "exclude"):
        if fields.said(key):
            modelled.report.add(
                fields.at(key), "a purchases model reads the orders themselves", f"remove `{key}`"
            )
    mistake = modelled.over.catalog.table("orders")
    if mistake is not None:
        modelled.report.add(fields.at("kind"), mistake.what, mistake.do)
    return ()


def _inputs(fields: Fields, outcome: Outcome | None, modelled: Modelled) -> tuple[Input, ...]:
    report = modelled.report
    if not fields.said("inputs"):
        report.add(
            fields.place, "the model has no `inputs`", f"add `inputs: [...]` with signals, or `inputs: {ALL_MEASURED}`"
        )  # fmt: skip
        return ()
    said: tuple[str, ...] = fields.get("inputs", ())
    left_out: tuple[str, ...] = fields.get("exclude", ())
    place = fields.at("inputs")
    if ALL_MEASURED in said:
        extra = [name for name in said if name != ALL_MEASURED]
        everything = [name for name in modelled.signals if _can_be_read(modelled, name, outcome)]
        _excluded(fields, left_out, modelled)
        said = tuple(dict.fromkeys((*everything, *extra)))
        said = tuple(name for name in said if name not in left_out)
        checked = extra
    else:
        if fields.said("exclude"):
            report.add(
                fields.at("exclude"),
                f"`exclude` leaves signals out of `{ALL_MEASURED}`, and this model names its inputs",
                "remove it, or remove the names from `inputs`",
            )
        checked = list(said)
    found = [
        one
        for name in said
        if (one := _input(name, place, outcome, modelled, told=name in checked)) is not None
    ]
    for name in sorted({name for name in said if said.count(name) > 1}):
        report.add(place, f"{name} is an input twice", "name it once")
    if not found and not report.problems:
        report.add(place, "nothing is left that the model could read", "name signals")
    return tuple(dict.fromkeys(found))


def _excluded(fields: Fields, left_out: tuple[str, ...], modelled: Modelled) -> None:
    for name in left_out:
        if name not in modelled.signals and modelled.over.complete:
            modelled.report.add(
                fields.at("exclude"),
                f"there is no signal {name!r} to leave out",
                hint(name, list(modelled.signals)),
            )


def _can_be_read(modelled: Modelled, name: str, outcome: Outcome | None) -> bool:
    return _holds(modelled.kind(name)) is not None and not modelled.tells(name, outcome)


def _holds(kind: Holding | None) -> Holds | None:
    if kind in (*NUMERIC, Holding.BOOLEAN):
        return Holds.NUMBER
    return Holds.LABEL if kind is Holding.TEXT else None


def _input(
    name: str, place: Place, outcome: Outcome | None, modelled: Modelled, *, told: bool
) -> Input | None:
    report = modelled.report
    mistake = modelled.over.mistake(name)
    if mistake is not None:
        if told:
            report.add(place, mistake.what, mistake.do)
        return None
    kind = modelled.kind(name)
    if kind is None:
        return None
    if modelled.tells(name, outcome):
        report.add(
            place,
            f"{name} reads the outcome itself, or what is filled in only once it has happened",
            "take it out of the inputs: a model that knows the answer predicts nothing",
        )
        return None
    holds = _holds(kind)
    if holds is None:
        report.add(
            place,
            f"{name} is {kind}, which a model cannot read",
            "make a number of it, such as `expression: days_between(..., as_of)`, and name that",
        )
        return None
    signal = modelled.signals.get(name)
    return Input(name, holds, signal.direction if signal is not None else None)


def _options(fields: Fields, kind: Kind, report: Report) -> dict[str, float]:
    known, found = OPTIONS[kind], {}
    entries: tuple[Entry, ...] = fields.get("options", ())
    for entry in entries:
        if entry.value is BROKEN:
            continue
        option = known.get(entry.name)
        if option is None:
            report.add(entry.place, f"a {kind} model has no option {entry.name!r}", hint(entry.name, known))
        elif not option.low <= entry.value <= option.high or (
            option.whole and entry.value != int(entry.value)
        ):
            noun = "a whole number" if option.whole else "a number"
            wanted = f"{noun} from {option.low:g} to {option.high:g}"
            report.add(entry.place, f"{entry.name} is {entry.value:g}, not {wanted}", f"type {wanted}")
        else:
            found[entry.name] = float(entry.value)
    return found


def twice(models: list[tuple[str, Fields]], report: Report) -> None:
    """Notes models of one name."""
    first: dict[str, str] = {}
    for file, fields in models:
        name = fields.get("model")
        if name in first:
            report.add(
                fields.at("model"), f"{first[name]} is a model {name!r} already", "give this one another name"
            )
        elif name is not None:
            first[name] = file


def risk(name: str, place: Place, models: tuple[ModelDefinition, ...], modelled: Modelled) -> None:
    """Notes what is wrong with the model that is to say what is at risk."""
    known = {model.name: model for model in models}
    if name not in known:
        modelled.report.add(
            place,
            f"there is no model {name!r}",
            hint(name, known) or f"define it in models/{name}.yml",
        )
        return
    outcome = (modelled.outcomes or {}).get(known[name].outcome)
    if outcome is not None and not outcome.kind.adverse:
        modelled.report.add(
            place,
            f"{name} predicts {outcome.name}, which is no loss: nothing is at risk by it",
            "name a model of an outcome of the kind churned or contracted",
        )
