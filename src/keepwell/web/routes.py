"""The routers that the server consists of, in one list."""

from fastapi import APIRouter

from keepwell.web.api import digest, events, hooks, said, tasks, views
from keepwell.web.pages import account, portfolio, telling, today
from keepwell.web.server import health, static

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    digest.router,
    events.router,
    health.router,
    hooks.router,
    portfolio.router,
    said.router,
    static.router,
    tasks.router,
    telling.router,
    today.router,
    views.router,
)
"""Every router, sorted by the name of its module."""
