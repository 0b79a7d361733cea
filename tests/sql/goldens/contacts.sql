/* messages that were sent */
SELECT DISTINCT
  account,
  occurred_at AS "at"
FROM facts.messages
WHERE
  NOT account IS NULL AND action = 'sent'
UNION ALL
/* calls, meetings and reviews */
SELECT DISTINCT
  account,
  occurred_at AS "at"
FROM facts.interactions
WHERE
  NOT account IS NULL
