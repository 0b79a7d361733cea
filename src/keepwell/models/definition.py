"""What a predictive model is, as data: what it predicts, from which inputs, and how it is fitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from keepwell.signals.definition import ACCOUNT, Direction


class Kind(StrEnum):
    """How a model comes to its probability."""

    LOGISTIC = "logistic"  # log-odds as a weighted sum
    BOOSTING = "boosting"  # log-odds as a sum of one curve per input, and of a few pairs of them
    TREES = "trees"  # gradient-boosted trees (LightGBM)
    SURVIVAL = "survival"  # time until the outcome (Cox, proportional hazards)
    PURCHASES = "purchases"  # purchases to come of customers without a contract (BG/NBD, Gamma-Gamma)


class Calibrate(StrEnum):
    """How the model's own probability is turned into one that comes true as often as it says."""

    SIGMOID = "sigmoid"  # two numbers: Platt's
    ISOTONIC = "isotonic"  # any rising curve: for many outcomes
    NONE = "none"


class Holds(StrEnum):
    """What an input holds."""

    NUMBER = "number"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a model reads: a signal, or an account's attribute as `account.NAME`.

    `direction` says whether more of it is good for the customer's health, as far as the team has said so.
    """

    name: str
    holds: Holds = Holds.NUMBER
    direction: Direction | None = None

    @property
    def attribute(self) -> str | None:
        """The column of accounts that it is; `None` if it is a signal."""
        return self.name.removeprefix(ACCOUNT) if self.name.startswith(ACCOUNT) else None


@dataclass(frozen=True, slots=True)
class ModelDefinition:
    """A model that can be fitted.

    `outcome` names the outcome it predicts. `options` are numbers that only its kind knows (see `OPTIONS`). With `monotone` more
    of an input with a direction can only move the prediction that way, whatever the data says; what the data would have said
    otherwise is told.
    """

    name: str
    kind: Kind
    outcome: str
    inputs: tuple[Input, ...]
    calibrate: Calibrate = Calibrate.SIGMOID
    options: Mapping[str, float] = field(default_factory=dict)
    monotone: bool = False
    label: str = ""

    @property
    def title(self) -> str:
        """The label, or the name in words."""
        return self.label or self.name.replace("_", " ").capitalize()

    def option(self, name: str) -> float:
        """An option's value: as said, or as it is if not said."""
        return self.options.get(name, OPTIONS[self.kind][name].usual)


@dataclass(frozen=True, slots=True)
class Option:
    """What an option of a kind of model means, what it is if not said, and between what it may lie."""

    about: str
    usual: float
    low: float
    high: float
    whole: bool = False


OPTIONS: Mapping[Kind, Mapping[str, Option]] = {
    Kind.LOGISTIC: {
        "penalty": Option("how strongly weights are drawn to zero (ridge)", 1.0, 1e-6, 1e6),
    },
    Kind.BOOSTING: {
        "pairs": Option("how many pairs of inputs get a surface of their own", 5, 0, 50, whole=True),
        "bags": Option("how many fits are averaged", 4, 1, 50, whole=True),
        "learning_rate": Option("how much each step learns", 0.02, 1e-4, 1.0),
    },
    Kind.TREES: {
        "trees": Option("how many trees", 200, 1, 5000, whole=True),
        "leaves": Option("the most leaves of a tree", 8, 2, 256, whole=True),
        "learning_rate": Option("how much each tree learns", 0.03, 1e-4, 1.0),
        "least_rows": Option("the fewest rows in a leaf", 40, 1, 100_000, whole=True),
    },
    Kind.SURVIVAL: {
        "penalty": Option("how strongly weights are drawn to zero (ridge)", 0.1, 1e-6, 1e6),
    },
    Kind.PURCHASES: {
        "penalty": Option("how strongly the shapes are drawn to small numbers; 0 is maximum likelihood", 0.0, 0.0, 10.0),
    },
}  # fmt: skip
"""Every option by the kind of model that knows it."""
