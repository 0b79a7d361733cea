"""What people do for themselves: profile, password, second factor, sessions, keys."""

from keepwell.web.pages.own import factor, keys, profile

ROUTERS = (factor.router, keys.router, profile.router)
"""The routers of these pages, sorted by the name of their module."""
