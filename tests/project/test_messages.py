"""Every mistake has a message of its own: where it stands, what is wrong, and what to type."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError
from keepwell.project import load
from tests.project.samples import spoilt

# file, what stands there, what is typed instead, where it is told, what is said, what to do
MISTAKES = [
    # keepwell.yml
    ("keepwell", "currency: EUR\n", "currency: euro\n", "keepwell.yml:3:currency", "is 'euro', not a currency", "EUR"),
    ("keepwell", "as_of: 2025-06-30", "as_of: 2025-06-31", "keepwell.yml:4:as_of", "no day of the calendar", "2025-"),
    ("keepwell", "zone: Europe/Berlin", "zone: CET", "keepwell.yml:2:zone", "not an IANA", "'Europe/Berlin'"),
    ("keepwell", "zone: Europe/Berlin", "zone: berlin", "keepwell.yml:2:zone", "not an IANA", "'Europe/Berlin'"),
    ("keepwell", "project: acme", "project: acme\nproject: b", "keepwell.yml:2:project", "a second time", "keep one"),
    ("keepwell", "project: acme", "projekt: acme", "keepwell.yml:1:projekt", "no key 'projekt'", "'project'"),
    ("keepwell", "currency: EUR}", "currency: GBP}", "keepwell.yml:5:value.currency", "no fixed rate", "rates: {GBP:"),
    ("keepwell", "mrr * 12", "last_plan", "keepwell.yml:5:value.expression", "gives text, not a number", "when("),
    ("keepwell", "CRM_URL", "postgres://u:p@h/db", "keepwell.yml:7:databases.crm", "environment variable", "CRM_URL"),
    # sources.yml
    ("sources", "table: tickets", "table: support", "sources.yml:14:sources.support.table", "is 'support', not", "use"),
    ("sources", "esc\n", "esc\n      oppened_at: o\n", "sources.yml:22", "no column 'oppened_at'", "keep it as an attri"),
    ("sources", "account_id: account, answered", "answered", "sources.yml:38", "which account a row", "account_id:"),
    ("sources", "ticket_id: id\n", "channel: id\n", "sources.yml:16", "which row is which", "`ticket_id:`"),
    ("sources", "answered_at: date, ", "", "sources.yml:38", "nothing says when a row of surveys", "answered_at"),
    ("sources", "currency: USD", "currency: GBP", "sources.yml:34", "no rate from GBP into", "rates: {GBP: ...}"),
    ("sources", "score: score", "score: {column: s, currency: USD}", "sources.yml:38", "of kind number", "only money"),
    ("sources", "database: crm", "database: cms", "sources.yml:23", "names no database 'cms'", "'crm'"),
    ("sources", "trial: boolean", "plan: text", "sources.yml:6", "a column of the table accounts itself", "columns:"),
    ("sources", "trial: boolean", "source: text", "sources.yml:6", "uses the name 'source' for itself", "source_there"),
    ("sources", "trial: boolean", "trial: bool", "sources.yml:6", "is 'bool', not", "'boolean'"),
    ("sources", "data/nps.csv", "data/nps.dat.old", "sources.yml:36", "does not tell how it is laid out", "format:"),
    ("sources", "max_rejects: 1%", "max_rejects: few", "sources.yml:26", "is 'few', not", "1%"),
    ("sources", "dates: day-month-year", "dates: dd-mm-yyyy", "sources.yml:15", "'dd-mm-yyyy'", "day-month-year"),
    (
        "sources",
        "account_id: account, occurred_at",
        "account_id: {lookup: contract, match: a, to: b, take: c}, occurred_at",
        "sources.yml:11",
        "no source 'contract'",
        "'contracts'",
    ),
    # signals.yml
    ("signals", "from: surveys", "from: invoices", "signals.yml:39", "no source feeds the table invoices", "add a so"),
    ("signals", "from: surveys", "from: survey", "signals.yml:39", "is 'survey', not", "'surveys'"),
    ("signals", "aggregate: last\n", "aggregate: avg\n", "signals.yml:40", "is 'avg', not", "'mean'"),
    ("signals", "window: 180 days", "window: 180", "signals.yml:42", "is '180', not a span", "180 days"),
    ("signals", "window: 28 days", "window: a month", "signals.yml:7", "not a span of time", "28 days"),
    ("signals", "{from: 35 days ago, to: 7 days ago}", "{from: 7 days ago, to: 35 days ago}", "signals.yml:23",
     "ends before it begins", "{from: 35 days ago, to: 7 days ago}"),
    ("signals", "aggregate: last\n    column: score", "aggregate: mean\n    column: kind", "signals.yml:41",
     "`mean` takes numbers, and kind is text", "score"),
    ("signals", "aggregate: last\n    column: score", "aggregate: mean", "signals.yml:40", "of which column", "score"),
    ("signals", "aggregate: last, column: plan", "aggregate: count, column: plan", "signals.yml:26", "reads no column",
     "remove it"),
    ("signals", "aggregate: last\n    column: score", "aggregate: open", "signals.yml:40", "has no end", "tickets"),
    ("signals", "rate, per: 7 days, window: 7 days", "rate, window: 7 days", "signals.yml:17", "needs `per`", "per: 7"),
    ("signals", "aggregate: rate\n    per: 7 days", "aggregate: trend\n    per: 20 days", "signals.yml:22",
     "a trend needs two steps", "longer"),
    ("signals", "{escalated: true}", "{escalated: yes}", "signals.yml:24", "true or false, and 'yes' is not", "true"),
    ("signals", "{escalated: true}", "{opened_at: 2025-01-01}", "signals.yml:24", "an instant", "< as_of"),
    ("signals", "where: {escalated: true}", "where: account.seats > 5", "signals.yml:24", "only their own columns", "sig"),
    ("signals", "where: {escalated: true}", "where: escalated = true", "signals.yml:24", "cannot be read", "type =="),
    ("signals", "where: {escalated: true}", "where: opened_at", "signals.yml:24", "no condition: it gives instant", "com"),
    ("signals", "change: {of: core_now, against: core_before}", "change: {of: core_nov, against: core_before}",
     "signals.yml:16:signals.usage_change.change.of", "no signal 'core_nov'", "'core_now'"),
    ("signals", "change: {of: core_now, against: core_before}", "change: {of: last_plan, against: core_before}",
     "signals.yml:16:signals.usage_change.change.of", "is text, not a number", "counts"),
    ("signals", "active_days / account.seats", "active_days / seats", "signals.yml:33", "no signal 'seats'",
     "account.seats"),
    ("signals", "active_days / account.seats", "active_days / account.name", "signals.yml:33", "in the directory", "an"),
    ("signals", "active_days / account.seats", "active_days / account.size", "signals.yml:33", "no source fills", "map"),
    ("signals", "active_days / account.seats", "active_days + last_plan", "signals.yml:33", "takes numbers", "kind"),
    ("signals", "active_days / account.seats", "sqrt(active_days)", "signals.yml:33", "no function 'sqrt'", ""),
    ("signals", "active_days / account.seats", "__import__('os')", "signals.yml:33", "no function", ""),
    ("signals", "missing: zero\n", "missing: none\n", "signals.yml:10", "is 'none', not", "'unknown'"),
    ("signals", "aggregate: last, column: plan", "aggregate: last, column: plan, missing: 0", "signals.yml:26",
     "the signal is text", "unknown"),
    ("signals", "direction: higher_is_better", "direction: up", "signals.yml:9", "is 'up', not", "'higher_is_better'"),
    ("signals", "  mrr:", "  value:", "signals.yml:25:signals.value", "already means something", "value_now"),
    ("signals", "  last_plan:", "  mrr:", "signals.yml:26:signals.mrr", "a second time; the first is on line 25", "one"),
    ("signals", "    label: Active days", "\tlabel: Active days", "signals.yml:3", "a tab stands", "spaces"),
    ("signals", "aggregate: open, missing: zero", "aggregate: open, state: ended", "signals.yml:24:signals.open_escal",
     "`open` tells how many are open, so that none is ended", "remove `state`"),
    ("signals", "aggregate: open, missing: zero", "aggregate: duration, state: open", "signals.yml:24", "none is open",
     "`aggregate: count`"),
    ("signals", "rate, per: 7 days, window: 7 days", "rate, per: 14 days, window: 7 days", "signals.yml:17", "shorter than",
     "14 days or longer"),
    ("signals", "aggregate: open, missing: zero", "aggregate: rate, per: 7 days", "signals.yml:24",
     "`rate` needs `window`", "window: 28"),
    ("signals", "aggregate: open, missing: zero", "aggregate: trend, per: 7 days", "signals.yml:24",
     "`trend` needs `window`", "window: 28"),
    ("signals", "rate, per: 7 days, window: 7 days", "rate, column: quantity, per: 7 days, window: 7 days",
     "signals.yml:17", "`rate` reads no column", "remove it"),
    ("signals", "missing: unknown\n    expression: active_days / account.seats",
     "missing: 1\n    expression: active_days > 3", "signals.yml:32", "the signal is boolean, so that 1 cannot", "unknown"),
    ("signals", "aggregate: last\n    column: score", "aggregate: min\n    column: score > 3", "signals.yml:41",
     "`min` takes numbers, texts or instants, and score > 3 is boolean", "score"),
    ("signals", "aggregate: active_days\n", "aggregate: max\n    column: contact\n", "signals.yml:7",
     "`max` takes numbers, texts or instants, and contact is contact", "quantity"),
    ("signals", "  last_plan:", "  as_of:", "signals.yml:26:signals.as_of", "already means something", "as_of_now"),
    ("signals", "missing: zero\n", "missing: .inf\n", "signals.yml:10", "is .inf, which is not finite", "a number"),
    # segments.yml
    ("segments", "enterprise: account.seats >= 200, smb: otherwise", "smb: otherwise, enterprise: account.seats >= 200",
     "segments.yml:1:segments.smb", "enterprise below it can never match", "move smb to the end"),
    ("segments", "tenure_days < 90", "tenure_days", "segments.yml:2", "no condition: it gives integer", ">= 1"),
    ("segments", "tenure_days < 90", "tenure_day < 90", "segments.yml:2", "no signal 'tenure_day'", "'tenure_days'"),
    # scorecards
    (
        "default",
        "min_coverage: 60%\n",
        "min_coverage: 60%\nfitted: {outcome: churn, from: 2024-01-01, to: 2024-02-30, on: 2025-06-30}\n",
        "scorecards/default.yml:22:fitted.to",
        "no day of the calendar",
        "2025-06-30",
    ),
    ("default", "segment: any", "segment: smbs", "scorecards/default.yml:2:for.segment", "no segment 'smbs'", "'smb'"),
    ("default", "stage: any", "stage: [any, mature]", "scorecards/default.yml:2:for.stage", "beside names", "any alone"),
    ("default", "12: 80, 20: 100", "22: 80, 20: 100", "scorecards/default.yml:7", "must rise: 20 stands after 22",
     "{0: 0, 5: 40, 20: 100, 22: 80}"),
    ("default", "12: 80, 20: 100", "12: 80, 20: 120", "scorecards/default.yml:7", "from 0 to 100", "from 0 to 100"),
    ("default", "{0: 0, 6: 30, 10: 100}", "{0: 0}", "scorecards/default.yml:16", "two values or more", "{0: 0, 20"),
    ("default", "{0: 0, 6: 30, 10: 100}", "{0: 50, 6: 50}", "scorecards/default.yml:16", "the same points", "better"),
    ("default", "weight: 30", "weight: -1", "scorecards/default.yml:10", "is -1, not a number above 0", "above 0"),
    ("default", "      nps:", "      last_plan:", "scorecards/default.yml:16", "is text, which cannot be scaled", "when("),
    ("default", "      nps:", "      npss:", "scorecards/default.yml:16", "no signal 'npss'", "'nps'"),
    ("default", "      nps:", "      active_days:", "scorecards/default.yml:16", "a measure already, on line 7", "once"),
    ("default", "{green: 70, yellow: 40, h", "{green: 40, yellow: 70, h", "scorecards/default.yml:19", "overlap",
     "{green: 70, yellow: 40}"),
    ("default", "hysteresis: 3", "hysteresis: 40", "scorecards/default.yml:19", "never climb", "type 30 or less"),
    ("default", "min_coverage: 60%", "min_coverage: 60", "scorecards/default.yml:21", "more than the whole", "60%"),
    ("default", "missing: redistribute", "missing: ignore", "scorecards/default.yml:20", "is 'ignore'", "'redistribute'"),
    ("default", "open_escalations >= 1", "open_escalations", "scorecards/default.yml:18", "no condition", ">= 1"),
    ("default", "open_escalations >= 1", "seats >= 1", "scorecards/default.yml:18", "no signal 'seats'", "account.seats"),
    ("default", "at_most: 40", "at_most: 100", "scorecards/default.yml:18", "limits nothing", "such as 40"),
    ("default", "open_escalations >= 1, at_most: 40", "open_escalation >= 1, at_most: 140", "scorecards/default.yml:18",
     "no signal 'open_escalation'", "'open_escalations'"),
    ("default", "percentile_within: segment", "percentile_within: segments", "scorecards/default.yml:12", "", "'segment'"),
    ("default", "because: An escalation", "because: An, escalation", "scorecards/default.yml:18", "a comma inside", "quo"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake[0]}: {mistake[2]}")
def test_the_mistake_is_told(tmp_path: Path, mistake: tuple[str, ...]) -> None:
    file, right, wrong, where, what, do = mistake
    with pytest.raises(DefinitionError) as caught:
        load(spoilt(tmp_path, file, right, wrong))
    found = caught.value.problems
    fitting = [one for one in found if one.where.startswith(where) and what in one.what and do in one.do]
    assert fitting, "\n".join(map(str, found))


def test_circles_are_shown(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "signals", "active_days / account.seats", "mrr_use + 1")
    text = (folder / "signals.yml").read_text(encoding="utf-8")
    (folder / "signals.yml").write_text(
        text + "  mrr_use: {ratio: {of: seat_use, to: mrr}}\n", encoding="utf-8"
    )
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    (problem,) = caught.value.problems
    assert problem.what in (
        "the signal is computed from itself: seat_use → mrr_use → seat_use",
        "the signal is computed from itself: mrr_use → seat_use → mrr_use",
    )
    assert problem.do.startswith("break the circle: measure one of")


def test_sources_with_clashing_attributes_are_told(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "sources", "trial: boolean}", "trial: boolean}\n  more:\n    files: b.csv\n"
                    "    table: accounts\n    columns: {account_id: id, began_at: b}\n    attributes: {trial: text}")  # fmt: skip
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    (problem,) = caught.value.problems
    assert problem.where == "sources.yml:11:sources.more.attributes.trial"
    assert problem.what == "accounts.trial is text here and boolean in the source customers"


def test_a_number_is_text_where_the_column_is(tmp_path: Path) -> None:
    project = load(
        spoilt(tmp_path, "signals", "where: {name: core}, aggregate", "where: {name: 12}, aggregate")
    )
    meaning = str(project.signal("core_now").meaning)
    assert "Literal(value='12')" in meaning


def test_a_null_asks_for_what_is_unknown(tmp_path: Path) -> None:
    project = load(spoilt(tmp_path, "signals", "where: {escalated: true}", "where: {escalated: null}"))
    assert "Call(function='unknown'" in str(project.signal("open_escalations").meaning)


def test_bounds_make_comparisons(tmp_path: Path) -> None:
    wanted = (
        "where: {quantity: {at_least: 2, below: 9}, name: {not: [a, b]}, contact: {known: true}}, aggregate"
    )
    project = load(spoilt(tmp_path, "signals", "where: {name: core}, aggregate", wanted))
    short = project.signal("core_now").meaning
    long = (
        "where: \"quantity >= 2 and quantity < 9 and name not in ['a', 'b'] and known(contact)\", aggregate"
    )
    assert (
        short
        == load(spoilt(tmp_path, "signals", "where: {name: core}, aggregate", long))
        .signal("core_now")
        .meaning
    )
