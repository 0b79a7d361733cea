"""A fitted model: what it reads, what was learnt, from which data; kept as JSON that people can read and nothing can run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from keepwell.models import calibration
from keepwell.models.boosting import Boosting
from keepwell.models.calibration import Calibration
from keepwell.models.contributions import Contributions
from keepwell.models.definition import Holds, Input, Kind
from keepwell.models.logistic import Logistic
from keepwell.models.plain import Damaged, Reading, agree
from keepwell.models.purchases import Purchases
from keepwell.models.survival import Survival
from keepwell.models.table import NO_LABEL, Table
from keepwell.models.trees import Trees
from keepwell.scoring.observed import Bools, Floats
from keepwell.signals.definition import Direction

FORM = "keepwell model 1"
"""The form of the text. A change of meaning needs another number."""

Parameters: TypeAlias = Logistic | Boosting | Trees | Survival | Purchases

READERS: Mapping[Kind, Callable[[Reading], Parameters]] = {
    Kind.LOGISTIC: Logistic.read,
    Kind.BOOSTING: Boosting.read,
    Kind.TREES: Trees.read,
    Kind.SURVIVAL: Survival.read,
    Kind.PURCHASES: Purchases.read,
}


@dataclass(frozen=True, slots=True)
class Training:
    """What a model has learnt from.

    `first` and `last` are the as_ofs it was fitted on and `calibrated_first` and `calibrated_last` those it was calibrated on (ISO 8601,
    empty: none); `through` is the instant up to which it has seen what happened: a backtest before it would look into the future.
    `rows`, `accounts` and `outcomes` count what it was fitted on, `calibrated_rows` and `calibrated_outcomes` what it was calibrated on.
    `purchases` counts the days with a purchase that a model of purchases learned from: it needs no outcomes.
    `fingerprint` is the SHA-256 of the rows, `libraries` the versions of what fitted it.
    """

    first: str
    last: str
    through: str
    rows: int
    accounts: int
    outcomes: int
    fingerprint: str
    calibrated_first: str = ""
    calibrated_last: str = ""
    calibrated_rows: int = 0
    calibrated_outcomes: int = 0
    purchases: int = 0
    libraries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model that can predict.

    `outcome` is the outcome's name, `adverse` whether it is a loss, `horizon` and `gap` as the outcome's (empty:
    it has no dates). `notes` are what somebody should
    know of the fit, in words.
    """

    name: str
    kind: Kind
    outcome: str
    adverse: bool
    horizon: str
    gap: str
    inputs: tuple[Input, ...]
    parameters: Parameters
    calibration: Calibration
    training: Training
    notes: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """What it predicts, for people: `churn within 90 days`."""
        return f"{self.outcome} within {self.horizon}" if self.horizon else self.outcome

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome before calibration, row by row."""
        return self.parameters.margin(table)

    def probability(self, table: Table) -> Floats:
        """The calibrated probability (0–1) of the outcome within its horizon, row by row; NaN where none of the inputs is known."""
        if not len(table):
            return np.empty(0)
        return np.where(self._known(table), self.calibration.of(self.margin(table)), np.nan)

    def _known(self, table: Table) -> Bools:
        found = np.zeros(len(table), dtype=np.bool_)
        for one in self.inputs:
            if one.holds is Holds.NUMBER:
                found |= ~np.isnan(table.numbers(one.name))
            else:
                found |= table.labels(one.name).codes != NO_LABEL
        return found

    def contributions(self, table: Table) -> Contributions:
        """What each input adds to a prediction, before calibration."""
        return self.parameters.contributions(table)

    def text(self) -> str:
        """The canonical JSON: the same model always gives the same text. Its first levels stand on lines of their own."""
        plain = {
            "form": FORM,
            "name": self.name,
            "kind": str(self.kind),
            "outcome": self.outcome,
            "adverse": self.adverse,
            "horizon": self.horizon,
            "gap": self.gap,
            "inputs": [
                {"name": one.name, "holds": str(one.holds), "direction": one.direction} for one in self.inputs
            ],
            "parameters": self.parameters.plain(),
            "calibration": calibration.plain(self.calibration),
            "training": self._training(),
            "notes": list(self.notes),
        }
        return _lines(plain, 2) + "\n"

    def _training(self) -> dict[str, Any]:
        """What it has learnt from, as JSON's own types; of purchases only a model of purchases speaks."""
        told = {name: getattr(self.training, name) for name in Training.__dataclass_fields__}
        told["libraries"] = dict(self.training.libraries)
        if self.kind is not Kind.PURCHASES:
            del told["purchases"]
        return told


def _lines(value: Any, deep: int) -> str:
    """JSON with the entries of the first levels on lines of their own, so that a change shows where it is."""
    if deep and isinstance(value, Mapping) and value:
        inner = ",\n".join(
            f"{json.dumps(key)}: {_lines(one, deep - 1)}" for key, one in sorted(value.items())
        )
        return f"{{\n{inner}\n}}"
    if deep == 1 and isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "[\n" + ",\n".join(_lines(one, 0) for one in value) + "\n]"
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=32)
def load(text: str) -> FittedModel:
    """The model that `FittedModel.text` wrote.

    Nothing of the text is run; what is damaged, of another form or unknown is refused.

    Raises:
        UserError: the text is no fitted model that this version can read.
    """
    try:
        plain = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Damaged(f"it is no JSON ({error})") from error
    reading = Reading(plain)
    form = reading.text("form")
    agree(form == FORM, f"it is of the form {form!r}, and this version reads {FORM!r}")
    kind = reading.choice("kind", Kind)
    inner = reading.inner("parameters")
    parameters = READERS[kind](inner)
    inner.done()
    model = FittedModel(
        name=reading.text("name"),
        kind=kind,
        outcome=reading.text("outcome"),
        adverse=reading.flag("adverse"),
        horizon=reading.text("horizon"),
        gap=reading.text("gap"),
        inputs=tuple(map(_input, reading.each("inputs"))),
        parameters=parameters,
        calibration=calibration.read(reading.inner("calibration")),
        training=_training(reading.inner("training"), kind),
        notes=reading.texts("notes"),
    )
    reading.done()
    return model


def _input(reading: Reading) -> Input:
    made = Input(
        reading.text("name"), reading.choice("holds", Holds), reading.perhaps("direction", Direction)
    )
    reading.done()
    return made


def _training(reading: Reading, kind: Kind) -> Training:
    made = Training(
        first=reading.text("first"),
        last=reading.text("last"),
        through=reading.text("through"),
        rows=reading.whole("rows"),
        accounts=reading.whole("accounts"),
        outcomes=reading.whole("outcomes"),
        fingerprint=reading.text("fingerprint"),
        calibrated_first=reading.text("calibrated_first"),
        calibrated_last=reading.text("calibrated_last"),
        calibrated_rows=reading.whole("calibrated_rows"),
        calibrated_outcomes=reading.whole("calibrated_outcomes"),
        libraries=reading.by_name("libraries"),
        purchases=reading.whole("purchases") if kind is Kind.PURCHASES else 0,
    )
    reading.done()
    return made
