/* the people at accounts */
SELECT
  person.account,
  person.contact,
  "called"."contact_id",
  "called"."name",
  "called"."email",
  person.role AS role,
  person.zone AS zone,
  NULL AS language,
  person."phone" AS "phone",
  COALESCE(used.uses, 0) AS uses
FROM (
  /* contacts: the people at an account, as they could be read at the time */
  SELECT
    fact.account,
    fact.contact AS contact,
    CASE
      WHEN fact.left_at >= CAST('2025-06-30 12:00:00' AS TIMESTAMP)
      THEN NULL
      ELSE fact.left_at
    END AS left_at,
    fact."phone" AS "phone",
    fact.role AS role,
    fact.zone AS zone
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY known_at DESC) AS age
      FROM facts.contacts
      WHERE
        known_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
    ) AS revision
    WHERE
      age = 1
  ) AS fact
  WHERE
    fact.occurred_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
) AS person
INNER JOIN directory.contacts AS called
  ON called.contact = person.contact
LEFT JOIN (
  SELECT
    account,
    contact,
    COUNT(*) AS uses
  FROM facts.events
  WHERE
    account IN ($accounts)
    AND occurred_at >= CAST('2025-06-02 12:00:00' AS TIMESTAMP)
    AND occurred_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
    AND known_at < CAST('2025-06-30 12:00:00' AS TIMESTAMP)
  GROUP BY
    account,
    contact
) AS used
  ON used.account = person.account AND used.contact = person.contact
WHERE
  person.account IN ($accounts) AND person.left_at IS NULL
