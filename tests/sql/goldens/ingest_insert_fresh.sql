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
  "note",
  "due_at"
)
SELECT
  "n"."key",
  "n"."occurred_at",
  CASE
    WHEN "n"."replaces"
    THEN "n"."before_at"
    ELSE CASE
      WHEN "n"."existed"
      THEN GREATEST("n"."candidate", "n"."before_at" + INTERVAL '1' MICROSECOND)
      ELSE "n"."candidate"
    END
  END AS "known_at",
  "n"."occurred_on",
  'invoices' AS "source",
  2 AS "load",
  "n"."account",
  "n"."amount",
  "n"."status",
  "n"."note",
  "n"."due_at"
FROM fresh AS n
