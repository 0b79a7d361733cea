"""RavenStack, a public data set with known faults: the load must find and count them."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.signals.tables import Kind
from keepwell.sources.source import Attribute, Before, Constant, Lookup, Source, Take
from tests.runs.loading import files, loaded, rows, taking, warehouse_in

_FOLDER = (
    Path(os.environ.get("KEEPWELL_DATASETS", Path(__file__).parents[3] / "shared" / "datasets"))
    / "ravenstack"
)
_NOW = datetime(2025, 1, 15, tzinfo=UTC)

SOURCES = (
    Source(
        "accounts",
        "accounts",
        files("ravenstack_accounts.csv"),
        taking(
            account_id="account_id",
            began_at="signup_date",
            name="account_name",
            industry="industry",
            country="country",
            plan="plan_tier",
            seats="seats",
        ),
        attributes={
            "referral_source": Attribute(Kind.TEXT, Take("referral_source")),
            "is_trial": Attribute(Kind.BOOLEAN, Take("is_trial")),
        },
        dates="day-month-year",
        history=False,
    ),
    Source(
        "subscriptions",
        "subscriptions",
        files("ravenstack_subscriptions.csv"),
        taking(
            account_id="account_id",
            subscription_id="subscription_id",
            started_at="start_date",
            ended_at="end_date",
            plan="plan_tier",
            seats="seats",
            amount="mrr_amount",
            billing="billing_frequency",
            auto_renew="auto_renew_flag",
        ),
        dates="day-month-year",
    ),
    Source(
        "usage",
        "events",
        files("ravenstack_feature_usage.csv"),
        taking(
            account_id=Lookup("subscriptions", "subscription_id", "subscription_id", "account_id"),
            event_id="usage_id",
            occurred_at="usage_date",
            name=Constant("feature_used"),
            feature="feature_name",
            quantity="usage_count",
            duration="usage_duration_secs",
        ),
        dates="day-month-year",
        before=(Before("subscriptions", "start_date", "subscription_id", "subscription_id"),),
    ),
    Source(
        "tickets",
        "tickets",
        files("ravenstack_supports_ticket.csv"),
        taking(
            account_id="account_id",
            ticket_id="ticket_id",
            opened_at="submitted_at",
            closed_at="closed_at",
            priority="priority",
            satisfaction="satisfaction_score",
            escalated="escalation_flag",
        ),
        dates="day-month-year",
    ),
    Source(
        "churn",
        "outcomes",
        files("ravenstack_churn_events.csv"),
        taking(
            account_id="account_id",
            outcome_id="churn_event_id",
            occurred_at="churn_date",
            kind=Constant("churned"),
            reason="reason_code",
            amount=Take("refund_amount_usd", currency="USD"),
        ),
        dates="day-month-year",
    ),
)


@pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="RavenStack is not there: set KEEPWELL_DATASETS to the folder of data sets"
)
def test_the_known_faults_are_found_and_counted(tmp_path: Path) -> None:
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, _FOLDER, *SOURCES, now=_NOW, currency="USD")
        assert {name: each.read for name, each in report.items()} == {
            "accounts": 500,
            "subscriptions": 5_000,
            "usage": 25_000,
            "tickets": 2_000,
            "churn": 600,
        }
        usage = report["usage"]
        assert [(each.rule, each.field, each.rows) for each in usage.rejects] == [
            ("duplicate_key", "usage_id", 21)
        ]
        warned = {(name, each.rule): each.rows for name in report for each in report[name].warnings}
        assert round(warned["usage", "before"] / usage.read, 3) == 0.766
        assert round(warned["tickets", "before_account"] / report["tickets"].read, 3) in (0.538, 0.539)
        [(empty, tickets)] = rows(
            warehouse, "SELECT count(*) FILTER (satisfaction IS NULL), count(*) FROM facts.tickets"
        )
        assert round(empty / tickets, 2) == 0.41
        assert all(each.rejected == 0 for name, each in report.items() if name != "usage")
        again = loaded(warehouse, _FOLDER, *SOURCES, now=_NOW, currency="USD")
        assert all(each.unchanged == 1 and each.read == 0 for each in again.values())
