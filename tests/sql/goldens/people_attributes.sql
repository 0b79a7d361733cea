/* accounts: the customers that are scored, as they could be read at the time */
/* accounts and their attributes */
SELECT
  fact.account,
  fact.owner AS owner
FROM (
  SELECT
    *
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
    FROM facts.accounts
    WHERE
      known_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
  ) AS revision
  WHERE
    age = 1
) AS fact
WHERE
  fact.occurred_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
  AND fact.account IN ($accounts)
