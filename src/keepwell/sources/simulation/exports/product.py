"""The product's exports: events as monthly Parquet files, and the monitoring's JSON Lines in New York time."""

import numpy as np
import pyarrow as pa

from keepwell.sources.simulation.dirt import Spoil
from keepwell.sources.simulation.exports.desk import NOBODY, Desk, Progress
from keepwell.sources.simulation.formats import json_lines, texts, write_lines, write_parquet
from keepwell.sources.simulation.season import local
from keepwell.sources.simulation.usage import CHANNELS, FEATURES, NAMES, Monitoring, Usage

MONITORING_ZONE = "America/New_York"
_FAR = np.datetime64("2052-01-01T00:00:00", "s")


def events(desk: Desk, usage: Usage, progress: Progress) -> None:
    """`product/events-YYYY-MM.parquet`: two million rows or so, by month."""
    nobody = len(desk.scene.world)
    table = {
        "evt_id": np.arange(len(usage.person)) + 1_000_000,
        "tenant": usage.when.account,
        "usr": usage.person,
        "evt": usage.name,
        "feature": usage.feature,
        "platform": usage.channel,
        "ts": usage.when.at,
        "secs": usage.seconds,
        "month": usage.when.at.astype("datetime64[M]"),
    }
    spoils = [
        Spoil("duplicate_key", 0.0001, {"secs": 1}, same_key=True),
        Spoil("", 0.0002, same_key=True),
        Spoil("unknown_account", 0.00015, {"tenant": nobody}),
        Spoil("in_future", 0.00002, {"ts": _FAR}),
        Spoil("negative", 0.00002, {"secs": -20}),
    ]
    dirty = desk.spoil("events", table, "evt_id", spoils)
    months = np.unique(dirty["month"])
    words = {
        "tenant": pa.array([*desk.scene.world.ids.tolist(), NOBODY]),
        "usr": pa.array(desk.scene.people.ids.tolist()),
        "evt": pa.array(NAMES),
        "feature": pa.array(FEATURES),
        "platform": pa.array(CHANNELS),
    }
    for number, month in enumerate(months):
        rows = np.nonzero(dirty["month"] == month)[0]
        columns = {}
        for name, values in dirty.items():
            if name == "month":
                continue
            chosen = values[rows]
            if name in words:
                columns[name] = words[name].take(
                    pa.array(chosen, mask=chosen < 0) if name == "feature" else pa.array(chosen)
                )
            elif name == "ts":
                columns[name] = pa.array(chosen.astype("datetime64[ms]"), pa.timestamp("ms", tz="UTC"))
            elif name == "secs":
                columns[name] = pa.array(chosen, mask=chosen == 0)
            else:
                columns[name] = pa.array(chosen)
        write_parquet(desk.data / f"product/events-{month}.parquet", pa.table(columns))
        progress("Writing product events", (number + 1) / len(months))


def monitoring(desk: Desk, seen: Monitoring) -> None:
    """`product/monitoring.jsonl.gz`: errors and waiting times, in the local time of the machines in New York."""
    clock = local(seen.when.at, MONITORING_ZONE)
    error = np.isnan(seen.latency)
    table = {
        "n": texts(np.arange(len(clock)) + 1),
        "time": np.char.replace(np.datetime_as_string(clock), "T", " ").astype(object),
        "tenant": texts(desk.scene.world.ids[seen.when.account]),
        "kind": np.where(error, "error", "latency").astype(object),
        "ms": texts(seen.latency),
    }
    spoils = [
        Spoil("unknown_account", 0.0002, {"tenant": NOBODY}),
        Spoil("unreadable", 0.0001, {"time": "0000-00-00 00:00:00"}),
    ]
    dirty = desk.spoil("monitoring", table, "n", spoils)
    lines = json_lines(dirty, plain=("n", "ms"))
    broken = desk.broken("monitoring", len(lines), '{"n": 17, "time": "2024-05-')
    write_lines(desk.data / "product/monitoring.jsonl.gz", lines, broken)
