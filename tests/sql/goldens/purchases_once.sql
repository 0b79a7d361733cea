WITH orders_seen AS (
  /* orders: what a shop's customer bought, as they could be read at the time */
  SELECT
    fact.account,
    fact.amount AS amount,
    fact.occurred_at AS occurred_at,
    fact.occurred_on AS occurred_on
  FROM facts.orders AS fact
  WHERE
    fact.occurred_at < CAST('2025-03-01 00:00:00' AS TIMESTAMP)
    AND fact.known_at < CAST('2025-03-01 00:00:00' AS TIMESTAMP)
), bought AS (
  /* the days on which each customer bought */
  SELECT
    account,
    occurred_on AS bought_on,
    ANY_VALUE(CAST('2025-03-01' AS DATE)) AS now,
    SUM(CAST(amount AS DOUBLE)) AS spent
  FROM orders_seen
  GROUP BY
    account,
    occurred_on
)
/* how each customer has bought so far */
SELECT
  account,
  0 AS point,
  CAST(COUNT(*) - 1 AS DOUBLE) AS repeat_purchases,
  CAST(DATE_DIFF('DAY', MIN(began), MAX(bought_on)) AS DOUBLE) AS last_purchase,
  CAST(DATE_DIFF('DAY', MIN(began), ANY_VALUE(now)) - 1 AS DOUBLE) AS customer_age,
  AVG(CASE WHEN bought_on > began THEN spent ELSE NULL END) AS mean_spend
FROM (
  /* with the first of them */
  SELECT
    account,
    bought_on,
    now,
    spent,
    MIN(bought_on) OVER (PARTITION BY account) AS began
  FROM bought
) AS marked
GROUP BY
  account
ORDER BY
  point,
  account
