"""What each address of the server asks for, as it was decided, not as the code says it: the walk holds the code against it.

A route that is not here fails the walk. Add it under the permission that it must ask for.
"""

from keepwell.people import Permission

P = Permission

PUBLIC = """
GET /favicon.ico
GET /healthz
GET /readyz
GET /metrics
GET /static/{digest}/{name:path}
GET /set-up/{token}
POST /set-up/{token}
GET /invitation/{token}
POST /invitation/{token}
GET /reset/{token}
POST /reset/{token}
GET /sign-in
POST /sign-in
GET /sign-in/code
POST /sign-in/code
GET /sign-in/provider
GET /sign-in/answer
POST /sign-out
GET /m/unsubscribe/{token}
HEAD /m/unsubscribe/{token}
POST /m/unsubscribe/{token}
GET /m/preferences/{token}
HEAD /m/preferences/{token}
POST /m/preferences/{token}
POST /m/preferences/{token}/again
POST /m/preferences/{token}/remark
POST /m/preferences/{token}/call
GET /m/confirm/{token}
HEAD /m/confirm/{token}
POST /m/confirm/{token}
GET /m/answer/{token}
HEAD /m/answer/{token}
POST /m/answer/{token}
GET /m/keepwell-inbox.js
POST /m/events
GET /m/inbox
OPTIONS /m/inbox
OPTIONS /m/inbox/{number}/read
OPTIONS /m/inbox/{number}/dismiss
POST /m/inbox/{number}/read
POST /m/inbox/{number}/dismiss
GET /m/go/{token}
HEAD /m/go/{token}
GET /m/seen/{token}
HEAD /m/seen/{token}
"""

SIGNED_IN = """
GET /api/me
GET /api/digest
PUT /api/digest
"""

