"""The shape of a scorecard, one per file under scorecards/."""

from dataclasses import dataclass

from keepwell.project.declared.names import IDENTIFIER, LABEL, PLAIN
from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, Broken
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Either
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number, Share, percentage
from keepwell.project.shape.scalar import Choice, Flag, Text
from keepwell.scoring.scorecard import Missing, Peers, Reference, RollUp

CONDITION = Formula("a condition over signals and account.attributes", example="payment_failures >= 1")
POINTS = Number(low=0, high=100)
WEIGHT = Number(above=0)


@dataclass(frozen=True)
class Knot(Text):
    """A value of a scale: a number, or a percentage such as -60%."""

    about: str = "a number or a percentage such as -60%"
    pattern: str | None = r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*%?\s*$"
    example: str = "-60%"


@dataclass(frozen=True)
class Gain(Number):
    """Points to add or take: `+10`, `-5`."""

    low: float | None = -100
    high: float | None = 100

    def read(self, node: Node, report: Report) -> float | Broken:
        """The points."""
        value = super().read(node, report)
        if value == 0 and isinstance(node, Scalar):
            report.add(
                node.place, "a rule of no points does nothing", "type, for example, +10, or remove the rule"
            )
            return BROKEN
        return value


PERCENTILE = Record(
    "a scale",
    {
        "percentile_within": Key(
            Choice(
                tuple(str(peers) for peers in Peers), {"segments": "segment", "stages": "stage", "any": "all"}
            ),
            "among whom the percentile is taken",
            required=True,
        )
    },
)
KNOTS = Named(POINTS, Knot(), "value of the signal")


class Scaling(Either):
    """Either knots or a percentile, told apart by the key."""

    def read(self, node: Node, report: Report) -> object:
        """The knots' entries, or the percentile's fields."""
        words = [pair.key for pair in getattr(node, "pairs", ()) if percentage(pair.key) is None]
        return (PERCENTILE if words else KNOTS).read(node, report)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "a mapping such as {0: 0, 20: 100} or {percentile_within: segment}"


ROLL_UPS = {
    "worst": RollUp.WORST,
    "mean": RollUp.MEAN,
    "weighted by value": RollUp.VALUE,
    "value": RollUp.VALUE,
}
"""How a parent's score combines with its children's, as people write it."""

MEASURE = Record(
    "a measure",
    {
        "weight": Key(WEIGHT, "how much it counts within its dimension", required=True),
        "scale": Key(
            Scaling((KNOTS, PERCENTILE)),
            "the signal's values and the points, 0 to 100, they are worth: {0: 0, 20: 100}; or {percentile_within: segment}",
            required=True,
        ),
        "advice": Key(PLAIN, "what to do when this is the reason"),
        "actionable": Key(
            Flag(),
            "whether somebody can move it, so that it may be named among what would turn an account green; "
            "if not said, all but markets (the table context) and the account's age",
        ),
    },
    synonyms={
        "weights": "weight",
        "scaling": "scale",
        "points": "scale",
        "action": "advice",
        "recommendation": "advice",
    },
)
DIMENSION = Record(
    "a dimension",
    {
        "weight": Key(WEIGHT, "how much it counts in the score", required=True),
        "measures": Key(Named(MEASURE, IDENTIFIER, "signal"), "its measures, by signal", required=True),
    },
    synonyms={"measure": "measures", "signals": "measures"},
)
_RULE = {
    "when": Key(CONDITION, "the condition, over signals and account.attributes", required=True),
    "because": Key(PLAIN, "the reason in words, as people will read it"),
    "advice": Key(PLAIN, "what to do when this is the reason"),
}
_RULE_SYNONYMS = {
    "if": "when",
    "condition": "when",
    "reason": "because",
    "max": "at_most",
    "limit": "at_most",
}
CAP = Record(
    "a cap", {**_RULE, "at_most": Key(POINTS, "the most the score can be", required=True)}, "", _RULE_SYNONYMS
)
RULE = Record(
    "a rule", {**_RULE, "points": Key(Gain(), "the points to add or take", required=True)}, "", _RULE_SYNONYMS
)


DAY = Text("a day", r"^\d{4}-\d{2}-\d{2}$", "2025-06-30")
FITTED = Record(
    "fitted",
    {
        "outcome": Key(LABEL, "the outcome that it was fitted to", required=True),
        "from": Key(DAY, "the first instant that was learned from", required=True),
        "to": Key(DAY, "the day up to which outcomes were used", required=True),
        "on": Key(DAY, "the day of the fit", required=True),
    },
)
"""What `keepwell fit` writes beside what it has fitted."""

MATCH = Each(LABEL, single=True)
SCORECARD = Record(
    "a scorecard",
    {
        "scorecard": Key(LABEL, "the scorecard's name", required=True),
        "purpose": Key(LABEL, "what it scores: health (if not said), expansion, advocacy, ..."),
        "order": Key(Number(whole=True), "which scorecard of a purpose is tried first, the least; 50 if not said"),
        "for": Key(
            Record(
                "for",
                {
                    "segment": Key(MATCH, "a segment, a list of them, or any"),
                    "stage": Key(MATCH, "a stage, a list of them, or any"),
                },
                synonyms={"segments": "segment", "stages": "stage"},
            ),
            "which accounts it scores; every account if not said",
        ),
        "dimensions": Key(Named(DIMENSION, IDENTIFIER, "dimension"), "named groups of measures"),
        "caps": Key(Named(CAP, IDENTIFIER, "cap", empty=True), "hard facts that limit the score"),
        "base": Key(POINTS, "where a scorecard without measures starts; 50 if not said"),
        "points": Key(Named(RULE, IDENTIFIER, "rule", empty=True), "rules that add or take points"),
        "reference": Key(
            Choice(tuple(str(reference) for reference in Reference), {"full": "100", "mean": "segment_mean"}),
            "what contributions are measured from: full marks (100), or segment_mean",
        ),
        "bands": Key(
            Record(
                "bands",
                {
                    "green": Key(POINTS, "green from this score up; 70 if not said"),
                    "yellow": Key(POINTS, "yellow from this score up; 40 if not said"),
                    "hysteresis": Key(Number(low=0, high=50), "how many points more a way up needs; 3 if not said"),
                },
                synonyms={"amber": "yellow", "orange": "yellow", "margin": "hysteresis"},
            ),
            "from which score the account is green, and yellow",
        ),
        "missing": Key(
            Choice(tuple(str(missing) for missing in Missing), {"zero": "worst", "ignore": "redistribute", "skip": "redistribute",
                                                               "unknown": "redistribute", "average": "neutral"}),
            "what an unknown measure does: redistribute its weight, count as neutral (50), or worst (0)",
        ),
        "min_coverage": Key(Share(), "the share of weight that must be known for a band; 60% if not said"),
        "roll_up": Key(
            Choice(tuple(ROLL_UPS), {"min": "worst", "average": "mean", "avg": "mean", "weighted": "weighted by value"}),
            "how a parent account's score combines with its children's: worst, mean, or weighted by value (value, for short)",
        ),
        "fitted": Key(
            FITTED, "written by `keepwell fit`: which outcomes the weights, scales or bands come from; evidence from that time is no proof"
        ),
    },
    about="How accounts are scored for one purpose",
    synonyms={
        "name": "scorecard", "card": "scorecard", "rules": "points", "limits": "caps", "cap": "caps", "dimension": "dimensions",
        "coverage": "min_coverage", "rollup": "roll_up", "priority": "order", "start": "base", "thresholds": "bands",
        "measures": "dimensions", "segment": "for", "stage": "for",
    },
)  # fmt: skip
"""scorecards/*.yml."""
