WITH events_seen AS NOT MATERIALIZED (
  /* events: what people did in the product, and what it did to them, as they could be read at the time */
  SELECT
    fact.account,
    fact.contact AS contact,
    fact.name AS name,
    fact.occurred_at AS occurred_at
  FROM facts.events AS fact
  WHERE
    fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
    AND fact.known_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
    AND fact.occurred_at >= CAST('2025-05-05 00:00:00' AS TIMESTAMP)
), events_signals AS (
  /* what is counted of events, per account */
  SELECT
    account,
    NULLIF(
      COUNT(*) FILTER(WHERE
        (
          name = 'login'
        ) AND occurred_at >= CAST('2025-06-02 00:00:00' AS TIMESTAMP)),
      0
    ) AS "logins",
    NULLIF(COUNT(*) FILTER(WHERE
      occurred_at < CAST('2025-06-02 00:00:00' AS TIMESTAMP)), 0) AS "before"
  FROM events_seen
  GROUP BY
    account
), events_different AS (
  /* how many different contact, per account */
  SELECT
    account,
    NULLIF(COUNT(*) FILTER(WHERE
      "users"), 0) AS "users"
  FROM (
    SELECT
      account,
      contact AS different,
      BOOL_OR(
        CAST(occurred_at >= CAST('2025-06-02 00:00:00' AS TIMESTAMP) AND NOT contact IS NULL AS BOOLEAN)
      ) AS "users"
    FROM events_seen
    WHERE
      (
        occurred_at >= CAST('2025-06-02 00:00:00' AS TIMESTAMP) AND NOT contact IS NULL
      )
    GROUP BY
      account,
      different
  ) AS each
  GROUP BY
    account
), tickets_seen AS (
  /* tickets: requests for support, as they could be read at the time */
  SELECT
    fact.account,
    CASE
      WHEN fact.closed_at >= CAST('2025-06-30 00:00:00' AS TIMESTAMP)
      THEN NULL
      ELSE fact.closed_at
    END AS closed_at,
    fact.occurred_at AS occurred_at
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
      FROM facts.tickets
      WHERE
        known_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
    ) AS revision
    WHERE
      age = 1
  ) AS fact
  WHERE
    fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
), tickets_signals AS (
  /* what is counted of tickets, per account */
  SELECT
    account,
    NULLIF(COUNT(*) FILTER(WHERE
      closed_at IS NULL), 0) AS "open_tickets"
  FROM tickets_seen
  GROUP BY
    account
), accounts_at AS (
  /* every account as it was known at the time */
  SELECT
    everyone.account,
    0 AS point,
    CAST('2025-06-30 00:00:00' AS TIMESTAMP) AS as_of,
    CASE
      WHEN fact.account IS NULL
      THEN 'not begun'
      WHEN CASE
        WHEN fact.ended_at >= CAST('2025-06-30 00:00:00' AS TIMESTAMP)
        THEN NULL
        ELSE fact.ended_at
      END IS NULL
      THEN 'active'
      ELSE 'ended'
    END AS population,
    fact.parent,
    fact.owner AS "account.owner",
    fact.seats AS "account.seats"
  FROM (
    SELECT DISTINCT
      account
    FROM facts.accounts
  ) AS everyone
  LEFT JOIN (
    SELECT
      *
    FROM (
      SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
      FROM facts.accounts
      WHERE
        known_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
    ) AS revision
    WHERE
      age = 1
  ) AS fact
    ON fact.account = everyone.account
    AND fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
), feeds AS (
  /* whether each feed was alive */
  SELECT
    0 AS point,
    EXISTS(
      SELECT
        1
      FROM (
        /* events: what people did in the product, and what it did to them, as they could be read at the time */
        SELECT
          fact.account,
          fact.occurred_at AS occurred_at,
          fact.source AS source
        FROM facts.events AS fact
        WHERE
          fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
          AND fact.known_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
      ) AS fact
      WHERE
        source = 'product' AND occurred_at >= CAST('2025-06-28 00:00:00' AS TIMESTAMP)
    ) AS "alive.events"
), measured AS NOT MATERIALIZED (
  /* every account with what was counted; a silent feed leaves its signals unknown */
  SELECT
    who.account,
    who.point,
    who.as_of,
    who.population,
    who.parent,
    who."account.owner",
    who."account.seats",
    feeds."alive.events",
    CASE WHEN feeds."alive.events" THEN COALESCE(events_signals."logins", 0) END AS "logins",
    CASE WHEN feeds."alive.events" THEN COALESCE(events_signals."before", 0) END AS "before",
    CASE WHEN feeds."alive.events" THEN COALESCE(events_different."users", 0) END AS "users",
    COALESCE(tickets_signals."open_tickets", 0) AS "open_tickets"
  FROM accounts_at AS who
  LEFT JOIN events_signals
    ON events_signals.account = who.account
  LEFT JOIN events_different
    ON events_different.account = who.account
  LEFT JOIN tickets_signals
    ON tickets_signals.account = who.account
  INNER JOIN feeds
    ON feeds.point = who.point
), derived_1 AS NOT MATERIALIZED (
  /* signals computed from those before */
  SELECT
    *,
    CASE
      WHEN "alive.events"
      THEN (
        CAST("logins" AS DOUBLE) - CAST("before" AS DOUBLE)
      ) / NULLIF(CAST("before" AS DOUBLE), 0)
    END AS change,
    CASE
      WHEN "alive.events"
      THEN (
        CAST("users" AS DOUBLE) / NULLIF(CAST("account.seats" AS DOUBLE), 0)
      )
    END AS "seat_use"
  FROM measured
)
/* every signal of every account, and what is asked of them */
SELECT
  account,
  point,
  population,
  parent,
  "logins",
  "before",
  change,
  "users",
  "seat_use",
  "open_tickets",
  (
    "logins" < 3
  ) AS "cap:quiet",
  CAST((
    CAST("account.seats" AS DOUBLE) * CAST(100 AS DOUBLE)
  ) AS DOUBLE) AS value,
  CASE WHEN (
    "account.seats" >= 200
  ) THEN 'large' ELSE 'small' END AS "segment",
  "account.owner"
FROM derived_1
ORDER BY
  point,
  account
