"""The shape of outcomes.yml."""

from keepwell.project.declared.names import COLUMN, IDENTIFIER, LABEL, PLAIN
from keepwell.project.declared.scorecards import MATCH
from keepwell.project.declared.signals import ROW_VALUE, WHERE
from keepwell.project.document import Node, Pairs
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, Broken
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Forms
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number, Share
from keepwell.project.shape.scalar import Choice, Length, Text
from keepwell.proof.outcome import Cause, Counts, Kind
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span

DAY = Text("a day", r"^\d{4}-\d{2}-\d{2}$", "2025-06-30")
TABLE = Choice(tuple(TABLES))
_FROM = {"table": "from", "source": "from", "filter": "where"}
_WHERE = Key(WHERE, "which facts count: column → value, list or bounds; or an expression over the columns")


class ActionGap(Length):
    """The time that acting takes; a gap in cover is another thing, which people call so too."""

    def read(self, node: Node, report: Report) -> Span | Broken:
        """The span."""
        if isinstance(node, Pairs):
            report.add(
                node.place,
                "`gap` is the time that acting on a score takes, such as 7 days",
                "for an end of all subscriptions type `lapse:` in place of `gap:`",
            )
            return BROKEN
        return super().read(node, report)


EVENT = Record(
    "an event",
    {
        "from": Key(TABLE, "the canonical table whose facts it is", required=True),
        "at": Key(COLUMN, "the instant column that says when it happened; when the fact occurred, if not said"),
        "where": _WHERE,
        "amount": Key(ROW_VALUE, "what it was worth: a column, or an expression over the table's columns"),
        "voluntary": Key(
            Formula("a condition over the table's columns", example="end_reason != 'payment failed'"),
            "what tells an end that the customer decided (true) from a failed payment (false); of `outcomes` its column voluntary, if not said",
        ),
    },
    synonyms={**_FROM, "date": "at", "when": "at", "on": "at", "value": "amount", "cause": "voluntary"},
)  # fmt: skip
LAPSE = Record(
    "a lapse",
    {
        "from": Key(TABLE, "the table of subscriptions, whose rows begin and end", required=True),
        "grace": Key(Length(positive=False), "within what time after an end a new beginning closes the gap; 0 days if not said"),
        "where": _WHERE,
    },
    synonyms={**_FROM, "within": "grace", "gap": "grace"},
)  # fmt: skip
INACTIVE = Record(
    "inactivity",
    {
        "from": Key(TABLE, "the table in which nothing comes any more", required=True),
        "for": Key(Length(), "how long nothing has come; it happens when that time is over", required=True),
        "where": _WHERE,
    },
    synonyms={**_FROM, "after": "for", "days": "for", "longer_than": "for"},
)
RENEWAL = Record(
    "a renewal",
    {
        "from": Key(TABLE, "the table of subscriptions, whose `renews_at` says when each falls due", required=True),
        "grace": Key(Length(positive=False), "by how much more than that the cover must go on beyond the due date; 0 days if not said"),
        "where": _WHERE,
    },
    synonyms={**_FROM, "within": "grace"},
)  # fmt: skip
MOVED = Record(
    "a move",
    {
        "from": Key(TABLE, "the table whose open facts are added up", required=True),
        "column": Key(COLUMN, "the column that is added up per account: amount, seats", required=True),
        "up": Key(Share(), "by which share of what it was before it rises, or more: 10%"),
        "down": Key(Share(), "by which share it falls, or more: 10%"),
        "grace": Key(Length(positive=False), "a time without any open fact that is passed over, between an old contract and a new one"),
        "where": _WHERE,
    },
    synonyms={**_FROM, "by": "up", "rises": "up", "falls": "down", "of": "column", "sum": "column"},
)  # fmt: skip

AT_RISK = Record(
    "the population at risk",
    {
        "where": Key(
            Formula("a condition over signals and account.attributes", example="contracts >= 1"),
            "the condition, over signals and account.attributes, as of the day that is judged",
        ),
        "renewal_within": Key(Length(), "only accounts of which a subscription falls due within this time"),
        "segment": Key(MATCH, "a segment, a list of them, or any"),
        "stage": Key(MATCH, "a stage, a list of them, or any"),
    },
    synonyms={"when": "where", "if": "where", "segments": "segment", "stages": "stage", "renews_within": "renewal_within",
              "for": "segment"},
)  # fmt: skip

