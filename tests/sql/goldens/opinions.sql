/* pulses: who said what, and when */
SELECT
  fact.account,
  fact.occurred_at AS "at",
  fact.score AS score,
  fact.author AS author,
  fact.team AS team
FROM (
  SELECT
    *
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
    FROM facts.pulses
  ) AS revision
  WHERE
    age = 1
) AS fact
ORDER BY
  fact.account,
  fact.occurred_at
