"""The canonical tables: what a company's data becomes, whatever it was called before.

Every table but `context` belongs to an account. A fact has two clocks: `occurred_at` (the table's own `occurred`
column) and `known_at`. In an immutable table the first arrival of a key wins; elsewhere a changed row is a new revision.
A column with `visible_from` is unknown as long as the instant in that column is set and still to come: a ticket's
satisfaction is not known before the ticket is closed, however the export looks today.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. `money` is an exact decimal in the project's currency; `contact` refers to a person."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    CONTACT = "contact"


NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    `visible_from` names the instant column that must have come before this one may be read; `low` and `high` are the
    range outside which a value is rejected or warned of, as the source declares; `aliases` are other names by which
    exports call it.
    """

    name: str
    kind: Kind
    about: str
    visible_from: str | None = None
    low: float | None = None
    high: float | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    `key` names the column that identifies a row, `occurred` the one that says when it happened or began, `end` the one
    that says when it was over (`None`: it has no length).
    """

    name: str
    about: str
    key: str
    occurred: str
    columns: tuple[Column, ...]
    end: str | None = None
    immutable: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name, if the table has it."""
        return next((column for column in self.columns if column.name == name), None)


T, N, W, M, B, D, C = (
    Kind.TEXT,
    Kind.NUMBER,
    Kind.INTEGER,
    Kind.MONEY,
    Kind.BOOLEAN,
    Kind.INSTANT,
    Kind.CONTACT,
)

