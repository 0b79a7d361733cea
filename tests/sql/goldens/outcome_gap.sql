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
                reached + INTERVAL '30' DAY
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
)
/* where covers ended */
SELECT
  cover.account,
  cover.ended AS "at",
  cover.amount,
  CAST(NULL AS BOOLEAN) AS voluntary
FROM covers AS cover
WHERE
  cover.ended < CAST('9999-12-31' AS TIMESTAMP)
  AND (
    cover.ended + INTERVAL '30' DAY
  ) <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
ORDER BY
  account,
  "at"
