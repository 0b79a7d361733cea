WITH existing AS (
  SELECT
    f.*
  FROM facts."invoices" AS f
  SEMI JOIN chosen AS c
    ON "c"."key" = "f"."key"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "f"."key" ORDER BY "f"."known_at" DESC) = 1
), merged AS (
  SELECT
    "c"."key",
    "c"."occurred_at",
    "c"."occurred_on",
    "c"."account",
    "c"."amount",
    "c"."status",
    "c"."note",
    "e"."due_at",
    CAST('2025-07-01 00:00:00' AS TIMESTAMP) AS candidate,
    "e"."known_at" AS before_at,
    "e"."source" AS before_source,
    NOT "e"."key" IS NULL AS existed,
    {'occurred_at': "e"."occurred_at", 'account': "e"."account", 'amount': "e"."amount", 'status': "e"."status", 'note': "e"."note"} AS before_content
  FROM chosen AS c
  LEFT JOIN existing AS e
    ON "e"."key" = "c"."key"
), compared AS (
  SELECT
    m.*,
    {'occurred_at': "m"."occurred_at", 'account': "m"."account", 'amount': "m"."amount", 'status': "m"."status", 'note': "m"."note"} AS content,
    LAG(
      {'occurred_at': "m"."occurred_at", 'account': "m"."account", 'amount': "m"."amount", 'status': "m"."status", 'note': "m"."note"}
    ) OVER (PARTITION BY "m"."key" ORDER BY "m"."candidate" ASC) AS lag_content,
    LAG("m"."candidate") OVER (PARTITION BY "m"."key" ORDER BY "m"."candidate" ASC) AS lag_at
  FROM merged AS m
)
SELECT
  *,
  FALSE AS replaces
FROM compared
WHERE
  CASE
    WHEN NOT lag_at IS NULL AND (
      NOT existed OR lag_at >= before_at
    )
    THEN content IS DISTINCT FROM lag_content
    ELSE NOT existed OR content IS DISTINCT FROM before_content
  END
