"""The shape of signals.yml."""

from keepwell.project.declared.names import COLUMN, IDENTIFIER, PLAIN
from keepwell.project.document import Items, Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import Broken, JsonSchema, Shape
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Either, Forms
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number
from keepwell.project.shape.scalar import Choice, Flag, Length
from keepwell.signals.definition import Direction, How, State
from keepwell.signals.tables import TABLES

HOW = tuple(str(how) for how in How)

_HOW_SYNONYMS = {
    "avg": "mean", "average": "mean", "total": "sum", "unique": "distinct", "nunique": "distinct", "count_distinct": "distinct",
    "distinct_count": "distinct", "slope": "trend", "days_since": "days_since_last", "recency": "days_since_last",
    "latest": "last", "newest": "last", "maximum": "max", "minimum": "min", "days_to": "days_until", "frequency": "rate",
    "length": "duration", "number": "count", "size": "count", "is_open": "open",
}  # fmt: skip


class Plain(Shape):
    """A number, text or truth value to compare a column with; the node is kept, since the column says how to read it."""

    def read(self, node: Node, report: Report) -> Scalar | Broken:
        """The scalar."""
        return node if isinstance(node, Scalar) else self.refuse(node, report)

    def schema(self) -> JsonSchema:
        """Any single value."""
        return {"type": ["string", "number", "boolean", "null"]}

    def accepts(self, node: Node) -> bool:
        """Scalars."""
        return isinstance(node, Scalar)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "a single value"


class PlainOrMany(Each):
    """One such value or a list of them; an empty one asks for what is unknown."""

    def accepts(self, node: Node) -> bool:
        """Scalars and lists."""
        return isinstance(node, Scalar | Items)


PLAIN_VALUE = Plain()
BOUNDS = Record(
    "a condition",
    {
        "at_least": Key(PLAIN_VALUE, "the least value that counts"),
        "above": Key(PLAIN_VALUE, "what the value must exceed"),
        "at_most": Key(PLAIN_VALUE, "the greatest value that counts"),
        "below": Key(PLAIN_VALUE, "what the value must stay under"),
        "not": Key(Each(PLAIN_VALUE, single=True), "the value, or values, that do not count"),
        "known": Key(Flag(), "whether the value must be known (true) or unknown (false)"),
    },
    synonyms={
        "min": "at_least", "gte": "at_least", "ge": "at_least", "from": "at_least", "gt": "above", "more_than": "above",
        "max": "at_most", "lte": "at_most", "le": "at_most", "lt": "below", "less_than": "below", "under": "below",
        "ne": "not", "is_not": "not", "exists": "known",
    },
)  # fmt: skip


class ColumnTest(Either):
    """What a column must be: a value, one of several, or bounds. An empty value means: is unknown."""

    def read(self, node: Node, report: Report) -> object:
        """The scalar nodes, or the fields of the bounds."""
        for option in self.options:
            if option.accepts(node):
                return option.read(node, report)
        return self.refuse(node, report)


WHERE = Either(
    (
        Formula("an expression over the table's columns", example="name == 'login' and quantity > 0"),
        Named(ColumnTest((BOUNDS, PlainOrMany(PLAIN_VALUE, single=True))), COLUMN, "column"),
    )
)
WINDOW = Either(
    (
        Length(),
        Record(
            "a window",
            {
                "from": Key(Length("ago"), "where it begins, such as 35 days ago", required=True),
                "to": Key(
                    Length("ago", positive=False), "where it ends, such as 7 days ago; now if not said"
                ),
            },
            synonyms={"start": "from", "since": "from", "end": "to", "until": "to"},
        ),
    )
)
ROW_VALUE = Formula("a column or an expression over the table's columns", example="amount")


class MissingValue(Shape):
    """`zero`, `unknown`, or a number."""

    _words = Choice(("zero", "unknown"), {"null": "unknown", "none": "unknown", "nothing": "zero"})
    _number = Number()

    def read(self, node: Node, report: Report) -> object:
        """The word or the number."""
        number = (
            isinstance(node, Scalar)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        )
        return self._number.read(node, report) if number else self._words.read(node, report)

    def schema(self) -> JsonSchema:
        """One of two words, or a number."""
        return {"anyOf": [self._words.schema(), self._number.schema()]}

    def accepts(self, node: Node) -> bool:
        """Scalars."""
        return isinstance(node, Scalar)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "zero, unknown or a number"


MEANING = {
    "label": Key(PLAIN, "what people call it"),
    "about": Key(PLAIN, "what it tells, in a sentence"),
    "unit": Key(PLAIN, "what it is counted in: days, hours, percent, EUR, tickets, ..."),
    "direction": Key(
        Choice(
            tuple(str(direction) for direction in Direction),
            {
                "higher": "higher_is_better", "up": "higher_is_better", "positive": "higher_is_better",
                "lower": "lower_is_better", "down": "lower_is_better", "negative": "lower_is_better",
            },
        ),
        "whether more of it is good or bad for the customer's health",
    ),
    "missing": Key(
        MissingValue(),
        "what it is when no fact is there: zero (nothing is a fact here), unknown (the usual), or a number",
    ),
}  # fmt: skip


SIGNAL = Forms(
    "a signal",
    MEANING,
    {
        "from": {
            "from": Key(Choice(tuple(TABLES)), "the canonical table it is measured in"),
            "where": Key(WHERE, "which facts count: column → value, list or bounds; or an expression over the columns"),
            "aggregate": Key(Choice(HOW, _HOW_SYNONYMS), "how an account's facts become one value", required=True),
            "column": Key(ROW_VALUE, "what is aggregated: a column, or an expression over the table's columns"),
            "window": Key(WINDOW, "how far back facts count: 28 days, or {from: 35 days ago, to: 7 days ago}"),
            "at": Key(COLUMN, "the instant that must lie in the window; when the fact occurred, if not said"),
            "state": Key(Choice(tuple(str(state) for state in State)), "only facts open as of the day, or ended by then"),
            "per": Key(Length(), "the period of a rate, or of a trend's steps"),
        },
        "change": {
            "change": Key(
                Record(
                    "change",
                    {
                        "of": Key(IDENTIFIER, "the signal now", required=True),
                        "against": Key(IDENTIFIER, "the signal it is compared with", required=True),
                    },
                ),
                "how one signal stands against another: (of - against) / against",
            ),
        },
        "ratio": {
            "ratio": Key(
                Record(
                    "ratio",
                    {
                        "of": Key(IDENTIFIER, "the signal above the line", required=True),
                        "to": Key(IDENTIFIER, "the signal below the line", required=True),
                    },
                    synonyms={"by": "to", "over": "to", "numerator": "of", "denominator": "to"},
                ),
                "one signal divided by another: of / to",
            ),
        },
        "expression": {
            "expression": Key(
                Formula("an expression over signals and account.attributes", example="open_tickets / max(seats_used, 1)"),
                "an expression over other signals and account.attributes",
            ),
        },
    },
    synonyms={
        "table": "from", "source": "from", "filter": "where", "agg": "aggregate", "aggregation": "aggregate", "how": "aggregate",
        "function": "aggregate", "field": "column", "of": "column", "period": "window", "over": "window", "days": "window",
        "description": "about", "name": "label", "title": "label", "default": "missing", "fill": "missing", "formula": "expression",
        "better": "direction", "every": "per", "by": "per",
    },
)  # fmt: skip

SIGNALS = Record(
    "signals.yml",
    {
        "signals": Key(
            Named(SIGNAL, IDENTIFIER, "signal", empty=True), "every signal by its name", required=True
        )
    },
    about="What is measured of each account",
)
"""signals.yml."""
