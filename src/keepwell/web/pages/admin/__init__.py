"""What admins do: people, teams, roles, keys, webhooks, audit."""

from keepwell.web.pages.admin import audit, keys, people, roles, teams, webhooks

ROUTERS = (audit.router, keys.router, people.router, roles.router, teams.router, webhooks.router)
"""The routers of these pages, sorted by the name of their module."""
