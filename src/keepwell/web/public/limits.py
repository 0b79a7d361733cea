"""How often a link may be followed, and how often somebody may try links that are none."""

import time
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from keepwell.web.api.limits import Limits, Policy

FOLLOWED = Policy("link", 60, 60)
"""Of each link. Addresses are not counted: the servers of a mail provider unsubscribe many people, and load the pictures of all, from a few."""

TRIED = Policy("no link", 60, 60)
"""Of each address that asks for links which are none."""


class Following:
    """What is left for each link, and for each address that tries some."""

    def __init__(self) -> None:
        self._followed, self._tried = Limits(FOLLOWED), Limits(TRIED)

    def follow(self, token: str) -> None:
        """Counts that a link is followed.

        Raises:
            HTTPException: too often (429).
        """
        self._take(self._followed, token)

    def miss(self, request: Request) -> None:
        """Counts that somebody asks for a link which is none.

        Raises:
            HTTPException: too often (429).
        """
        self._take(self._tried, request.client.host if request.client else "")

    def _take(self, limits: Limits, caller: str) -> None:
        granted, _, wait_s = limits.take(caller, time.monotonic())
        if not granted:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"more than {limits.policy.quota} requests in a minute",
                {"Retry-After": str(wait_s)},
            )