NEEDS = {
    P.SCORES_READ: """
GET /news
GET /api/accounts/{account_id}/outreach
GET /
GET /portfolio
GET /portfolio/accounts
GET /portfolio/trend
GET /accounts/{account_id}
GET /accounts/{account_id}/moved
GET /accounts/{account_id}/remedies
GET /accounts/{account_id}/timeline
GET /api/events
GET /api/portfolio
GET /api/portfolio/trend
GET /api/segments
GET /api/accounts
GET /api/accounts/{account_id}
GET /api/accounts/{account_id}/score
GET /api/accounts/{account_id}/history
GET /api/accounts/{account_id}/moved
GET /api/accounts/{account_id}/remedies
GET /api/accounts/{account_id}/timeline
GET /api/accounts/{account_id}/overrides
GET /api/accounts/{account_id}/pulses
GET /api/accounts/{account_id}/notes
GET /api/accounts/{account_id}/feedback
GET /api/accounts/{account_id}/tasks
""",
    P.SIGNALS_READ: """
GET /signals
GET /signals/{name}
GET /api/signals
GET /api/signals/{name}
GET /api/accounts/{account_id}/signals
""",
    P.SCORES_EXPORT: """
GET /api/export
""",
    P.DEFINITIONS_READ: """
GET /journeys
GET /journeys/{name}
GET /api/journeys
GET /api/journeys/{name}
GET /scorecards
GET /scorecards/evidence/{outcome}
GET /scorecards/plans/{number}
GET /api/scorecards
GET /api/versions
GET /api/evidence
""",
    P.DEFINITIONS_WRITE: """
GET /scorecards/{name}/weights
POST /scorecards/{name}/preview
POST /scorecards/{name}/weights
""",
    P.PLANS_MAKE: """
GET /scorecards/plans/under-way
POST /scorecards/plans
""",
    P.PLANS_APPROVE: """
POST /scorecards/plans/{number}/approve
POST /scorecards/plans/{number}/reject
""",
    P.PLANS_APPLY: """
POST /scorecards/plans/{number}/apply
""",
    P.RUNS_START: """
POST /data/works
POST /api/works
""",
    P.DATA_READ: """
GET /data
GET /data/works
GET /api/works
GET /api/works/{number}
GET /api/runs
GET /api/sources
GET /api/rejects
""",
    P.RUNS_START: """
POST /data/works
POST /api/works
""",
    P.OVERRIDES_WRITE: """
POST /accounts/{account_id}/overrides
POST /accounts/{account_id}/overrides/end
POST /api/accounts/{account_id}/overrides
POST /api/accounts/{account_id}/overrides/{number}/end
""",
    P.PULSES_WRITE: """
POST /accounts/{account_id}/pulses
POST /api/accounts/{account_id}/pulses
""",
    P.NOTES_WRITE: """
POST /accounts/{account_id}/notes
POST /api/accounts/{account_id}/notes
PUT /api/accounts/{account_id}/notes/{number}
DELETE /api/accounts/{account_id}/notes/{number}
""",
    P.FEEDBACK_WRITE: """
POST /accounts/{account_id}/feedback
POST /api/accounts/{account_id}/feedback
""",
    P.OWNERS_WRITE: """
PUT /api/accounts/{account_id}/owner
""",
    P.TASKS_WRITE: """
POST /tasks/{number}/later/{days}
POST /alerts/{number}/{what}
POST /api/tasks/{number}/later
GET /api/alerts
POST /api/alerts/{number}/steps
POST /accounts/{account_id}/tasks
POST /tasks/{number}/{step}
GET /api/tasks
POST /api/accounts/{account_id}/tasks
GET /api/tasks/{number}
PUT /api/tasks/{number}
POST /api/tasks/{number}/steps
""",
    P.VIEWS_WRITE: """
POST /portfolio/views
POST /portfolio/views/{number}/remove
GET /api/views
PUT /api/views
DELETE /api/views/{number}
""",
    P.OUTREACH_RUN: """
POST /journeys/{name}/{step}
POST /holds/{number}/{verdict}
GET /sandbox
GET /sandbox/{entry}
GET /sandbox/{entry}/page
POST /api/journeys/{name}/steps
GET /api/holds
POST /api/holds/{number}/steps
GET /api/sandbox
""",
    P.OUTREACH_APPROVE: """
POST /journeys/{name}/approval/{answer}
POST /api/journeys/{name}/approvals
""",
    P.WEBHOOKS_MANAGE: """
GET /admin/webhooks
POST /admin/webhooks
GET /admin/webhooks/{number}
POST /admin/webhooks/{number}/pause
POST /admin/webhooks/{number}/resume
POST /admin/webhooks/{number}/test
POST /admin/webhooks/{number}/secret
POST /admin/webhooks/{number}/remove
POST /admin/webhooks/{number}/deliveries/{delivery}/replay
GET /api/webhooks
POST /api/webhooks
GET /api/webhooks/{number}
PUT /api/webhooks/{number}
DELETE /api/webhooks/{number}
POST /api/webhooks/{number}/pause
POST /api/webhooks/{number}/resume
POST /api/webhooks/{number}/secret
POST /api/webhooks/{number}/test
GET /api/webhooks/{number}/deliveries
GET /api/deliveries/{number}
POST /api/deliveries/{number}/replay
""",
    P.PROFILE_OWN: """
GET /profile
POST /profile
POST /profile/password
POST /profile/sessions/{number}/end
POST /profile/sessions/end-others
POST /profile/second-factor
POST /profile/second-factor/confirm
POST /profile/second-factor/remove
""",
    P.KEYS_OWN: """
GET /profile/keys
POST /profile/keys
POST /profile/keys/{number}/revoke
GET /api/keys
POST /api/keys
DELETE /api/keys/{number}
""",
    P.KEYS_MANAGE: """
GET /admin/keys
POST /admin/keys/{number}/revoke
GET /api/keys/everybody
""",
    P.PEOPLE_MANAGE: """
GET /admin
GET /admin/people
POST /admin/people
POST /admin/people/links/{number}/withdraw
GET /admin/people/{number}
POST /admin/people/{number}
POST /admin/people/{number}/hand-over
POST /admin/people/{number}/disable
POST /admin/people/{number}/enable
POST /admin/people/{number}/sign-out
POST /admin/people/{number}/remove-factor
POST /admin/people/{number}/reset
GET /admin/roles
GET /admin/teams
POST /admin/teams
POST /admin/teams/{number}
POST /admin/teams/{number}/remove
GET /api/people
GET /api/people/{number}
PATCH /api/people/{number}
POST /api/people/{number}/disable
POST /api/people/{number}/enable
POST /api/people/{number}/sign-out
POST /api/people/{number}/reset
DELETE /api/people/{number}/second-factor
GET /api/invitations
POST /api/invitations
DELETE /api/invitations/{number}
GET /api/teams
POST /api/teams
PUT /api/teams/{number}
DELETE /api/teams/{number}
""",
    P.AUDIT_READ: """
GET /admin/audit
GET /admin/audit/verify
GET /api/audit
GET /api/audit/verification
""",
}

BESIDES = {"/api/openapi.json"}
"""What FastAPI itself answers, for everybody: how the API is called, and nothing of anybody's."""


def table() -> dict[str, Permission | str]:
    """What each address asks for: a permission, `signed in` or `public`."""
    found: dict[str, Permission | str] = dict.fromkeys(PUBLIC.split("\n")[1:-1], "public")
    found |= dict.fromkeys(SIGNED_IN.split("\n")[1:-1], "signed in")
    for permission, lines in NEEDS.items():
        found |= dict.fromkeys(lines.split("\n")[1:-1], permission)
    return found


FILLED = {
    "{number}": "2147483000",
    "{delivery}": "2147483000",
    "{token}": "nothing",
    "{step}": "finish",
    "{outcome}": "churn",
    "{verdict}": "dismissed",
    "{answer}": "withdraw",
    "{days}": "1",
    "{what}": "seen",
    "{entry}": "2147483000",
    "{digest}": "0",
    "{name:path}": "app.css",
    "{name}": "active_days",
}
"""What stands for the parts of an address that are no account."""


def filled(path: str, account: str = "A1") -> str:
    """An address that can be asked for."""
    for part, value in FILLED.items():
        path = path.replace(part, value)
    return path.replace("{account_id}", account)


BODIES: dict[str, dict[str, object]] = {
    "overrides": {"value": 40, "reason": "why"},
    "end": {"why": "", "target": "score"},
    "pulses": {"score": 40},
    "notes": {"words": "words"},
    "{number}": {"words": "words"},
    "feedback": {"verdict": "too_high"},
    "tasks": {"title": "Call"},
    "owner": {"owner": "kim"},
}
"""What a change of an account says that is understood, by the last part of its address."""
