"""Rate limits of the API: each person, or each address that nobody has signed in from, may ask so often and change so often."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.web.server import problems
from keepwell.web.server.asking import person_of
from keepwell.web.server.problems import HttpProblem

MOST_KNOWN = 10_000
"""So many callers are remembered; when there are more, those who have not asked for longest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`quota` requests in each `window_s` seconds: all at once, or spread; what is used up comes back evenly."""

    name: str
    quota: int
    window_s: int

    @property
    def told(self) -> str:
        """As the header `RateLimit-Policy` has it."""
        return f'"{self.name}";q={self.quota};w={self.window_s}'


READING = Policy("read", 1200, 60)
WRITING = Policy("write", 240, 60)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Bucket:
    """What is left of a caller's quota, as of an instant (seconds of a clock that only goes forward)."""

    left: float
    at: float


class Limits:
    """The buckets of all callers of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._buckets: dict[str, Bucket] = {}

    def take(self, caller: str, now: float) -> tuple[bool, int, int]:
        """Takes one request of a caller's quota: whether there was one, how many are left, and in how many seconds one more is."""
        full, each_s = float(self.policy.quota), self.policy.window_s / self.policy.quota
        bucket = self._buckets.pop(caller, None) or Bucket(full, now)
        left = min(full, bucket.left + max(0.0, now - bucket.at) / each_s)
        granted = left >= 1
        self._buckets[caller] = Bucket(left - 1 if granted else left, now)
        while len(self._buckets) > MOST_KNOWN:
            del self._buckets[next(iter(self._buckets))]
        rest = self._buckets[caller].left
        return granted, math.floor(rest), math.ceil((1 - (rest - math.floor(rest))) * each_s)


class Limited:
    """Answers 429 where a caller of the API asks too often, and tells every caller what is left, in the headers of the IETF's draft."""

    def __init__(
        self,
        app: ASGIApp,
        reading: Policy = READING,
        writing: Policy = WRITING,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._reading, self._writing = Limits(reading), Limits(writing)
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limits = self._reading if request.method in _SAFE else self._writing
        granted, left, wait_s = limits.take(_caller(request), self._now())
        policy = limits.policy
        headers = {"RateLimit-Policy": policy.told, "RateLimit": f'"{policy.name}";r={left};t={wait_s}'}

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if granted:
            await self._app(scope, receive, told)
            return
        await problems.answer(request, _too_many(policy, wait_s))(scope, receive, told)


def _caller(request: Request) -> str:
    person = person_of(request)
    if person is not None:
        return f"person {person.number}"
    return f"address {request.client.host if request.client else ''}"


def _too_many(policy: Policy, wait_s: int) -> HttpProblem:
    status = HTTPStatus.TOO_MANY_REQUESTS
    return HttpProblem(
        status.phrase,
        status,
        f"more than {policy.quota:,} requests in {policy.window_s} seconds",
        do=f"ask again in {wait_s} second{'' if wait_s == 1 else 's'}",
        headers={"Retry-After": str(wait_s)},
    )
