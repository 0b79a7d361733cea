"""The routers that the server consists of, in one list."""

from fastapi import APIRouter

from keepwell.web.api import audit, digest, events, hooks, keys, me, people, said, tasks, teams, views
from keepwell.web.pages import account, admin, data, own, portfolio, scorecards, signals, telling, today
from keepwell.web.server import health, metrics, static
from keepwell.web.signin import coming, entering

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    *admin.ROUTERS,
    audit.router,
    coming.router,
    data.router,
    digest.router,
    entering.router,
    events.router,
    health.router,
    hooks.router,
    keys.router,
    me.router,
    metrics.router,
    *own.ROUTERS,
    people.router,
    portfolio.router,
    said.router,
    scorecards.router,
    signals.router,
    static.router,
    tasks.router,
    teams.router,
    telling.router,
    today.router,
    views.router,
)
"""Every router, sorted by the name of its module."""
