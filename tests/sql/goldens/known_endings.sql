/* tickets: what is filled in while a fact is open, and once it has ended */
SELECT
  fact.source,
  COUNT(*) FILTER(WHERE
    fact.closed_at IS NULL) AS "open_rows",
  COUNT(*) FILTER(WHERE
    fact.known_at < fact.closed_at) AS "ended_rows",
  COUNT(*) FILTER(WHERE
    fact.closed_at IS NULL AND NOT fact.category IS NULL) AS "open: category",
  COUNT(*) FILTER(WHERE
    fact.known_at < fact.closed_at AND NOT fact.category IS NULL) AS "ended: category",
  COUNT(*) FILTER(WHERE
    fact.closed_at IS NULL AND NOT fact."resolution" IS NULL) AS "open: resolution",
  COUNT(*) FILTER(WHERE
    fact.known_at < fact.closed_at AND NOT fact."resolution" IS NULL) AS "ended: resolution"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
    FROM facts.tickets
  ) AS revision
  WHERE
    age = 1
) AS fact
GROUP BY
  fact.source
ORDER BY
  fact.source
