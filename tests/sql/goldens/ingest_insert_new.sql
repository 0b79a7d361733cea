INSERT INTO facts."invoices" (
  "key",
  "occurred_at",
  "known_at",
  "occurred_on",
  "source",
  "load",
  "account",
  "amount",
  "status",
  "note"
)
SELECT
  "c"."key",
  "c"."occurred_at",
  LEAST(
    "c"."occurred_at" + INTERVAL '86400' SECOND,
    CAST('2025-07-01 00:00:00' AS TIMESTAMP)
  ) AS "known_at",
  "c"."occurred_on",
  'invoices' AS "source",
  2 AS "load",
  "c"."account",
  "c"."amount",
  "c"."status",
  "c"."note"
FROM chosen AS c
ANTI JOIN facts."invoices" AS f
  ON "f"."key" = "c"."key"
