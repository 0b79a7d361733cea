"""What a request brings along: who is signed in, by which session or key, and what its forms must carry."""

import hashlib
import hmac
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from keepwell.people import Person
from keepwell.runs.people.sessions import Recognised
from keepwell.runs.people.signing_in import From
from keepwell.store.keys import Key
from keepwell.web.server.asking import serving


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: `person` with a `session` or a `key`, or nobody. `form` is what forms carry in their field `csrf`."""

    form: str
    person: Person | None = None
    session: Recognised | None = None
    key: Key | None = None


def asked(request: HTTPConnection) -> Asked:
    """What a request brought along."""
    found: Asked = request.state.asked
    return found


def form_of(request: HTTPConnection, cookie: str) -> str:
    """What forms must carry that go to somebody who is not signed in, and whose browser keeps this cookie."""
    return hmac.new(serving(request).secret("forms"), cookie.encode(), hashlib.sha256).hexdigest()


def origin(request: HTTPConnection) -> From:
    """Where a request comes from."""
    address = request.client.host if request.client is not None else "unknown"
    return From(address, request.headers.get("user-agent", ""))
