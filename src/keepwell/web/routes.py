"""The routers that the server consists of, in one list."""

from fastapi import APIRouter

from keepwell.web.api import (
    accounts,
    alerts,
    audit,
    definitions,
    digest,
    events,
    exports,
    hooks,
    journeys,
    keys,
    me,
    overview,
    people,
    said,
    tasks,
    teams,
    views,
    works,
)
from keepwell.web.pages import account, admin, data, own, portfolio, scorecards, signals, telling, today
from keepwell.web.pages import journeys as journey_pages
from keepwell.web.public import answering, choosing, confirming, following, hearing, inbox, leaving
from keepwell.web.server import health, metrics, static
from keepwell.web.signin import coming, entering

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    accounts.router,
    *admin.ROUTERS,
    alerts.router,
    answering.router,
    audit.router,
    choosing.router,
    coming.router,
    confirming.router,
    data.router,
    definitions.router,
    digest.router,
    entering.router,
    events.router,
    exports.router,
    following.router,
    health.router,
    hearing.router,
    hooks.router,
    inbox.router,
    journey_pages.router,
    journeys.router,
    keys.router,
    leaving.router,
    me.router,
    metrics.router,
    overview.router,
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
    works.router,
)
"""Every router, sorted by the name of its module."""
