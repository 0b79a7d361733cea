"""The shape of a predictive model, one per file under models/."""

from keepwell.models.definition import Calibrate, Kind
from keepwell.project.declared.names import IDENTIFIER, PLAIN
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.number import Number
from keepwell.project.shape.scalar import Choice, Flag, Text

ALL_MEASURED = "all measured"
"""Stands for every signal that a model can read."""

INPUT = Text(
    f"a signal, an account.attribute, or {ALL_MEASURED}",
    rf"^({ALL_MEASURED}|(account\.)?[a-z][a-z0-9_]*)$",
    "active_days",
)
NAMED = Text("a signal or an account.attribute", r"^(account\.)?[a-z][a-z0-9_]*$", "active_days")

KINDS = {
    "logit": "logistic",
    "logistic_regression": "logistic",
    "ebm": "boosting",
    "explainable_boosting": "boosting",
    "lightgbm": "trees",
    "gbm": "trees",
    "xgboost": "trees",
    "cox": "survival",
    "time_to_churn": "survival",
    "bgnbd": "purchases",
    "bg_nbd": "purchases",
    "clv": "purchases",
}

MODEL = Record(
    "a model",
    {
        "model": Key(IDENTIFIER, "the model's name, by which a scorecard measures it and `risk:` names it", required=True),
        "kind": Key(
            Choice(tuple(str(kind) for kind in Kind), KINDS),
            "logistic (a weighted sum), boosting (a curve per input), trees (LightGBM), survival (time until the outcome), or "
            "purchases (to come, of customers without a contract)",
            required=True,
        ),
        "outcome": Key(IDENTIFIER, "the outcome that it predicts, of outcomes.yml", required=True),
        "inputs": Key(
            Each(INPUT, single=True),
            f"what it reads: signals and account.attributes, or `{ALL_MEASURED}` for every signal; purchases reads the orders themselves",
        ),
        "exclude": Key(Each(NAMED, single=True), f"which signals to leave out of `{ALL_MEASURED}`"),
        "options": Key(Named(Number(), IDENTIFIER, "option"), "numbers that only its kind knows; see the table of options"),
        "calibrate": Key(
            Choice(tuple(str(how) for how in Calibrate), {"platt": "sigmoid", "logistic": "sigmoid", "false": "none", "no": "none"}),
            "how a later slice of time turns what it says into probabilities: sigmoid (if not said), isotonic (for many outcomes), or none",
        ),
        "monotone": Key(Flag(), "whether declared directions hold whatever the data says; false if not said"),
        "label": Key(PLAIN, "what people call it, such as Chance of churn"),
    },
    about="A predictive model beside the scorecards",
    synonyms={
        "name": "model", "type": "kind", "algorithm": "kind", "target": "outcome", "predicts": "outcome", "features": "inputs",
        "signals": "inputs", "measures": "inputs", "without": "exclude", "except": "exclude", "parameters": "options", "settings": "options",
        "calibration": "calibrate", "title": "label",
    },
)  # fmt: skip
"""models/*.yml."""
