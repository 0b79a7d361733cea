/* outcomes: when it happened */
SELECT
  fact.account,
  fact.occurred_at AS "at",
  CAST(fact.amount AS DOUBLE) AS amount,
  CAST(fact.voluntary AS BOOLEAN) AS voluntary
FROM (
  SELECT
    *
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
    FROM facts.outcomes
  ) AS revision
  WHERE
    age = 1
) AS fact
WHERE
  fact.occurred_at <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
  AND (
    fact.kind = 'churned'
  )
ORDER BY
  account,
  "at"
