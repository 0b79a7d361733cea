"""Gradient-boosted trees, fitted by LightGBM and kept as its own text; we read the trees ourselves."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from keepwell.models.contributions import Contributions, Scale
from keepwell.models.definition import Holds, Input, ModelDefinition
from keepwell.models.design import sign
from keepwell.models.extra import needed
from keepwell.models.forest import Forest, parse
from keepwell.models.plain import Reading, agree
from keepwell.models.table import NO_LABEL, Table
from keepwell.scoring.observed import Bools, Floats

LIBRARIES = ("lightgbm",)
SEED = 20_250_630


@dataclass(frozen=True, slots=True)
class Seen:
    """An input with the labels that were seen of it, in the order of their codes (none for numbers)."""

    input: str
    holds: Holds
    levels: tuple[str, ...] = ()

    def of(self, table: Table) -> Floats:
        """The column as the trees read it; labels never seen are unknown."""
        if self.holds is Holds.NUMBER:
            return table.numbers(self.input)
        codes = table.labels(self.input).among(self.levels, NO_LABEL)
        return np.where(codes == NO_LABEL, np.nan, codes.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Trees:
    """Fitted log-odds of the outcome; `text` is LightGBM's own form of the trees."""

    inputs: tuple[Seen, ...]
    text: str

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome before calibration."""
        return _forest(self.text, len(self.inputs)).of(matrix(self.inputs, table))

    def contributions(self, table: Table) -> Contributions:
        """What each input adds to the mean log-odds: its Shapley value along the trees (Lundberg's TreeSHAP); exact.

        Raises:
            UserError: lightgbm is not installed: it works them out.
        """
        found = _booster(self.text).predict(matrix(self.inputs, table), pred_contrib=True, num_threads=1)
        parts = np.asarray(found, dtype=np.float64).reshape(len(table), len(self.inputs) + 1)
        base = float(parts[0, -1]) if len(parts) else 0.0
        by_input = {one.input: parts[:, place] for place, one in enumerate(self.inputs)}
        return Contributions(Scale.LOG_ODDS, base, by_input)

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        inputs = [{"input": s.input, "holds": str(s.holds), "levels": list(s.levels)} for s in self.inputs]
        return {"inputs": inputs, "text": self.text, "digest": digest(self.text)}

    @classmethod
    def read(cls, reading: Reading) -> "Trees":
        """What `plain` wrote. A text that is not as it was written is refused: LightGBM would not survive it."""
        seen = []
        for one in reading.each("inputs"):
            seen.append(Seen(one.text("input"), one.choice("holds", Holds), one.texts("levels")))
            one.done()
        text = reading.text("text")
        agree(reading.text("digest") == digest(text), f"{reading.at('text')} has been changed")
        _forest(text, len(seen))
        return cls(tuple(seen), text)


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def _forest(text: str, inputs: int) -> Forest:
    """The trees, read once: a grid of days asks for them day by day."""
    return parse(text, inputs)


@lru_cache(maxsize=8)
def _booster(text: str) -> Any:
    return needed("lightgbm", "explaining a model of trees").Booster(model_str=text)


def matrix(inputs: Sequence[Seen], table: Table) -> Floats:
    """The rows as the trees read them."""
    return np.stack([one.of(table) for one in inputs], axis=1)


def fit(definition: ModelDefinition, table: Table, happened: Bools, adverse: bool) -> Trees:
    """The trees that LightGBM grows, in one thread and with a fixed seed, so that the same rows give the same trees.

    Rows count alike: nothing is resampled or reweighted.

    Raises:
        UserError: lightgbm is not installed.
    """
    lightgbm = needed("lightgbm", "fitting a model of trees")
    seen = [_seen(table, one) for one in definition.inputs]
    labels = [place for place, one in enumerate(seen) if one.holds is Holds.LABEL]
    data = lightgbm.Dataset(
        matrix(seen, table),
        label=happened.astype(np.float64),
        feature_name=[f"input_{place}" for place in range(len(seen))],
        categorical_feature=labels,
        free_raw_data=True,
    )
    settings: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": definition.option("learning_rate"),
        "num_leaves": int(definition.option("leaves")),
        "min_data_in_leaf": int(definition.option("least_rows")),
        "feature_fraction": 0.6,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "min_data_per_group": int(definition.option("least_rows")),
        "cat_smooth": 20.0,
        "seed": SEED,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    signs = [sign(one.direction, adverse) if one.holds is Holds.NUMBER else 0 for one in definition.inputs]
    if definition.monotone and any(signs):
        settings["monotone_constraints"] = signs
    grown = lightgbm.train(settings, data, num_boost_round=int(definition.option("trees")))
    return Trees(tuple(seen), grown.model_to_string())


def _seen(table: Table, one: Input) -> Seen:
    if one.holds is Holds.NUMBER:
        return Seen(one.name, one.holds)
    labels = table.labels(one.name)
    used = sorted({labels.names[code] for code in labels.codes.tolist() if code != NO_LABEL})
    return Seen(one.name, one.holds, tuple(used))
