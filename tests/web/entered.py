"""People who ask a running server: programs with their keys, and browsers in which somebody has signed in."""

import re
from html import unescape
from typing import Any

import httpx

from keepwell import clock
from keepwell.people import OWN, Permission, Role, Scope, granted
from keepwell.runs.people import keys, passwords
from keepwell.store import users
from keepwell.store.engine import Store
from keepwell.store.users import User

PASSWORD = "tuesday-otter-lamp"


def user(store: Store, email: str, role: Role, *, password: str = "", **fields: Any) -> User:
    """A user as an admin would have invited them; `password` lets them sign in."""
    with store.writing() as connection:
        name = email.partition("@")[0].title()
        made = users.add(connection, email=email, name=name, role=role, at=clock.now(), **fields)
        if password:
            users.set_password(connection, made.number, passwords.hashed(password))
    return made


def key(store: Store, who: User) -> str:
    """A key of a user for all that a key can be for."""
    scopes = [each for each in Permission if granted(who.role, each) and each not in OWN]
    return keys.make_for(store, who, "all that a key can", scopes, 1).secret


def program(url: str, secret: str) -> httpx.Client:
    """A client that shows a key."""
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, timeout=60)


class Browser:
    """A browser without scripts: it keeps cookies, and sends forms as pages have them."""

    def __init__(self, url: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=url, headers=headers, timeout=60)
        self.page = ""

    def look(self, path: str) -> httpx.Response:
        """Follows a link to a page."""
        answer = self.client.get(path, follow_redirects=True)
        self.page = answer.text
        return answer

    def send(self, path: str, data: dict[str, Any] | None = None, **fields: Any) -> httpx.Response:
        """Sends a form with the token of the page that is open; it goes where the answer leads."""
        said = {"csrf": self.token, **(data or {}), **fields}
        answer = self.client.post(path, data=said, follow_redirects=True)
        self.page = answer.text
        return answer

    @property
    def token(self) -> str:
        """What the forms of the page carry."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.page)
        return unescape(found[1]) if found else ""

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Signs in by the form."""
        self.look("/sign-in")
        return self.send("/sign-in", email=email, password=password)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()


REACHES: dict[str, dict[str, Any]] = {
    "all": {"scope": Scope.ALL},
    "own": {"scope": Scope.OWN, "owner": "nobody"},
}
"""How far people see: everything, or accounts that are nobody's."""
