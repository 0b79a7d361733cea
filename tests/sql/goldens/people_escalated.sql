/* accounts with an open escalation */
SELECT DISTINCT
  ticket.account
FROM (
  /* tickets: requests for support, as they could be read at the time */
  SELECT
    fact.account,
    CASE
      WHEN fact.closed_at >= CAST('2025-06-30 12:00:00' AS TIMESTAMP)
      THEN NULL
      ELSE fact.closed_at
    END AS closed_at,
    fact.escalated AS escalated,
    CASE
      WHEN fact.escalated_at >= CAST('2025-06-30 12:00:00' AS TIMESTAMP)
      THEN NULL
      ELSE fact.escalated_at
    END AS escalated_at
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
      FROM facts.tickets
      WHERE
        known_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
    ) AS revision
    WHERE
      age = 1
  ) AS fact
  WHERE
    fact.occurred_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
) AS ticket
WHERE
  ticket.account IN ($accounts)
  AND ticket.closed_at IS NULL
  AND (
    ticket.escalated OR NOT ticket.escalated_at IS NULL
  )
