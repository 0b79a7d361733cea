WITH cover_parts AS (
  /* subscriptions: what each covered, at its latest revision */
  SELECT
    fact.account,
    fact.occurred_at AS began,
    GREATEST(COALESCE(fact.ended_at, CAST('9999-12-31' AS TIMESTAMP)), fact.occurred_at) AS ended,
    CAST(fact.amount AS DOUBLE) AS amount
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
), covers AS (
  /* covers: from when to when, and what the last part of each was worth */
  SELECT
    account,
    MIN(began) AS began,
    MAX(ended) AS ended,
    SUM(amount) FILTER(WHERE
      ended = last) AS amount
  FROM (
    SELECT
      *,
      MAX(ended) OVER (PARTITION BY account, cover) AS last
    FROM (
      SELECT
        *,
        SUM(
          CASE
            WHEN reached IS NULL
            OR began > CASE
              WHEN reached >= CAST('9999-12-31' AS TIMESTAMP)
              THEN CAST('9999-12-31' AS TIMESTAMP)
              ELSE (
                reached + INTERVAL '7' DAY
              )
            END
            THEN 1
            ELSE 0
          END
        ) OVER (
          PARTITION BY account
          ORDER BY began, ended
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS cover
      FROM (
        SELECT
          *,
          MAX(ended) OVER (
            PARTITION BY account
            ORDER BY began, ended
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS reached
        FROM cover_parts
      ) AS part
    ) AS part
  ) AS part
  GROUP BY
    account,
    cover
), dues AS (
  /* subscriptions: the days on which each fell due */
  SELECT DISTINCT
    fact.account,
    fact.key,
    revision.renews_at,
    GREATEST(COALESCE(fact.ended_at, CAST('9999-12-31' AS TIMESTAMP)), fact.occurred_at) AS ended,
    CAST(fact.amount AS DOUBLE) AS amount
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
      *
    FROM (
      SELECT
        key,
        renews_at,
        LEAD(known_at, 1, CAST('9999-12-31' AS TIMESTAMP)) OVER (PARTITION BY key ORDER BY known_at) AS replaced
      FROM facts.subscriptions
    ) AS revision
    WHERE
      renews_at < replaced
  ) AS revision
    ON revision.key = fact.key
)
/* what fell due and was renewed */
SELECT
  due.account,
  due.renews_at AS "at",
  due.amount,
  CAST(NULL AS BOOLEAN) AS voluntary
FROM dues AS due
INNER JOIN covers AS cover
  ON cover.account = due.account
  AND cover.began <= due.renews_at
  AND cover.ended > (
    due.renews_at + INTERVAL '7' DAY
  )
WHERE
  (
    due.ended + INTERVAL '7' DAY
  ) >= due.renews_at
  AND (
    due.renews_at + INTERVAL '7' DAY
  ) <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
ORDER BY
  account,
  "at"
