WITH points AS (
  /* the instants */
  SELECT
    *
  FROM (VALUES
    (0, CAST('2025-02-01 00:00:00' AS TIMESTAMP), CAST('2025-02-01' AS DATE)),
    (1, CAST('2025-03-01 00:00:00' AS TIMESTAMP), CAST('2025-03-01' AS DATE))) AS points(point, horizon, today)
), orders_seen AS (
  /* orders: what a shop's customer bought, as they could be read at the time */
  SELECT
    fact.account,
    points.point,
    fact.amount AS amount,
    fact.occurred_at AS occurred_at,
    fact.occurred_on AS occurred_on,
    points.today AS today
  FROM facts.orders AS fact
  INNER JOIN points
    ON fact.occurred_at < points.horizon AND fact.known_at < points.horizon
), bought AS (
  /* the days on which each customer bought */
  SELECT
    account,
    point,
    occurred_on AS bought_on,
    ANY_VALUE(today) AS now,
    SUM(CAST(amount AS DOUBLE)) AS spent
  FROM orders_seen
  GROUP BY
    account,
    point,
    occurred_on
)
/* how each customer has bought so far */
SELECT
  account,
  point,
  CAST(COUNT(*) - 1 AS DOUBLE) AS repeat_purchases,
  CAST(DATE_DIFF('DAY', MIN(began), MAX(bought_on)) AS DOUBLE) AS last_purchase,
  CAST(DATE_DIFF('DAY', MIN(began), ANY_VALUE(now)) - 1 AS DOUBLE) AS customer_age,
  AVG(CASE WHEN bought_on > began THEN spent ELSE NULL END) AS mean_spend
FROM (
  /* with the first of them */
  SELECT
    account,
    point,
    bought_on,
    now,
    spent,
    MIN(bought_on) OVER (PARTITION BY account, point) AS began
  FROM bought
) AS marked
GROUP BY
  account,
  point
ORDER BY
  point,
  account
