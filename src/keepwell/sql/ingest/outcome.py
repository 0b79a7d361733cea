"""The statements that tell what became of a load's rows: rejects, warnings and counts.

They read temporary tables of fixed names: `this_load` (load, source, duplicates: whether double keys are rejects, NULL:
ignored), `staged_files` (number, file, base: the stage's row number of its first row, first_row: its number for people),
`raw_records` (_row, record), `misfits` (number, row, reason, record: lines that could not be taken apart), `line_jumps` (number, place, shift: from that
place among the file's rows on, rows are `shift` lines further down than their places say) and the merge's own.
"""

from sqlglot import exp

FINDINGS = """
SELECT _row, _file AS number, finding.rule AS rule, finding.field AS field, finding.reason AS reason,
       finding.rejects AS rejects, coalesce(_record, r.record) AS record
FROM (SELECT _row, _file, _rejected, _record, unnest(_findings) AS finding FROM bad) LEFT JOIN raw_records r USING (_row)
WHERE finding.rejects OR NOT _rejected
UNION ALL
SELECT _row, _file, 'duplicate_key', (SELECT key_field FROM this_load),
       'another row of this load has the same key and says something else', (SELECT duplicates FROM this_load), r.record
FROM repeats LEFT JOIN raw_records r USING (_row)
WHERE NOT same AND (SELECT duplicates FROM this_load) IS NOT NULL
"""
"""What is wrong with which row of the stage."""

UNRECORDED = """
CREATE OR REPLACE TEMP TABLE unrecorded AS
SELECT _row, _file FROM bad WHERE _record IS NULL
UNION
SELECT _row, _file FROM repeats WHERE NOT same AND (SELECT duplicates FROM this_load) IS NOT NULL
"""
"""The rows of which more is known to be wrong than when they were staged: what they say is yet to be read."""

NO_RECORDS = "CREATE OR REPLACE TEMP TABLE raw_records (_row BIGINT, record VARCHAR)"


def record(records: exp.Select, file: int, base: int) -> exp.Insert:
    """Keeps what a file's unrecorded rows say, of its `records` (place, record). `base` is its first row in the stage."""
    same = exp.EQ(
        this=exp.column("place", table="r"),
        expression=exp.Sub(this=exp.column("_row", table="u"), expression=exp.convert(base)),
    )
    wanted = exp.select(exp.column("_row", table="u"), exp.column("record", table="r"))
    wanted = wanted.from_(exp.to_table("unrecorded").as_("u")).join(records.subquery("r"), on=same)
    own = exp.EQ(this=exp.column("_file", table="u"), expression=exp.convert(file))
    return exp.Insert(this=exp.to_table("raw_records"), expression=wanted.where(own))


BAD = """
CREATE OR REPLACE TEMP TABLE bad AS
SELECT _row, _file, _rejected, _findings, _record FROM resolved WHERE _findings IS NOT NULL
"""

FORGET = """
DELETE FROM ingest.rejects
WHERE source = (SELECT source FROM this_load) AND file IN (SELECT file FROM staged_files)
"""
"""Forgets what was said of these files before: they have been read anew."""

REJECTS = f"""
INSERT INTO ingest.rejects
WITH findings AS ({FINDINGS}),
placed AS (
    SELECT f.number, f.file, x.rule, x.field, x.reason, x.rejects, x.record,
           x._row - f.base AS place, f.first_row
    FROM findings x JOIN staged_files f USING (number)
    QUALIFY x.rejects OR row_number() OVER (PARTITION BY x.number, x.rule, x.field ORDER BY x._row) <= 1000
)
SELECT t.load, t.source, p.file, p.first_row + p.place + coalesce(j.shift, 0), p.rule, p.field, p.reason,
       CASE WHEN p.rejects THEN 'reject' ELSE 'warn' END, p.record
FROM placed p
ASOF LEFT JOIN line_jumps j ON p.number = j.number AND p.place >= j.place
CROSS JOIN this_load t
UNION ALL
SELECT t.load, t.source, f.file, m."row", 'malformed', '', m.reason, 'reject', m.record
FROM misfits m JOIN staged_files f USING (number), this_load t
"""  # noqa: S608 - put together from constants
"""Keeps every reject, and of each kind of warning a file's first thousand."""

COUNTS = f"""
SELECT file, outcome, rule, field, count(*) AS rows FROM (
    WITH findings AS ({FINDINGS}),
    first_reject AS (
        SELECT number, rule, field FROM findings WHERE rejects
        QUALIFY row_number() OVER (
            PARTITION BY _row
            ORDER BY CASE rule WHEN 'unreadable' THEN 0 WHEN 'no_rate' THEN 2 WHEN 'missing' THEN 3 ELSE 1 END, rule, field
        ) = 1
    )
    SELECT number, 'rejected' AS outcome, rule, field FROM first_reject
    UNION ALL
    SELECT number, 'warned', rule, field FROM findings WHERE NOT rejects
    UNION ALL
    SELECT number, 'rejected', 'malformed', '' FROM misfits
) JOIN staged_files USING (number)
GROUP BY ALL
"""  # noqa: S608 - put together from constants
"""How many rows were rejected (each once, by its first reason) and how often each warning was given, by file."""
