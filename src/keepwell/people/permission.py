"""The one table of permissions: what there is to do, and which roles may."""

from collections.abc import Mapping
from enum import StrEnum

from keepwell.people.role import Role


class Permission(StrEnum):
    """One thing that can be allowed, as `things:action`."""

    SCORES_READ = "scores:read"
    SIGNALS_READ = "signals:read"
    SCORES_EXPORT = "scores:export"
    OVERRIDES_WRITE = "overrides:write"
    PULSES_WRITE = "pulses:write"
    NOTES_WRITE = "notes:write"
    FEEDBACK_WRITE = "feedback:write"
    TASKS_WRITE = "tasks:write"
    VIEWS_WRITE = "views:write"
    VIEWS_SHARE = "views:share"
    OWNERS_WRITE = "owners:write"
    DEFINITIONS_READ = "definitions:read"
    DEFINITIONS_WRITE = "definitions:write"
    PLANS_MAKE = "plans:make"
    PLANS_APPROVE = "plans:approve"
    PLANS_APPLY = "plans:apply"
    DATA_READ = "data:read"
    RUNS_START = "runs:start"
    PROFILE_OWN = "profile:own"
    PEOPLE_MANAGE = "people:manage"
    KEYS_OWN = "keys:own"
    KEYS_MANAGE = "keys:manage"
    OUTREACH_RUN = "outreach:run"
    OUTREACH_APPROVE = "outreach:approve"
    WEBHOOKS_MANAGE = "webhooks:manage"
    AUDIT_READ = "audit:read"


_P = Permission
_LOOKS = frozenset({_P.SCORES_READ, _P.SIGNALS_READ, _P.VIEWS_WRITE, _P.PROFILE_OWN, _P.KEYS_OWN})
_MARKETER = _LOOKS | {
    _P.SCORES_EXPORT,
    _P.NOTES_WRITE,
    _P.FEEDBACK_WRITE,
    _P.TASKS_WRITE,
    _P.VIEWS_SHARE,
    _P.DEFINITIONS_READ,
    _P.OUTREACH_RUN,
}
_CSM = (_MARKETER - {_P.OUTREACH_RUN}) | {_P.OVERRIDES_WRITE, _P.PULSES_WRITE}
_ANALYST = _MARKETER | {
    _P.DEFINITIONS_WRITE,
    _P.PLANS_MAKE,
    _P.PLANS_APPROVE,
    _P.PLANS_APPLY,
    _P.OUTREACH_APPROVE,
    _P.DATA_READ,
    _P.RUNS_START,
}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _LOOKS,
    Role.CSM: _CSM,
    Role.MARKETER: _MARKETER,
    Role.ANALYST: _ANALYST,
    Role.ADMIN: frozenset(Permission),
}
"""Which role may do what. What is not here, nobody may. Approving and applying are further bound by the project's governance."""


def granted(role: Role, permission: Permission) -> bool:
    """Whether a role may do something."""
    return permission in GRANTS[role]


OWN: frozenset[Permission] = frozenset({_P.PROFILE_OWN, _P.KEYS_OWN, _P.KEYS_MANAGE})
"""What only people who signed in themselves may do, never a key: so that a stolen key makes no other one and locks nobody out."""
