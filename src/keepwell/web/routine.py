"""The chores of the server, in one list."""

from keepwell.web.chores import copying
from keepwell.web.server.chores import Chore

CHORES: tuple[Chore, ...] = (Chore("copying", 1, copying.copy),)
"""Every chore, sorted by its name."""
