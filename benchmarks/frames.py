"""The same signals with pandas and with featuretools, for a slice that fits into memory."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.signals import AS_OF
from keepwell.warehouse.duckdb import open_warehouse

NOW = pd.Timestamp(AS_OF).tz_localize(None)


def events_frame(path: str) -> tuple[Any, Any]:
    """The events known before the as_of within its longest window, and the accounts."""
    with open_warehouse(Path(path), read_only=True) as warehouse:
        events = warehouse.query(
            "SELECT account, contact, name, feature, quantity, duration, value, occurred_at, occurred_on"
            f" FROM facts.events WHERE occurred_at < TIMESTAMP '{NOW}' AND known_at < TIMESTAMP '{NOW}'"
            f" AND occurred_at >= TIMESTAMP '{NOW}' - INTERVAL 90 DAY"
        ).to_pandas()
        accounts = warehouse.query("SELECT account, seats FROM facts.accounts").to_pandas()
    return events, accounts


def pandas_signals(events: Any, accounts: Any) -> Any:
    """All twenty signals, a group-by each, as an analyst would write them."""
    ago = (NOW.normalize() - events["occurred_at"].dt.normalize()).dt.days - 1
    last_28 = events[ago < 28]
    by, by_28 = events.groupby("account"), last_28.groupby("account")
    found = pd.DataFrame(index=pd.Index(accounts["account"], name="account"))
    found["active_days"] = by_28["occurred_on"].nunique()
    found["active_days_90"] = by["occurred_on"].nunique()
    found["users"] = by_28["contact"].nunique()
    found["users_90"] = by["contact"].nunique()
    found["events_7"] = events[ago < 7].groupby("account").size()
    found["events_28"] = by_28.size()
    found["events_before"] = events[(ago >= 28) & (ago < 56)].groupby("account").size()
    found["quantity"] = by_28["quantity"].sum()
    found["duration"] = by_28["duration"].mean()
    found["features"] = by_28["feature"].nunique()
    found["errors"] = last_28[last_28["name"] == "event_0"].groupby("account").size()
    found["core_90"] = events[events["name"].isin(["event_1", "event_2"])].groupby("account").size()
    before = events[(ago >= 7) & (ago < 35) & (events["name"] == "event_3")]
    found["baseline"] = before.groupby("account").size() * 7 / 28
    found["days_since_last"] = (NOW.normalize() - by["occurred_at"].max().dt.normalize()).dt.days
    found["slowest"] = by_28["value"].max()
    weights = events.assign(weight=np.where(ago < 56, 7 - 2 * (ago // 7), 0))
    found["trend"] = weights.groupby("account")["weight"].sum() * (6 / (8 * 63))
    zero = ["active_days", "active_days_90", "users", "users_90", "events_7", "events_28", "events_before"]
    zero += ["quantity", "features", "errors", "core_90", "baseline"]
    found[zero] = found[zero].fillna(0)
    found["change"] = (found["events_28"] - found["events_before"]) / found["events_before"]
    found["seat_use"] = found["users"] / accounts.set_index("account")["seats"]
    found["error_rate"] = found["errors"] / found["events_28"]
    found["stickiness"] = found["active_days"] / 28
    return found


def featuretools_signals(events: Any, accounts: Any) -> Any:
    """What featuretools' primitives offer of the twenty, in one window of 28 days."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import featuretools

        frames = featuretools.EntitySet("firm")
        rows = events.reset_index(names="event")
        frames.add_dataframe(rows, "events", index="event", time_index="occurred_at")
        frames.add_dataframe(accounts, "accounts", index="account")
        frames.add_relationship("accounts", "account", "events", "account")
        return featuretools.dfs(
            entityset=frames,
            target_dataframe_name="accounts",
            agg_primitives=["count", "sum", "mean", "max", "num_unique", "time_since_last", "trend"],
            trans_primitives=[],
            cutoff_time=NOW,
            training_window=featuretools.Timedelta(28, "d"),
            max_depth=1,
        )
