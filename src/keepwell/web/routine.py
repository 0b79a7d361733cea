"""The chores of the server, in one list."""

from keepwell.web.chores import (
    collecting,
    copying,
    escalating,
    following,
    living,
    posting,
    scheduling,
    telling,
    tidying,
    warming,
)
from keepwell.web.server.chores import Chore

CHORES: tuple[Chore, ...] = (
    Chore("collecting", 60, collecting.collect),
    Chore("copying", 1, copying.copy),
    Chore("escalating", 30, escalating.escalate),
    Chore("following", 2, following.follow),
    Chore("living", 5, living.live),
    Chore("posting", 2, posting.post),
    Chore("scheduling", 2, scheduling.look),
    Chore("sending", 2, telling.send),
    Chore("telling", 2, telling.tell),
    Chore("tidying", 3600, tidying.tidy),
    Chore("warming", 2, warming.warm),
)
"""Every chore, sorted by its name."""