CANONICAL: tuple[Table, ...] = (
    Table(
        "accounts",
        "the customers that are scored",
        key="account_id",
        occurred="began_at",
        end="ended_at",
        columns=(
            Column(
                "began_at",
                D,
                "when the account became a customer",
                aliases=("signup_date", "start_date", "created"),
            ),
            Column("ended_at", D, "when it stopped being one", visible_from="ended_at"),
            Column("end_reason", T, "why it ended", visible_from="ended_at"),
            Column("parent_id", T, "the account it belongs to", aliases=("parent_account",)),
            Column("name", T, "what people call it", aliases=("account_name", "company")),
            Column("owner", T, "the person who looks after it", aliases=("csm", "account_manager")),
            Column("plan", T, "the plan or tier it is on", aliases=("plan_tier", "tier")),
            Column("industry", T, "its line of business"),
            Column("country", T, "its country"),
            Column("region", T, "its region"),
            Column("size", W, "how many people it employs", low=0, aliases=("employees", "headcount")),
            Column("seats", W, "the seats it has bought", low=0, aliases=("licences", "licenses", "users")),
            Column("sector", T, "the sector whose context applies to it"),
            Column("zone", T, "its IANA time zone"),
            Column("currency", T, "the currency it pays in"),
        ),
    ),
    Table(
        "contacts",
        "the people at an account",
        key="contact_id",
        occurred="joined_at",
        end="left_at",
        columns=(
            Column("joined_at", D, "since when the person is known", aliases=("created_at", "start_date")),
            Column("left_at", D, "when the person left", visible_from="left_at"),
            Column("contact", C, "the person"),
            Column("role", T, "champion, sponsor, admin, user, ..."),
            Column("name", T, "the person's name", aliases=("full_name",)),
            Column("email", T, "the person's address"),
            Column("zone", T, "the person's IANA time zone"),
            Column("language", T, "the person's language"),
        ),
    ),
    Table(
        "events",
        "what people did in the product, and what it did to them",
        key="event_id",
        occurred="occurred_at",
        immutable=True,
        columns=(
            Column(
                "occurred_at",
                D,
                "when it happened",
                aliases=("timestamp", "event_time", "time", "ts", "usage_date"),
            ),
            Column(
                "name",
                T,
                "what happened: login, export, error, ...",
                aliases=("event", "event_name", "action"),
            ),
            Column("contact", C, "the person who did it", aliases=("user_id", "contact_id", "user")),
            Column("feature", T, "the feature it belongs to", aliases=("feature_name", "module")),
            Column("channel", T, "where: web, mobile, api, ..."),
            Column(
                "quantity",
                W,
                "how many at once, where the export counts",
                low=0,
                aliases=("usage_count", "n"),
            ),
            Column("value", N, "a number that comes with it, such as a latency in ms"),
            Column("duration", N, "how long it took, in seconds", low=0, aliases=("usage_duration_secs",)),
        ),
    ),
    Table(
        "subscriptions",
        "what an account has contracted, from when to when",
        key="subscription_id",
        occurred="started_at",
        end="ended_at",
        columns=(
            Column("started_at", D, "when it began", aliases=("start_date",)),
            Column(
                "ended_at",
                D,
                "when it actually ended",
                visible_from="ended_at",
                aliases=("end_date", "cancelled_at"),
            ),
            Column("end_reason", T, "why it ended", visible_from="ended_at"),
            Column("renews_at", D, "when it falls due for renewal", aliases=("renewal_date",)),
            Column("plan", T, "the plan", aliases=("plan_tier",)),
            Column("seats", W, "the seats in it", low=0, aliases=("quantity",)),
            Column("amount", M, "its price per month", low=0, aliases=("mrr", "mrr_amount", "price")),
            Column("list_amount", M, "its price per month before discount", low=0),
            Column("discount", N, "the discount as a fraction of the list price", low=0, high=1),
            Column("billing", T, "monthly, quarterly, annual", aliases=("billing_frequency",)),
            Column("auto_renew", B, "whether it renews by itself", aliases=("auto_renew_flag",)),
            Column("change", T, "new, upgrade, downgrade, renewal"),
        ),
    ),
    Table(
        "invoices",
        "what an account was billed, and when it paid",
        key="invoice_id",
        occurred="issued_at",
        end="paid_at",
        columns=(
            Column("issued_at", D, "when it was issued", aliases=("invoice_date", "date")),
            Column("due_at", D, "when it is due", aliases=("due_date",)),
            Column("paid_at", D, "when it was paid", visible_from="paid_at", aliases=("payment_date",)),
            Column(
                "status", T, "open, failed, paid, ...; once paid, known from then", visible_from="paid_at"
            ),
            Column("failed_at", D, "when a payment failed", visible_from="failed_at"),
            Column("amount", M, "the amount billed", low=0, aliases=("total",)),
            Column("discount", N, "the discount as a fraction", low=0, high=1),
        ),
    ),
    Table(
        "orders",
        "what a shop's customer bought",
        key="order_id",
        occurred="ordered_at",
        immutable=True,
        columns=(
            Column("ordered_at", D, "when it was ordered", aliases=("date", "order_date", "purchase_date")),
            Column("amount", M, "what it cost", low=0, aliases=("total", "dollar_value", "revenue")),
            Column("quantity", W, "how many items", low=0, aliases=("number_of_cds", "items")),
            Column("category", T, "what kind of goods"),
            Column("channel", T, "where it was ordered"),
            Column("discount", N, "the discount as a fraction", low=0, high=1),
            Column("contact", C, "the person who ordered"),
        ),
    ),
    Table(
        "offers",
        "discounts and codes an account was given",
        key="offer_id",
        occurred="offered_at",
        end="redeemed_at",
        columns=(
            Column("offered_at", D, "when it was made"),
            Column("redeemed_at", D, "when it was used", visible_from="redeemed_at"),
            Column("expires_at", D, "when it lapses"),
            Column("code", T, "the code"),
            Column("cost", M, "what it costs us when used", low=0),
            Column("contact", C, "the person it was made to"),
        ),
    ),
    Table(
        "tickets",
        "requests for support",
        key="ticket_id",
        occurred="opened_at",
        end="closed_at",
        columns=(
            Column("opened_at", D, "when it was opened", aliases=("submitted_at", "created_at")),
            Column("closed_at", D, "when it was closed", visible_from="closed_at", aliases=("resolved_at",)),
            Column("first_response_at", D, "when it was first answered", visible_from="first_response_at"),
            Column("escalated_at", D, "when it was escalated", visible_from="escalated_at"),
            Column("escalated", B, "whether it was escalated", aliases=("escalation_flag",)),
            Column("reopened", W, "how often it was reopened", low=0, visible_from="closed_at"),
            Column("priority", T, "low, normal, high, urgent"),
            Column("category", T, "what it is about", aliases=("type",)),
            Column("channel", T, "how it came in"),
            Column(
                "satisfaction",
                N,
                "the rating given afterwards",
                visible_from="closed_at",
                aliases=("satisfaction_score",),
            ),
            Column("contact", C, "the person who asked"),
        ),
    ),
    Table(
        "interactions",
        "calls, meetings and reviews with an account",
        key="interaction_id",
        occurred="held_at",
        columns=(
            Column("held_at", D, "when it took place", aliases=("date", "meeting_date")),
            Column("kind", T, "call, meeting, review, training, visit"),
            Column("outcome", T, "what came of it"),
            Column("minutes", N, "how long it took", low=0),
            Column("sentiment", N, "how it felt, -1 to 1", low=-1, high=1),
            Column("author", T, "who reports it"),
            Column("contact", C, "the person at the account"),
        ),
    ),
    Table(
        "surveys",
        "answers to NPS, CSAT and CES surveys",
        key="survey_id",
        occurred="answered_at",
        immutable=True,
        columns=(
            Column(
                "answered_at", D, "when it was answered", aliases=("date", "submitted_at", "responded_at")
            ),
            Column("kind", T, "nps (0-10), csat (1-5) or ces (1-7)"),
            Column("score", N, "the answer", low=0, high=10, aliases=("rating", "answer")),
            Column("contact", C, "the person who answered"),
        ),
    ),
    Table(
        "messages",
        "what we sent, and what became of it: a row per action",
        key="message_id",
        occurred="occurred_at",
        immutable=True,
        columns=(
            Column("occurred_at", D, "when it happened", aliases=("sent_at", "timestamp")),
            Column("action", T, "sent, opened, clicked, replied, bounced, unsubscribed"),
            Column("channel", T, "email, in_app, sms, ..."),
            Column("category", T, "what kind of message"),
            Column("campaign", T, "what it belonged to"),
            Column("contact", C, "the person it went to"),
        ),
    ),
    Table(
        "milestones",
        "goals, onboarding steps and projects",
        key="milestone_id",
        occurred="started_at",
        end="reached_at",
        columns=(
            Column("started_at", D, "when work on it began", aliases=("created_at",)),
            Column("due_at", D, "when it should be reached"),
            Column(
                "reached_at", D, "when it was reached", visible_from="reached_at", aliases=("completed_at",)
            ),
            Column("kind", T, "goal, onboarding, project"),
            Column("name", T, "which one"),
            Column("weight", N, "how much it counts", low=0),
        ),
    ),
    Table(
        "pulses",
        "dated opinions of the people who look after the account",
        key="pulse_id",
        occurred="given_at",
        columns=(
            Column("given_at", D, "when it was given", aliases=("date",)),
            Column("score", N, "the opinion, 0 to 100", low=0, high=100),
            Column("author", T, "whose it is"),
            Column("team", T, "the author's team"),
            Column("reason", T, "why"),
        ),
    ),
    Table(
        "feedback",
        "answers to: is this score right?",
        key="feedback_id",
        occurred="given_at",
        columns=(
            Column("given_at", D, "when it was given", aliases=("date",)),
            Column("purpose", T, "the purpose of the score it speaks of; health if empty"),
            Column("score", N, "the score that was shown, 0 to 100", low=0, high=100),
            Column("band", T, "the band that was shown: green, yellow or red", aliases=("colour", "color")),
            Column("verdict", T, "right, too_high or too_low", aliases=("answer",)),
            Column("author", T, "whose it is"),
            Column("team", T, "the author's team"),
            Column("reason", T, "why"),
        ),
    ),
    Table(
        "overrides",
        "people's expiring, explained corrections of a score",
        key="override_id",
        occurred="from_at",
        columns=(
            Column("from_at", D, "from when it holds", aliases=("from",)),
            Column("until_at", D, "until when it holds", aliases=("until",)),
            Column("purpose", T, "the purpose of the score it corrects; health if empty"),
            Column("target", T, "score, or the name of a dimension or measure"),
            Column("value", N, "what it is set to, 0 to 100", low=0, high=100),
            Column("author", T, "who set it"),
            Column("reason", T, "why"),
        ),
    ),
    Table(
        "consents",
        "what a person has agreed to",
        key="consent_id",
        occurred="granted_at",
        end="withdrawn_at",
        columns=(
            Column("granted_at", D, "when it was granted"),
            Column("withdrawn_at", D, "when it was withdrawn", visible_from="withdrawn_at"),
            Column("channel", T, "for which channel"),
            Column("category", T, "for which kind of message"),
            Column("basis", T, "consent, contract, legitimate interest"),
            Column("origin", T, "where it was given"),
            Column("contact", C, "the person"),
        ),
    ),
    Table(
        "suppressions",
        "people who must not be written to",
        key="suppression_id",
        occurred="since_at",
        end="lifted_at",
        columns=(
            Column("since_at", D, "since when"),
            Column("lifted_at", D, "when it was lifted", visible_from="lifted_at"),
            Column("channel", T, "on which channel"),
            Column("reason", T, "why"),
            Column("contact", C, "the person"),
        ),
    ),
    Table(
        "context",
        "a value per sector and day: a price index, a budget calendar",
        key="context_id",
        occurred="occurred_at",
        immutable=True,
        columns=(
            Column("occurred_at", D, "the day it speaks of", aliases=("date", "day")),
            Column("sector", T, "the accounts' sector it applies to"),
            Column("name", T, "what is measured"),
            Column("value", N, "its value"),
        ),
    ),
    Table(
        "outcomes",
        "what really happened: churned, renewed, expanded, contracted, reordered, referred",
        key="outcome_id",
        occurred="occurred_at",
        columns=(
            Column("occurred_at", D, "when it happened", aliases=("churn_date", "date")),
            Column("kind", T, "churned, renewed, expanded, contracted, reordered, referred"),
            Column("amount", M, "what it was worth", aliases=("mrr",)),
            Column("reason", T, "why", aliases=("reason_code",)),
            Column("voluntary", B, "whether the customer decided it"),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in CANONICAL}
