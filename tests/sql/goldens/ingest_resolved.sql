SELECT
  s.rowid AS _row,
  "s"."_file" AS _file,
  "s"."key" AS "key",
  "s"."occurred_at" AS "occurred_at",
  "s"."occurred_on" AS "occurred_on",
  "a"."account" AS "account",
  CAST(CAST("s"."amount" AS DECIMAL(20, 4)) * CASE 'USD'
    WHEN 'EUR'
    THEN CAST(1 AS DECIMAL(18, 10))
    WHEN 'USD'
    THEN CAST(0.92 AS DECIMAL(18, 10))
  END AS DECIMAL(18, 4)) AS "amount",
  "s"."status" AS "status",
  "s"."note" AS "note",
  "s"."_rejected"
  OR COALESCE(NOT "s"."account_id" IS NULL AND NOT COALESCE("a"."is_known", FALSE), FALSE)
  OR COALESCE(
    NOT "s"."amount" IS NULL
    AND CASE 'USD'
      WHEN 'EUR'
      THEN CAST(1 AS DECIMAL(18, 10))
      WHEN 'USD'
      THEN CAST(0.92 AS DECIMAL(18, 10))
    END IS NULL,
    FALSE
  ) AS _rejected,
  LIST_CONCAT(
    "s"."_findings",
    CASE
      WHEN (
        NOT "s"."account_id" IS NULL AND NOT COALESCE("a"."is_known", FALSE)
      )
      OR "s"."occurred_at" < "a"."began"
      OR (
        NOT "s"."amount" IS NULL
        AND CASE 'USD'
          WHEN 'EUR'
          THEN CAST(1 AS DECIMAL(18, 10))
          WHEN 'USD'
          THEN CAST(0.92 AS DECIMAL(18, 10))
        END IS NULL
      )
      THEN CAST(LIST_FILTER(
        [
          CASE
            WHEN NOT "s"."account_id" IS NULL AND NOT COALESCE("a"."is_known", FALSE)
            THEN {'rule': 'unknown_account', 'field': 'customer', 'reason': CONCAT('no account has the id ''', "s"."account_id", ''''), 'rejects': TRUE}
          END,
          CASE
            WHEN "s"."occurred_at" < "a"."began"
            THEN {'rule': 'before_account', 'field': 'account_id', 'reason': CONCAT(
              CAST("s"."occurred_at" AS TEXT),
              ' is before the account began, ',
              CAST("a"."began" AS TEXT)
            ), 'rejects': FALSE}
          END,
          CASE
            WHEN NOT "s"."amount" IS NULL
            AND CASE 'USD'
              WHEN 'EUR'
              THEN CAST(1 AS DECIMAL(18, 10))
              WHEN 'USD'
              THEN CAST(0.92 AS DECIMAL(18, 10))
            END IS NULL
            THEN {'rule': 'no_rate', 'field': 'sum', 'reason': CONCAT('there is no rate of ', COALESCE('USD', 'an unnamed currency'), ' for that day'), 'rejects': TRUE}
          END
        ],
        LAMBDA x : NOT x IS NULL
      ) AS STRUCT(rule TEXT, field TEXT, reason TEXT, rejects BOOLEAN)[])
    END
  ) AS _findings,
  "s"."_record"
FROM stage_1 AS s
LEFT JOIN known_accounts AS a
  ON "a"."account_id" = "s"."account_id"
WHERE
  "s"."_taken"
