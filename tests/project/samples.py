"""A small project that holds no mistake, for tests to spoil."""

from pathlib import Path

FILES = {
    "keepwell.yml": """\
project: acme
zone: Europe/Berlin
currency: EUR
as_of: 2025-06-30
value: {expression: mrr * 12, currency: EUR}
rates: {USD: 0.92}
databases: {crm: CRM_URL}
""",
    "sources.yml": """\
sources:
  customers:
    files: data/accounts.csv
    table: accounts
    columns: {account_id: id, began_at: signup, plan: plan_tier, seats: seats, name: company}
    attributes: {referral: text, trial: boolean}
  product:
    files: data/events*.csv
    table: events
    fresh_within: 3 days
    columns: {account_id: account, occurred_at: ts, name: event, contact: user_id, quantity: n}
  support:
    files: [data/tickets.csv]
    table: tickets
    dates: day-month-year
    columns:
      account_id: account
      ticket_id: id
      opened_at: opened
      closed_at: closed
      escalated: esc
  contracts:
    database: crm
    query: select * from subscriptions
    table: subscriptions
    max_rejects: 1%
    columns:
      account_id: account
      subscription_id: id
      started_at: begins
      ended_at: ends
      renews_at: renewal
      plan: plan
      amount: {column: mrr, currency: USD}
  answers:
    files: data/nps.csv
    table: surveys
    columns: {account_id: account, answered_at: date, kind: {constant: nps}, score: score}
""",
    "signals.yml": """\
signals:
  active_days:
    label: Active days
    from: events
    where: {name: [login, session_started]}
    aggregate: active_days
    window: 28 days
    unit: days
    direction: higher_is_better
    missing: zero
  usage_change:
    label: Usage change
    unit: percent
    direction: higher_is_better
    missing: unknown
    change: {of: core_now, against: core_before}
  core_now: {from: events, where: {name: core}, aggregate: rate, per: 7 days, window: 7 days}
  core_before:
    from: events
    where: {name: core}
    aggregate: rate
    per: 7 days
    window: {from: 35 days ago, to: 7 days ago}
  open_escalations: {from: tickets, where: {escalated: true}, aggregate: open, missing: zero}
  mrr: {from: subscriptions, aggregate: sum, column: amount, state: open}
  last_plan: {from: subscriptions, aggregate: last, column: plan}
  tenure_days: {from: accounts, aggregate: days_since_last}
  seat_use:
    label: Seats in use
    unit: share
    direction: higher_is_better
    missing: unknown
    expression: active_days / account.seats
  nps:
    label: Last NPS
    unit: points
    direction: higher_is_better
    missing: unknown
    from: surveys
    aggregate: last
    column: score
    window: 180 days
""",
    "segments.yml": """\
segments: {enterprise: account.seats >= 200, smb: otherwise}
stages: {onboarding: tenure_days < 90, mature: otherwise}
""",
    "scorecards/default.yml": """\
scorecard: default
for: {segment: any, stage: any}
dimensions:
  adoption:
    weight: 40
    measures:
      active_days: {weight: 3, scale: {0: 0, 5: 40, 12: 80, 20: 100}}
      usage_change: {weight: 2, scale: {-60%: 0, 0%: 70, +20%: 100}}
  commercial:
    weight: 30
    measures:
      seat_use: {weight: 1, scale: {percentile_within: segment}}
  voice:
    weight: 30
    measures:
      nps: {weight: 1, scale: {0: 0, 6: 30, 10: 100}, advice: Call them}
caps:
  escalated: {when: open_escalations >= 1, at_most: 40, because: An escalation is open}
bands: {green: 70, yellow: 40, hysteresis: 3}
missing: redistribute
min_coverage: 60%
""",
    "outcomes.yml": """\
by: [plan, trial]
capacity: 40
outcomes:
  churn:
    label: Churn
    kind: churned
    lapse: {from: subscriptions, grace: 30 days, where: {plan: {not: free}}}
    horizon: 90 days
    gap: 7 days
    at_risk: {where: mrr > 0, segment: [smb, enterprise]}
  churn_at_renewal:
    kind: churned
    event: {from: subscriptions, at: ended_at, amount: amount * 12, voluntary: "plan != 'card'"}
    horizon: 30 days
    cause: voluntary
    counts: revenue
    until: 2025-05-31
    at_risk: {renewal_within: 30 days, stage: mature}
  silent: {kind: churned, inactive: {from: events, for: 8 weeks}, horizon: 8 weeks}
  renewal: {kind: renewed, renewal: {from: subscriptions, grace: 7 days}, horizon: 90 days}
  growth: {kind: expanded, moved: {from: subscriptions, column: amount, up: 10%, grace: 3 days}, horizon: 6 months}
  undated: {kind: churned, snapshot: account.referral == 'gone'}
""",
}


def write(folder: Path, **changed: str) -> Path:
    """Writes the sample into a folder, whole files changed by keyword (`signals=...`, `default=...`); gives the folder."""
    names = {Path(name).stem: name for name in FILES}
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for stem, text in changed.items():
        (folder / names[stem]).write_text(text, encoding="utf-8")
    return folder


def spoilt(folder: Path, stem: str, right: str, wrong: str) -> Path:
    """Writes the sample with one text of one file replaced."""
    name = next(name for name in FILES if Path(name).stem == stem)
    assert right in FILES[name], f"{right!r} does not stand in {name}"
    return write(folder, **{stem: FILES[name].replace(right, wrong, 1)})
