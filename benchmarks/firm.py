"""A large made-up firm, written straight into a warehouse: only speed is measured on it, so its events follow no story."""

from pathlib import Path

from keepwell.warehouse.duckdb import open_warehouse

FIRST_DAY = "2023-07-01"
DAYS = 730
LAST_DAY = "2025-06-30"


def build(path: Path, accounts: int, events: int) -> Path:
    """A warehouse with that many accounts and events over two years, in the order in which they occurred."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with open_warehouse(unfinished) as warehouse:
        warehouse.create_facts("accounts", {})
        warehouse.create_facts("events", {})
        warehouse.execute(
            f"""INSERT INTO facts.accounts BY NAME
            SELECT i::INTEGER AS account, md5('a' || i)::UUID AS key, TIMESTAMP '2023-01-01' AS occurred_at,
                TIMESTAMP '2023-01-01' AS known_at, DATE '2023-01-01' AS occurred_on, 'crm' AS source, 1 AS load,
                10 + i % 90 AS seats, 'basic' AS plan
            FROM range({accounts}) AS each(i)"""
        )
        warehouse.execute(events_sql(accounts, events))
    unfinished.rename(path)
    return path


def events_sql(accounts: int, events: int) -> str:
    """The statement that makes the events: both clocks, ten users an account, ten kinds of event, twenty features."""
    return f"""INSERT INTO facts.events BY NAME
    WITH drawn AS (
        SELECT i, hash(i + 7) % {accounts} AS account, hash(i * 3 + 1) % 10 AS person, hash(i * 5 + 2) AS one,
            hash(i * 7 + 3) AS other,
            TIMESTAMP '{FIRST_DAY}' + to_microseconds((i * ({DAYS} * 86400000000 / {events}))::BIGINT) AS happened
        FROM range({events}) AS each(i)
    )
    SELECT account::INTEGER AS account, lpad(to_hex(i), 32, '0')::UUID AS key, happened AS occurred_at,
        happened + to_seconds((one % 600)::INTEGER) AS known_at, happened::DATE AS occurred_on, 'product' AS source, 1 AS load,
        'event_' || (one % 10) AS name, (account * 10 + person)::BIGINT AS contact,
        'feature_' || (other % 20) AS feature, 'web' AS channel, (1 + one % 3)::BIGINT AS quantity,
        ((one % 1000) / 10.0)::DOUBLE AS value, (other % 600)::DOUBLE AS duration
    FROM drawn"""
