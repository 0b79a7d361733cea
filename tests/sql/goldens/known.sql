WITH middles AS (
  /* events: the middle instant at which facts became known */
  SELECT
    fact.source,
    MEDIAN(fact.known_at) AS "at"
  FROM facts.events AS fact
  WHERE
    fact.source IN ('crm', 'billing')
  GROUP BY
    fact.source
)
SELECT
  fact.source,
  COUNT(*) AS facts,
  COUNT(*) FILTER(WHERE
    fact.known_at < fact.occurred_at) AS early,
  MIN(fact.occurred_at) AS first,
  MAX(fact.occurred_at) AS last,
  MAX(middles."at") AS "at",
  COUNT(*) FILTER(WHERE
    fact.known_at = middles."at") AS at_once
FROM facts.events AS fact
JOIN middles
  ON fact.source = middles.source
GROUP BY
  fact.source
ORDER BY
  fact.source
