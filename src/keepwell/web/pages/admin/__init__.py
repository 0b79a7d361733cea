"""What admins do: people, teams, roles, keys, audit."""

from keepwell.web.pages.admin import audit, keys, people, roles, teams

ROUTERS = (audit.router, keys.router, people.router, roles.router, teams.router)
"""The routers of these pages, sorted by the name of their module."""