OUTCOME = Forms(
    "an outcome",
    {
        "kind": Key(
            Choice(
                tuple(str(kind) for kind in Kind),
                {
                    "churn": "churned", "cancelled": "churned", "lost": "churned", "renewal": "renewed", "expansion": "expanded",
                    "upsell": "expanded", "upgrade": "expanded", "upgraded": "expanded", "contraction": "contracted",
                    "downgrade": "contracted", "downgraded": "contracted", "reorder": "reordered", "purchase": "reordered",
                    "referral": "referred",
                },
            ),
            "what happens: churned and contracted are losses, the others gains",
            required=True,
        ),
        "label": Key(PLAIN, "what people call it"),
        "purpose": Key(LABEL, "the purpose of the scores that it judges; by the kind, if not said: health, expansion or advocacy"),
        "horizon": Key(Length(), "how far ahead it is looked for: it counts if it happens from the day (and the gap) on within this time"),
        "gap": Key(ActionGap(positive=False), "how long acting on a score takes: what happens sooner is left out; 0 days if not said"),
        "at_risk": Key(AT_RISK, "among whom it is looked for; every active account if not said"),
        "counts": Key(
            Choice(tuple(str(counts) for counts in Counts), {"accounts": "logos", "customers": "logos", "money": "revenue", "mrr": "revenue"}),
            "what is counted: accounts (logos, if not said) or the money they bring (revenue)",
        ),
        "cause": Key(
            Choice(
                tuple(str(cause) for cause in Cause),
                {"involuntary": "payment_failure", "payment": "payment_failure", "payment_failed": "payment_failure", "decided": "voluntary"},
            ),
            "which ends count: those the customer decided, or failed payments; both if not said",
        ),
        "until": Key(DAY, "the last day of which the data is complete; if not said, the last one with any fact"),
    },
    {
        "event": {"event": Key(EVENT, "a fact with a date: an account's end, a row of `outcomes`, an order")},
        "lapse": {"lapse": Key(LAPSE, "the account's subscriptions end and are not taken up again in time")},
        "inactive": {"inactive": Key(INACTIVE, "nothing comes for a time: for shops, where nobody cancels")},
        "renewal": {"renewal": Key(RENEWAL, "a subscription falls due and the account stays")},
        "moved": {"moved": Key(MOVED, "what an account pays, or its seats, rises or falls")},
        "snapshot": {
            "snapshot": Key(
                Formula("a condition over account.attributes", example="account.churned == 'Yes'"),
                "data without dates: a condition over account.attributes; nothing can then be judged point in time",
            )
        },
    },
    synonyms={
        "type": "kind", "name": "label", "title": "label", "within": "horizon", "window": "horizon", "population": "at_risk",
        "for": "at_risk", "complete_until": "until", "through": "until", "flag": "snapshot", "from": "event", "inactivity": "inactive",
        "dormant": "inactive", "no_renewal": "lapse", "subscription_gap": "lapse", "change": "moved", "delay": "gap", "action_gap": "gap",
        "count": "counts", "reason": "cause",
    },
)  # fmt: skip

REACH = Record(
    "facts that are outreach",
    {
        "from": Key(TABLE, "the canonical table whose facts they are: interactions, messages", required=True),
        "where": _WHERE,
    },
    synonyms=_FROM,
)
OUTREACH = Record(
    "outreach",
    {
        "facts": Key(
            Each(REACH, single=True), "which facts mean that an account was reached; of messages those that were sent", required=True
        ),
        "within": Key(Length(), "how long before the day of a score they count; 28 days if not said"),
    },
    synonyms={"any": "facts", "of": "facts", "from": "facts", "window": "within", "days": "within"},
)  # fmt: skip

OUTCOMES = Record(
    "outcomes.yml",
    {
        "outcomes": Key(
            Named(OUTCOME, IDENTIFIER, "outcome", empty=True), "every outcome by its name", required=True
        ),
        "by": Key(
            Each(COLUMN, single=True),
            "attributes of accounts by which evidence is split, and looked through for bias: region, size",
        ),
        "capacity": Key(
            Number(low=1, whole=True), "how many accounts the team can look after at a time"
        ),
        "outreach": Key(
            OUTREACH,
            "what counts as outreach, so that accounts that were reached are judged apart; if not said, interactions, and messages that "
            "their category or campaign tells from those to everybody",
        ),
    },
    about="What really happened, by which scores are judged",
    synonyms={"outcome": "outcomes", "split_by": "by", "groups": "by", "attributes": "by", "team_capacity": "capacity", "contacted": "outreach",
              "reached": "outreach", "treated": "outreach"},
)  # fmt: skip
"""outcomes.yml."""
