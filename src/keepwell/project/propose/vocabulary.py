"""The words by which exports call tables, columns, accounts, outcomes and what is private."""

import re

from keepwell.signals.tables import TABLES

TABLE_WORDS: dict[str, tuple[str, ...]] = {
    "accounts": ("account", "accounts", "customer", "customers", "client", "clients", "company", "companies",
                 "organization", "organizations", "students", "members", "subscribers", "tenants", "churn"),
    "contacts": ("contact", "contacts", "people", "persons", "users"),
    "events": ("event", "events", "usage", "activity", "activities", "logins", "clicks", "log", "logs", "pageviews",
               "telemetry", "sessions", "submissions"),
    "subscriptions": ("subscription", "subscriptions", "subs", "contract", "contracts", "licences", "licenses",
                      "registrations", "memberships"),
    "invoices": ("invoice", "invoices", "bills", "billing", "payments", "charges"),
    "orders": ("order", "orders", "purchase", "purchases", "transactions", "sales", "baskets", "cdnow"),
    "offers": ("offer", "offers", "coupons", "vouchers", "promotions"),
    "tickets": ("ticket", "tickets", "support", "supports", "case", "cases", "issues", "helpdesk"),
    "interactions": ("interaction", "interactions", "meeting", "meetings", "calls", "visits", "qbr"),
    "surveys": ("survey", "surveys", "nps", "csat", "ces", "ratings", "reviews"),
    "messages": ("message", "messages", "email", "emails", "mailings", "campaigns"),
    "milestones": ("milestone", "milestones", "goals", "onboarding", "projects", "tasks"),
    "pulses": ("pulse", "pulses", "sentiment"),
    "feedback": ("verdicts", "agreement"),
    "overrides": ("override", "overrides"),
    "consents": ("consent", "consents", "optins"),
    "suppressions": ("suppression", "suppressions", "unsubscribes", "bounces"),
    "context": ("context", "index", "market"),
    "outcomes": ("outcome", "outcomes", "churn", "churned", "cancellations", "churns"),
}  # fmt: skip
"""Words in a file's name that speak for a table."""

COLUMN_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("accounts", "began_at"): ("began", "created_at", "created_on", "registered_at", "registration_date", "joined",
                               "customer_since", "since", "first_seen", "date_registration", "signup_at", "signed_up"),
    ("accounts", "ended_at"): ("closed_at", "closed_on", "cancelled_at", "cancelled_on", "canceled_at", "canceled_on",
                               "cancellation_date", "left_at", "left_on", "end_date", "date_unregistration"),
    ("accounts", "seats"): ("seat_count", "number_of_seats", "user_count"),
    ("events", "occurred_at"): ("occurred", "event_date", "event_at", "created_at", "date", "day", "date_submitted"),
    ("events", "name"): ("event_type", "type", "activity_type", "kind"),
    ("events", "quantity"): ("count", "clicks", "pre_course_clicks", "number", "times"),
    ("subscriptions", "started_at"): ("start", "begin", "begins", "valid_from", "date_registration", "registered_at"),
    ("subscriptions", "ended_at"): ("end", "ends", "valid_to", "churned_at", "date_unregistration"),
    ("subscriptions", "renews_at"): ("renewal", "renews", "next_renewal", "expires_at", "current_period_end"),
    ("subscriptions", "amount"): ("monthly_amount", "monthly_charges", "fee", "revenue"),
    ("invoices", "paid_at"): ("paid", "paid_on", "payment_at"),
    ("orders", "amount"): ("value", "price", "order_value", "spend"),
    ("orders", "ordered_at"): ("ordered", "created_at", "transaction_date", "timestamp"),
    ("tickets", "opened_at"): ("opened", "created", "date", "opened_on"),
    ("tickets", "closed_at"): ("closed", "solved_at", "closed_on"),
    ("tickets", "satisfaction"): ("csat", "rating"),
    ("surveys", "score"): ("nps", "csat", "ces", "value"),
    ("surveys", "kind"): ("survey_type", "type"),
    ("interactions", "held_at"): ("occurred_at", "happened_at", "start", "call_date"),
    ("messages", "action"): ("event", "event_type", "status", "type"),
    ("outcomes", "kind"): ("outcome", "type"),
    ("outcomes", "occurred_at"): ("churned_at", "cancelled_at", "cancel_date"),
}  # fmt: skip
"""Further names of canonical columns, beside their own and their aliases."""

ACCOUNT_WORDS = (
    "account_id", "account", "account_number", "customer_id", "customer", "customer_number", "cust_id", "client_id",
    "client", "company_id", "organization_id", "organisation_id", "org_id", "tenant_id", "workspace_id", "subscriber_id",
    "member_id", "student_id", "id_student", "household_id", "user_id",
)  # fmt: skip
"""Names of the column that says whose a row is, the likeliest first."""

OUTCOME = re.compile(
    r"churn|attrition|^(final|true|predicted|is_lost)(_|$)|^unregister|^(num|n|total)_months$|lifetime|_outcome$|^cltv$"
)
"""Columns that speak of what happened in the end: as inputs they would leak."""

PRIVATE = re.compile(
    r"e_?mail|phone|first_name|last_name|full_name|street|address|zip|postcode|lat_long|latitude|longitude|birth|gender"
)
"""Columns that say more of people than a score needs."""

CURRENCIES = {
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "eur": "EUR",
    "euro": "EUR",
    "gbp": "GBP",
    "chf": "CHF",
}


def tokens(name: str) -> list[str]:
    """The words of a name in small letters and `_`."""
    return [word for word in name.split("_") if word]


def column_words(table: str, column: str) -> tuple[str, ...]:
    """All names by which a canonical column is known, its own first."""
    found = TABLES[table].column(column)
    aliases = found.aliases if found is not None else ()
    return (column, *aliases, *COLUMN_WORDS.get((table, column), ()))


def singular(word: str) -> str:
    """The word for one of them."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
