"""The routers that the server consists of, in one list."""

from fastapi import APIRouter

from keepwell.web.server import health

ROUTERS: tuple[APIRouter, ...] = (health.router,)
"""Every router, sorted by the name of its module."""
