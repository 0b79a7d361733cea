/* orders: when nothing had come for 3 months */
SELECT
  account,
  over AS "at",
  CAST(NULL AS DOUBLE) AS amount,
  CAST(NULL AS BOOLEAN) AS voluntary
FROM (
  SELECT
    fact.account,
    (
      fact.occurred_at + INTERVAL '3' MONTH
    ) AS over,
    LEAD(fact.occurred_at) OVER (PARTITION BY fact.account ORDER BY fact.occurred_at) AS following
  FROM facts.orders AS fact
  WHERE
    fact.occurred_at <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
) AS fact
WHERE
  (
    following IS NULL OR following >= over
  )
  AND over <= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
ORDER BY
  account,
  "at"
