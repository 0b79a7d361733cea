WITH raw AS (
  SELECT
    "c1" AS "raw customer",
    "c2" AS "raw issued",
    "c3" AS "raw sum",
    "c4" AS "raw state",
    "c5" AS "raw note",
    "c0" AS "raw no"
  FROM READ_CSV(
    '/exports/invoices.csv',
    auto_detect = FALSE,
    "columns" = {'c0': 'VARCHAR', 'c1': 'VARCHAR', 'c2': 'VARCHAR', 'c3': 'VARCHAR', 'c4': 'VARCHAR', 'c5': 'VARCHAR'},
    delim = ',',
    quote = '"',
    escape = '"',
    header = TRUE,
    skip = 0,
    nullstr = [''],
    compression = 'none',
    max_line_size = 4194304,
    store_rejects = TRUE,
    rejects_table = 'malformed_1',
    rejects_scan = 'malformed_1_scans'
  )
), parsed AS (
  SELECT
    *,
    NULLIF(TRIM("raw customer"), '') AS "account_id",
    CASE
      WHEN SUBSTR(TRIM("raw issued"), 5, 1) IN ('-', '/')
      AND NOT TRY_CAST(LEFT(TRIM("raw issued"), 4) AS INT) IS NULL
      THEN TRY_CAST(TRIM("raw issued") AS TIMESTAMP)
      ELSE CASE
        WHEN CONTAINS(TRIM("raw issued"), '/')
        THEN CASE
          WHEN LENGTH(TRIM("raw issued")) <= 10
          THEN TRY_STRPTIME(TRIM("raw issued"), '%d/%m/%Y')
          ELSE COALESCE(
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d/%m/%Y %H:%M:%S'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d/%m/%Y %H:%M'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d/%m/%Y %H:%M:%S.%f'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d/%m/%Y %I:%M:%S %p'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d/%m/%Y %I:%M %p')
          )
        END
        WHEN CONTAINS(LEFT(TRIM("raw issued"), 3), '.')
        THEN CASE
          WHEN LENGTH(TRIM("raw issued")) <= 10
          THEN TRY_STRPTIME(TRIM("raw issued"), '%d.%m.%Y')
          ELSE COALESCE(
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d.%m.%Y %H:%M:%S'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d.%m.%Y %H:%M'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d.%m.%Y %H:%M:%S.%f'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d.%m.%Y %I:%M:%S %p'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d.%m.%Y %I:%M %p')
          )
        END
        ELSE CASE
          WHEN LENGTH(TRIM("raw issued")) <= 10
          THEN TRY_STRPTIME(TRIM("raw issued"), '%d-%m-%Y')
          ELSE COALESCE(
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d-%m-%Y %H:%M:%S'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d-%m-%Y %H:%M'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d-%m-%Y %H:%M:%S.%f'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d-%m-%Y %I:%M:%S %p'),
            TRY_STRPTIME(REPLACE(TRIM("raw issued"), 'T', ' '), '%d-%m-%Y %I:%M %p')
          )
        END
      END
    END AS "occurred_at local",
    CASE
      WHEN LENGTH(TRIM("raw issued")) > 16
      AND (
        SUBSTR(TRIM("raw issued"), -1, 1) = 'Z'
        OR SUBSTR(TRIM("raw issued"), -6, 1) IN ('+', '-')
        OR SUBSTR(TRIM("raw issued"), -5, 1) IN ('+', '-')
        OR SUBSTR(TRIM("raw issued"), -3, 1) IN ('+', '-')
      )
      THEN CAST(TRY_CAST(TRIM("raw issued") AS TIMESTAMPTZ) AS TIMESTAMP)
    END AS "occurred_at utc",
    TRY_CAST("raw sum" AS DECIMAL(18, 4)) AS "amount",
    "raw state" AS "status",
    "raw note" AS "note"
  FROM raw
), typed AS (
  SELECT
    "raw customer",
    "raw issued",
    "raw sum",
    "raw state",
    "raw note",
    "raw no",
    "account_id" AS "account_id",
    COALESCE(
      "occurred_at utc",
      CASE
        WHEN MONTH(
          CASE
            WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
            THEN "occurred_at local"
          END
        ) IN (9, 10)
        AND HOUR(
          CASE
            WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
            THEN "occurred_at local"
          END
        ) IN (2)
        THEN CASE
          WHEN TIMEZONE(
            'Europe/Berlin',
            TIMEZONE(
              'UTC',
              CAST(TIMEZONE(
                'Europe/Berlin',
                CASE
                  WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
                  THEN "occurred_at local"
                END
              ) AS TIMESTAMP) - INTERVAL '60' MINUTE
            )
          ) = CASE
            WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
            THEN "occurred_at local"
          END
          THEN CAST(TIMEZONE(
            'Europe/Berlin',
            CASE
              WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
              THEN "occurred_at local"
            END
          ) AS TIMESTAMP) - INTERVAL '60' MINUTE
          ELSE CAST(TIMEZONE(
            'Europe/Berlin',
            CASE
              WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
              THEN "occurred_at local"
            END
          ) AS TIMESTAMP)
        END
        ELSE CAST(TIMEZONE(
          'Europe/Berlin',
          CASE
            WHEN "occurred_at local" BETWEEN CAST('1800-01-01' AS TIMESTAMP) AND CAST('2300-01-01' AS TIMESTAMP)
            THEN "occurred_at local"
          END
        ) AS TIMESTAMP)
      END
    ) AS "occurred_at",
    "occurred_at local",
    "occurred_at utc",
    "amount" AS "amount",
    "status" AS "status",
    "note" AS "note"
  FROM parsed
)
SELECT
  CAST(1 AS INT) AS _file,
  COALESCE((
    "raw state" <> 'draft'
  ), FALSE) AS _taken,
  COALESCE(
    NULLIF(TRIM("raw no"), '') IS NULL
    OR (
      NOT "raw issued" IS NULL AND "occurred_at" IS NULL
    )
    OR (
      NOT "raw sum" IS NULL AND "amount" IS NULL
    )
    OR "account_id" IS NULL
    OR "raw issued" IS NULL
    OR "amount" < 0
    OR "occurred_at" > CAST('2025-07-01 00:00:00' AS TIMESTAMP),
    FALSE
  ) AS _rejected,
  CASE
    WHEN NULLIF(TRIM("raw no"), '') IS NULL
    OR (
      NOT "raw issued" IS NULL AND "occurred_at" IS NULL
    )
    OR (
      NOT "raw sum" IS NULL AND "amount" IS NULL
    )
    OR "account_id" IS NULL
    OR "raw issued" IS NULL
    OR "amount" < 0
    OR "occurred_at" > CAST('2025-07-01 00:00:00' AS TIMESTAMP)
    THEN CAST(LIST_FILTER(
      [
        CASE
          WHEN NULLIF(TRIM("raw no"), '') IS NULL
          THEN {'rule': 'missing', 'field': 'no', 'reason': 'no is empty', 'rejects': TRUE}
        END,
        CASE
          WHEN NOT "raw issued" IS NULL AND "occurred_at" IS NULL
          THEN {'rule': 'unreadable', 'field': 'issued', 'reason': CONCAT('''', LEFT("raw issued", 60), ''' is no day-month-year date'), 'rejects': TRUE}
        END,
        CASE
          WHEN NOT "raw sum" IS NULL AND "amount" IS NULL
          THEN {'rule': 'unreadable', 'field': 'sum', 'reason': CONCAT('''', LEFT("raw sum", 60), ''' is no amount with the decimal mark ''.'''), 'rejects': TRUE}
        END,
        CASE
          WHEN "account_id" IS NULL
          THEN {'rule': 'missing', 'field': 'customer', 'reason': 'customer is empty', 'rejects': TRUE}
        END,
        CASE
          WHEN "raw issued" IS NULL
          THEN {'rule': 'missing', 'field': 'issued', 'reason': 'issued is empty', 'rejects': TRUE}
        END,
        CASE
          WHEN "amount" < 0
          THEN {'rule': 'negative', 'field': 'sum', 'reason': CONCAT(CAST("amount" AS TEXT), ' is below 0'), 'rejects': TRUE}
        END,
        CASE
          WHEN "occurred_at" > CAST('2025-07-01 00:00:00' AS TIMESTAMP)
          THEN {'rule': 'in_future', 'field': 'issued', 'reason': CONCAT(CAST("occurred_at" AS TEXT), ' UTC is still to come'), 'rejects': TRUE}
        END
      ],
      LAMBDA x : NOT x IS NULL
    ) AS STRUCT(rule TEXT, field TEXT, reason TEXT, rejects BOOLEAN)[])
  END AS _findings,
  CASE
    WHEN NULLIF(TRIM("raw no"), '') IS NULL
    OR (
      NOT "raw issued" IS NULL AND "occurred_at" IS NULL
    )
    OR (
      NOT "raw sum" IS NULL AND "amount" IS NULL
    )
    OR "account_id" IS NULL
    OR "raw issued" IS NULL
    OR "amount" < 0
    OR "occurred_at" > CAST('2025-07-01 00:00:00' AS TIMESTAMP)
    THEN CAST(JSON_OBJECT(
      'customer',
      "raw customer",
      'issued',
      "raw issued",
      'sum',
      "raw sum",
      'state',
      "raw state",
      'note',
      "raw note",
      'no',
      "raw no"
    ) AS TEXT)
  END AS _record,
  CAST(MD5(NULLIF(TRIM("raw no"), '')) AS UUID) AS "key",
  CAST("occurred_at" AS DATE) AS "occurred_on",
  "account_id",
  "occurred_at",
  "amount",
  "status",
  "note"
FROM typed
