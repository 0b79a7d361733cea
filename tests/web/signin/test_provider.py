"""Single sign-on against a real provider: who comes in, as whom, and what is refused."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from keepwell.errors import UserError
from keepwell.people import Role
from keepwell.runs.people import links, members
from keepwell.runs.people.links import Offer
from keepwell.runs.people.provider import declared
from keepwell.store.engine import Store
from tests.web.entered import Browser, user
from tests.web.provider.running import SECRET, installed, provider, signs_in

Opens = Callable[..., Browser]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[str]:
    """A provider that knows our server."""
    with provider(installed(tmp_path_factory.mktemp("provider")), f"{url}/sign-in/answer") as at:
        yield at


@pytest.fixture
def trusted(issuer: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server trusts the provider, and takes nobody who was not invited."""
    monkeypatch.setenv("KEEPWELL_OIDC_ISSUER", issuer)
    monkeypatch.setenv("KEEPWELL_OIDC_CLIENT_ID", "keepwell")
    monkeypatch.setenv("KEEPWELL_OIDC_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("KEEPWELL_OIDC_NAME", "Example login")
    monkeypatch.delenv("KEEPWELL_OIDC_JOIN_AS", raising=False)
    return issuer


def _leaves(browser: Browser, after: str = "/profile") -> str:
    """Leaves for the provider: the address to which the browser is led."""
    assert "Sign in with Example login" in browser.look("/sign-in").text
    location: str = browser.client.get("/sign-in/provider", params={"next": after}).headers["location"]
    return location


def _comes(browser: Browser, url: str, who: str, after: str = "/profile") -> httpx.Response:
    """Leaves, signs in at the provider, and comes back."""
    return browser.look(signs_in(_leaves(browser, after), who, f"{url}/sign-in/answer"))


def test_what_we_ask_has_state_nonce_and_pkce(browser: Opens, trusted: str) -> None:
    first, second = (parse_qs(urlsplit(_leaves(browser())).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_a_user_with_a_verified_address_comes_in_and_is_known_from_then_on(
    browser: Opens, trusted: str, url: str, store: Store
) -> None:
    kim = user(store, "kim.provider@firm.example", Role.ANALYST)
    for _ in range(2):
        found = _comes(browser(), url, kim.email)
        assert (found.url.path, found.status_code) == ("/profile", 200)
        assert kim.email in found.text
    members.disable(store, kim.number, actor="ada")
    refused = _comes(browser(), url, kim.email)
    assert (refused.status_code, "cannot sign in here any more" in refused.text) == (401, True)


def test_an_invitation_is_accepted_by_signing_in_there(
    browser: Opens, trusted: str, url: str, store: Store
) -> None:
    links.invite(store, "invited.provider@firm.example", Offer(Role.MARKETER), actor="ada")
    assert _comes(browser(), url, "invited.provider@firm.example").status_code == 200
    found = members.found(store, "invited.provider@firm.example")
    assert (found.role, found.name) == (Role.MARKETER, "Kim at the provider")
    assert "invited.provider@firm.example" not in {each.email for each in links.waiting(store)}


def test_nobody_else_comes_in_unless_they_may_join(
    browser: Opens, trusted: str, url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = _comes(browser(), url, "eve.provider@firm.example")
    assert (refused.status_code, "has not been invited" in refused.text) == (401, True)
    monkeypatch.setenv("KEEPWELL_OIDC_JOIN_AS", "viewer")
    assert _comes(browser(), url, "eve.provider@firm.example").status_code == 200
    assert members.found(store, "eve.provider@firm.example").role is Role.VIEWER


def test_an_address_that_nobody_has_verified_is_no_proof(
    browser: Opens, trusted: str, url: str, store: Store
) -> None:
    made = user(store, "unverified.provider@firm.example", Role.ADMIN)
    refused = _comes(browser(), url, made.email)
    assert (refused.status_code, "does not say that it has verified" in refused.text) == (401, True)


def test_an_answer_counts_once_and_in_the_browser_that_asked(
    browser: Opens, trusted: str, url: str, store: Store
) -> None:
    made = user(store, "once.provider@firm.example", Role.CSM)
    kim, eve = browser(), browser()
    answer = signs_in(_leaves(kim), made.email, f"{url}/sign-in/answer")
    assert eve.look(answer).status_code == 401
    assert kim.look(answer).status_code == 200
    kim.client.cookies.delete("keepwell")
    assert kim.look(answer).status_code == 401


def test_what_was_changed_on_the_way_is_refused(browser: Opens, trusted: str, url: str, store: Store) -> None:
    made = user(store, "changed.provider@firm.example", Role.CSM)
    for change in ({"code": "another"}, {"state": "another"}, {"iss": "https://evil.example"}):
        kim = browser()
        answer = httpx.URL(signs_in(_leaves(kim), made.email, f"{url}/sign-in/answer"))
        assert kim.look(str(answer.copy_merge_params(change))).status_code == 401


def test_a_provider_that_is_not_there_is_told(browser: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_OIDC_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("KEEPWELL_OIDC_CLIENT_ID", "keepwell")
    monkeypatch.setenv("KEEPWELL_OIDC_CLIENT_SECRET", "secret")
    page = browser().look("/sign-in/provider")
    assert (page.status_code, "Signing in with single sign-on did not work" in page.text) == (401, True)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"KEEPWELL_OIDC_ISSUER": "http://login.example.com"}, "is not an https"),
        ({"KEEPWELL_OIDC_CLIENT_ID": ""}, "but not who we are"),
        ({"KEEPWELL_OIDC_JOIN_AS": "king"}, "is no role"),
    ],
)
def test_what_cannot_be_is_told(said: dict[str, str], what: str) -> None:
    known = {
        "KEEPWELL_OIDC_ISSUER": "https://login.example.com",
        "KEEPWELL_OIDC_CLIENT_ID": "keepwell",
        "KEEPWELL_OIDC_CLIENT_SECRET": "secret",
    }
    assert declared({}) is None
    with pytest.raises(UserError, match=what):
        declared(known | said)
