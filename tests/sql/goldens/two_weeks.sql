WITH points AS (
  /* the instants, and where each window begins and ends */
  SELECT
    *
  FROM (VALUES
    (
      0,
      CAST('2025-06-23 00:00:00' AS TIMESTAMP),
      CAST('2025-05-26 00:00:00' AS TIMESTAMP),
      CAST('2025-06-23 00:00:00' AS TIMESTAMP)
    ),
    (
      1,
      CAST('2025-06-30 00:00:00' AS TIMESTAMP),
      CAST('2025-06-02 00:00:00' AS TIMESTAMP),
      CAST('2025-06-30 00:00:00' AS TIMESTAMP)
    )) AS points(point, as_of, "28_days_ago", horizon)
), events_calendar AS (
  /* which segment each day belongs to, and until when it was due */
  SELECT
    *
  FROM (VALUES
    (CAST('2025-05-26' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-05-27' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-05-28' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-05-29' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-05-30' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-05-31' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-01' AS DATE), 0, 0, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-02' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-03' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-04' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-05' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-06' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-07' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-08' AS DATE), 1, 1, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-09' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-10' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-11' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-12' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-13' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-14' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-15' AS DATE), 2, 2, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-16' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-17' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-18' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-19' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-20' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-21' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-22' AS DATE), 3, 3, CAST('2025-06-23 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-23' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-24' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-25' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-26' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-27' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-28' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP)),
    (CAST('2025-06-29' AS DATE), 4, 4, CAST('2025-06-30 00:00:00' AS TIMESTAMP))) AS each("day", "segment", "piece", "due")
), events_placed AS NOT MATERIALIZED (
  /* events in the segments of the grid, those known in time */
  SELECT
    fact.account,
    events_calendar."segment" AS "segment",
    events_calendar."piece" AS "piece",
    fact.contact AS contact,
    fact.name AS name,
    fact.occurred_at AS occurred_at
  FROM facts.events AS fact
  INNER JOIN events_calendar
    ON CAST(fact.occurred_at AS DATE) = events_calendar."day"
  WHERE
    (
      fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
      AND fact.occurred_at >= CAST('2025-05-26 00:00:00' AS TIMESTAMP)
    )
    AND fact.known_at < events_calendar."due"
), events_late AS (
  /* events that became known too late for their own segment */
  SELECT
    fact.*
  FROM facts.events AS fact
  INNER JOIN events_calendar
    ON CAST(fact.occurred_at AS DATE) = events_calendar."day"
  WHERE
    (
      fact.occurred_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
      AND fact.occurred_at >= CAST('2025-05-26 00:00:00' AS TIMESTAMP)
    )
    AND fact.known_at >= events_calendar."due"
    AND fact.known_at < CAST('2025-06-30 00:00:00' AS TIMESTAMP)
), events_late_seen AS (
  /* events: what people did in the product, and what it did to them, as they could be read at the time */
  SELECT
    fact.account,
    points.point,
    points."28_days_ago" AS "28_days_ago",
    fact.contact AS contact,
    fact.name AS name,
    fact.occurred_at AS occurred_at
  FROM events_late AS fact
  INNER JOIN points
    ON fact.occurred_at < points.horizon AND fact.known_at < points.horizon
), events_panes AS (
  /* events, counted once per account and segment */
  SELECT
    account,
    "segment",
    CAST(COUNT(*) FILTER(WHERE
      (
        name = 'login'
      )) AS DOUBLE) AS state_1
  FROM events_placed
  GROUP BY
    account,
    "segment"
), events_windows AS (
  /* events: segments added up into the windows of every instant */
  SELECT
    account,
    "segment" - 3 AS point,
    (
      state_1 + state_1_1_back + state_1_2_back + state_1_3_back
    ) AS "state_1_28_days"
  FROM (
    SELECT
      account,
      "segment",
      state_1,
      LAG(state_1, 1, 0) OVER (PARTITION BY account ORDER BY "segment" ASC) AS state_1_1_back,
      LAG(state_1, 2, 0) OVER (PARTITION BY account ORDER BY "segment" ASC) AS state_1_2_back,
      LAG(state_1, 3, 0) OVER (PARTITION BY account ORDER BY "segment" ASC) AS state_1_3_back
    FROM (
      SELECT
        everyone.account,
        every."segment",
        COALESCE(pane.state_1, 0) AS state_1
      FROM (
        SELECT DISTINCT
          account
        FROM facts.accounts
      ) AS everyone
      CROSS JOIN (
        SELECT
          *
        FROM (VALUES
          (0),
          (1),
          (2),
          (3),
          (4)) AS each("segment")
      ) AS every
      LEFT JOIN events_panes AS pane
        ON pane.account = everyone.account AND pane."segment" = every."segment"
    ) AS dense
  ) AS over_segments
  WHERE
    "segment" >= 3
), events_late_windows AS (
  /* the same of what became known late */
  SELECT
    account,
    point,
    CAST(COUNT(*) FILTER(WHERE
      (
        name = 'login'
      ) AND occurred_at >= "28_days_ago") AS DOUBLE) AS late_1
  FROM events_late_seen
  GROUP BY
    account,
    point
), events_different_1 AS (
  /* when each contact was seen, as bits */
  SELECT
    account,
    contact AS different,
    COALESCE(
      BIT_OR(
        CASE
          WHEN NOT contact IS NULL AND "segment" BETWEEN 0 AND 59
          THEN (
            CAST(1 AS BIGINT) << (
              "segment" - 0
            )
          )
        END
      ),
      0
    ) AS seen_1_0
  FROM events_placed
  WHERE
    (
      NOT contact IS NULL
    )
  GROUP BY
    account,
    different
), events_different_1_counts AS (
  /* how many different contact each window saw: a list, one per point */
  SELECT
    account,
    [
      COUNT(*) FILTER(WHERE
        (
          seen_1_0 & 15
        ) <> 0),
      COUNT(*) FILTER(WHERE
        (
          seen_1_0 & 30
        ) <> 0)
    ] AS "users"
  FROM events_different_1
  GROUP BY
    account
), events_different_1_windows AS (
  /* the pieces of each window, as bits */
  SELECT
    *
  FROM (VALUES
    (0, CAST(15 AS BIGINT)),
    (1, CAST(30 AS BIGINT))) AS each("point", "users|0")
), events_different_1_late AS (
  /* values that only late facts show */
  SELECT
    late.account,
    late.point,
    COUNT(*) FILTER(WHERE
      COALESCE(late."users", FALSE)
      AND NOT COALESCE(
        (
          (
            events_different_1.seen_1_0 & events_different_1_windows."users|0"
          ) <> 0
        ),
        FALSE
      )) AS "users"
  FROM (
    SELECT
      account,
      point,
      contact AS different,
      BOOL_OR(CAST(occurred_at >= "28_days_ago" AND NOT contact IS NULL AS BOOLEAN)) AS "users"
    FROM events_late_seen
    WHERE
      NOT (
        contact
      ) IS NULL
    GROUP BY
      account,
      point,
      different
  ) AS late
  INNER JOIN events_different_1_windows
    ON events_different_1_windows.point = late.point
  LEFT JOIN events_different_1
    ON events_different_1.account = late.account
    AND events_different_1.different = late.different
  GROUP BY
    late.account,
    late.point
), events_counts AS (
  /* the lists of counts, a row per account and point */
  SELECT
    everyone.account,
    UNNEST([0, 1]) AS point,
    UNNEST(events_different_1_counts."users") AS "users"
  FROM (
    SELECT DISTINCT
      account
    FROM facts.accounts
  ) AS everyone
  LEFT JOIN events_different_1_counts
    ON events_different_1_counts.account = everyone.account
), tickets_seen AS (
  /* tickets: requests for support, as they could be read at the time */
  SELECT
    fact.account,
    points.point,
    CASE WHEN fact.closed_at >= points.horizon THEN NULL ELSE fact.closed_at END AS closed_at,
    fact.occurred_at AS occurred_at
  FROM (
    SELECT
      *,
      LEAD(known_at, 1, CAST('9999-12-31' AS TIMESTAMP)) OVER (PARTITION BY key ORDER BY known_at ASC) AS known_until
    FROM facts.tickets
  ) AS fact
  INNER JOIN points
    ON fact.occurred_at < points.horizon
    AND fact.known_at < points.horizon
    AND fact."known_until" >= points.horizon
), tickets_signals AS (
  /* what is counted of tickets, per account */
  SELECT
    account,
    point,
    NULLIF(COUNT(*) FILTER(WHERE
      closed_at IS NULL), 0) AS "open_tickets"
  FROM tickets_seen
  GROUP BY
    account,
    point
), accounts_at AS (
  /* every account as it was known at the time */
  SELECT
    everyone.account,
    points.point AS point,
    points.as_of AS as_of,
    CASE
      WHEN fact.account IS NULL
      THEN 'not begun'
      WHEN CASE WHEN fact.ended_at >= points.horizon THEN NULL ELSE fact.ended_at END IS NULL
      THEN 'active'
      ELSE 'ended'
    END AS population,
    fact.parent,
    fact.owner AS "account.owner",
    fact.seats AS "account.seats",
    everyone."state_1_28_days"
  FROM events_windows AS everyone
  INNER JOIN points
    ON points.point = everyone.point
  LEFT JOIN (
    SELECT
      *,
      LEAD(known_at, 1, CAST('9999-12-31' AS TIMESTAMP)) OVER (PARTITION BY key ORDER BY known_at ASC) AS known_until
    FROM facts.accounts
  ) AS fact
    ON fact.account = everyone.account
    AND fact.occurred_at < points.horizon
    AND fact.known_at < points.horizon
    AND fact."known_until" >= points.horizon
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
    COALESCE(
      CAST(NULLIF(
        COALESCE(
          who."state_1_28_days" + events_late_windows.late_1,
          who."state_1_28_days",
          events_late_windows.late_1
        ),
        0
      ) AS BIGINT),
      0
    ) AS "logins",
    COALESCE(
      CAST(NULLIF(
        COALESCE(
          events_counts."users" + events_different_1_late."users",
          events_counts."users",
          events_different_1_late."users"
        ),
        0
      ) AS BIGINT),
      0
    ) AS "users",
    COALESCE(tickets_signals."open_tickets", 0) AS "open_tickets"
  FROM accounts_at AS who
  LEFT JOIN events_late_windows
    ON events_late_windows.account = who.account
    AND events_late_windows.point = who.point
  LEFT JOIN events_counts
    ON events_counts.account = who.account AND events_counts.point = who.point
  LEFT JOIN events_different_1_late
    ON events_different_1_late.account = who.account
    AND events_different_1_late.point = who.point
  LEFT JOIN tickets_signals
    ON tickets_signals.account = who.account AND tickets_signals.point = who.point
)
/* every signal of every account, and what is asked of them */
SELECT
  account,
  point,
  population,
  parent,
  "logins",
  "users",
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
FROM measured
ORDER BY
  point,
  account
