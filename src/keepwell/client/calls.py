"""Calls of the API: pages are followed, errors say what, where and what to do, and what is sent twice is done once."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from uuid import uuid4

import httpx

from keepwell.client.address import segment
from keepwell.client.answers import (
    Account,
    History,
    Moved,
    Portfolio,
    Remedies,
    Score,
    Signal,
    Written,
    made,
)
from keepwell.errors import UserError

TRIES = 3
"""How often a call is made that the server was too busy for, or that did not reach it."""

LONGEST_WAIT_S = 60.0

Said = str | int | float | bool | Sequence[str] | None


class ApiError(UserError):
    """The server refused a call: `status` is the HTTP status, `request` the number under which the server's log tells more."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.request = str(problem.get("request", ""))
        what = str(problem.get("detail") or problem.get("title") or f"the server answered {status}")
        super().__init__(what, where=str(problem.get("where", "")), do=str(problem.get("do", "")))


class Keepwell:
    """A server of Keepwell, as the owner of a key sees it.

    Filters have the names of the API: `segment`, `stage`, `band`, `owner`, `scorecard` (each a list), `text`, `least_score`, `most_score`,
    `least_value`, `most_value`, `renews_within`, `moved`, `unscored`, `purpose`.
    """

    def __init__(
        self, url: str, key: str, *, timeout_s: float = 30.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
            timeout=timeout_s,
            transport=transport,
        )

    def __enter__(self) -> "Keepwell":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._http.close()

    def accounts(
        self, *, sort: str = "", fields: Sequence[str] = (), limit: int = 500, **filters: Said
    ) -> Iterator[Account]:
        """All accounts that are reached and asked for, one after the other; `limit` is how many are fetched at a time."""
        after = ""
        while True:
            asked = {**filters, "sort": sort, "fields": fields, "limit": limit, "after": after}
            page = self._get("/api/accounts", **asked)
            yield from (made(Account, each) for each in page["accounts"])
            after = page["next"] or ""
            if not after:
                return

    def account(self, account_id: str, *, purpose: str = "") -> Account:
        """How one account stands."""
        return made(Account, self._get(_of(account_id), purpose=purpose))

    def score(self, account_id: str, *, purpose: str = "") -> Score:
        """One account's score with every reason for it."""
        return made(Score, self._get(_of(account_id, "score"), purpose=purpose))

    def history(
        self,
        account_id: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        purpose: str = "",
    ) -> History:
        """One account's scores day by day: of the last 90 days, if nothing is said."""
        asked = {"since": _instant(since), "until": _instant(until), "purpose": purpose}
        return made(History, self._get(_of(account_id, "history"), **asked))

    def moved(self, account_id: str, *, since: datetime | None = None, purpose: str = "") -> Moved:
        """Why an account's score moved since an instant (28 days before, if none is said)."""
        return made(Moved, self._get(_of(account_id, "moved"), since=_instant(since), purpose=purpose))

    def remedies(self, account_id: str, *, purpose: str = "") -> Remedies:
        """What would turn an account green."""
        return made(Remedies, self._get(_of(account_id, "remedies"), purpose=purpose))

    def portfolio(self, **filters: Said) -> Portfolio:
        """All accounts that are reached and asked for, summed up."""
        return made(Portfolio, self._get("/api/portfolio", **filters))

    def signals(self, *, purpose: str = "") -> tuple[Signal, ...]:
        """Every signal that a purpose's scores rest on."""
        return tuple(made(Signal, each) for each in self._get("/api/signals", purpose=purpose)["signals"])

    def override(
        self,
        account_id: str,
        value: float,
        reason: str,
        *,
        target: str = "score",
        until: datetime | None = None,
    ) -> Written:
        """Corrects a score, a dimension or a measure of an account, for a while."""
        said = {"value": value, "reason": reason, "target": target, "until_at": _instant(until)}
        return self._say(account_id, "overrides", said)

    def pulse(self, account_id: str, score: float, reason: str = "") -> Written:
        """Says how an account seems today, 0 to 100."""
        return self._say(account_id, "pulses", {"score": score, "reason": reason})

    def note(self, account_id: str, words: str, kind: str = "note") -> Written:
        """Writes a note, or reports a call, meeting, review, training or visit."""
        return self._say(account_id, "notes", {"words": words, "kind": kind})

    def feedback(
        self, account_id: str, verdict: Literal["right", "too_high", "too_low"], reason: str = ""
    ) -> Written:
        """Says whether an account's last score is right."""
        return self._say(account_id, "feedback", {"verdict": verdict, "reason": reason})

    def export(self, path: Path, **filters: Said) -> int:
        """Writes the accounts that are asked for into a file (`.csv`, `.jsonl` or `.parquet`) as they come; its size in bytes."""
        asked = _query({**filters, "format": path.suffix.lstrip(".")})
        size = 0
        with self._http.stream("GET", "/api/export", params=asked) as response:
            if response.is_error:
                response.read()
                raise _refused(response)
            with path.open("wb") as file:
                for piece in response.iter_bytes():
                    size += file.write(piece)
        return size

    def _get(self, path: str, **asked: Said) -> Any:
        return self._called("GET", path, params=_query(asked)).json()

    def _say(self, account_id: str, what: str, said: Mapping[str, Any]) -> Written:
        body = {name: value for name, value in said.items() if value is not None}
        headers = {"Idempotency-Key": str(uuid4())}
        told = self._called("POST", _of(account_id, what), json=body, headers=headers).json()
        return Written(told["number"], told["account_id"], told)

    def _called(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to a call; one that failed on the way, or that the server was too busy for, is made again: keys see to it that
        nothing is done twice.
        """
        for left in reversed(range(TRIES)):
            try:
                response = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                if not left:
                    raise UserError(
                        f"{self._http.base_url} cannot be reached: {error}",
                        do="check the address, and that the server runs",
                    ) from error
                time.sleep(1)
                continue
            if response.status_code not in (429, 503) or not left:
                break
            time.sleep(min(float(response.headers.get("Retry-After", 1)), LONGEST_WAIT_S))
        if response.is_error:
            raise _refused(response)
        return response


def _refused(response: httpx.Response) -> ApiError:
    kind = response.headers.get("Content-Type", "")
    return ApiError(
        response.status_code, response.json() if kind.startswith("application/problem+json") else {}
    )


def _of(account_id: str, *more: str) -> str:
    return "/".join(("/api/accounts", segment(account_id), *more))


def _instant(at: datetime | None) -> str | None:
    if at is not None and at.tzinfo is None:
        raise UserError(f"{at} is in no time zone", do="give an aware datetime, such as one with tzinfo=UTC")
    return None if at is None else at.isoformat()


def _query(asked: Mapping[str, Said]) -> httpx.QueryParams:
    """The parameters of a call; what says nothing is left out."""
    said: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in asked.items():
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        said += [(name, _text(each)) for each in values if each is not None and each != ""]
    return httpx.QueryParams(said)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
