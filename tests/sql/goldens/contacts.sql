/* messages that reached an account */
SELECT DISTINCT
  fact.account,
  "fact"."occurred_at" AS "at"
FROM facts.messages AS fact
WHERE
  NOT fact.account IS NULL
  AND (
    (
      fact.action = 'sent'
    ) AND (
      fact.campaign <> 'news'
    )
  )
UNION ALL
/* interactions that reached an account */
SELECT DISTINCT
  fact.account,
  "fact"."occurred_at" AS "at"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
    FROM facts.interactions
  ) AS revision
  WHERE
    age = 1
) AS fact
WHERE
  NOT fact.account IS NULL
