WITH stretches AS (
  /* subscriptions: from when to when amount was what */
  SELECT
    fact.account,
    CAST(revision.amount AS DOUBLE) AS value,
    GREATEST(fact.occurred_at, revision.holds_from) AS began,
    LEAST(COALESCE(fact.ended_at, CAST('9999-12-31' AS TIMESTAMP)), revision.replaced) AS ended
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
      FROM facts.subscriptions
    ) AS revision
    WHERE
      age = 1
  ) AS fact
  INNER JOIN (
    SELECT
      key,
      amount,
      CASE
        WHEN ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at) = 1
        THEN occurred_at
        ELSE known_at
      END AS holds_from,
      LEAD(known_at, 1, CAST('9999-12-31' AS TIMESTAMP)) OVER (PARTITION BY key ORDER BY known_at) AS replaced
    FROM facts.subscriptions
  ) AS revision
    ON revision.key = fact.key
  WHERE
    GREATEST(fact.occurred_at, revision.holds_from) < LEAST(COALESCE(fact.ended_at, CAST('9999-12-31' AS TIMESTAMP)), revision.replaced)
), changes AS (
  /* what amount came and went, and when */
  SELECT
    *
  FROM (
    SELECT
      account,
      began AS "at",
      value
    FROM stretches
    UNION ALL
    SELECT
      account,
      ended AS "at",
      -value AS value
    FROM stretches
  ) AS change
), levels AS (
  /* the level from each instant on */
  SELECT
    account,
    "at",
    ROUND(
      SUM(SUM(COALESCE(value, CAST(0 AS DOUBLE)))) OVER (PARTITION BY account ORDER BY "at"),
      6
    ) AS level
  FROM changes
  GROUP BY
    account,
    "at"
), steps AS (
  /* each level with the one before it */
  SELECT
    account,
    "at",
    level,
    LAG(level) OVER (PARTITION BY account ORDER BY "at") AS before
  FROM (
    SELECT
      *,
      LEAD("at") OVER (PARTITION BY account ORDER BY "at") AS next_at
    FROM levels
  ) AS level
  WHERE
    level > 0 OR NOT COALESCE(next_at <= (
      "at" + INTERVAL '30' DAY
    ), FALSE)
)
/* where the level moved far enough */
SELECT
  step.account,
  step."at",
  step.before - step.level AS amount,
  CAST(NULL AS BOOLEAN) AS voluntary
FROM steps AS step
WHERE
  step.before > 0
  AND step.level > 0
  AND (
    step.before - step.level
  ) > 0
  AND step.level <= step.before * CAST(0.9 AS DOUBLE)
  AND step."at" <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
ORDER BY
  account,
  "at"
