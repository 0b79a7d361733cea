"""A second factor that people of some roles must have."""

from collections.abc import Callable

import pyotp
import pytest

from keepwell.errors import UserError
from keepwell.people import Role
from keepwell.runs.people.second_factor import COMPULSORY, compulsory
from keepwell.store.engine import Store
from keepwell.web.server.serving import Serving
from tests.web.entered import PASSWORD, Browser, key, program, user

Opens = Callable[..., Browser]


@pytest.fixture
def csms_must(monkeypatch: pytest.MonkeyPatch) -> None:
    """Csms and admins must have one."""
    monkeypatch.setenv(COMPULSORY, "admin, csm")


@pytest.mark.usefixtures("csms_must")
def test_whoever_must_have_a_second_factor_sets_it_up_before_anything_else(
    browser: Opens, email: str
) -> None:
    kim = browser()
    assert kim.sign_in(email).url.path == "/profile"
    assert "A csm must have a second factor here" in kim.page
    for path in ("/", "/portfolio", "/accounts/A1", "/profile/keys"):
        answer = kim.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile"), path
    part = kim.client.get("/portfolio/trend", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/profile")
    told = kim.client.get("/api/accounts")
    assert (told.status_code, told.json()["detail"]) == (403, "a csm must have a second factor here")
    assert kim.client.get("/api/me").status_code == 403
    secret = kim.send("/profile/second-factor").text.split("<code>")[1].split("</code>")[0]
    assert kim.client.get("/portfolio").status_code == 303, "one that was offered is none yet"
    assert kim.send("/profile/second-factor/confirm", code=pyotp.TOTP(secret).now()).status_code == 200
    assert kim.look("/portfolio").url.path == "/portfolio"
    kim.look("/profile")
    assert kim.send("/profile/second-factor/remove").status_code == 403
    with browser() as other:
        assert other.sign_in(email).url.path == "/sign-in/code"


@pytest.mark.usefixtures("csms_must")
def test_other_roles_need_none(browser: Opens, store: Store) -> None:
    user(store, "vi.compulsory@firm.example", Role.VIEWER, password=PASSWORD)
    assert browser().sign_in("vi.compulsory@firm.example").url.path == "/"


@pytest.mark.usefixtures("csms_must")
def test_a_key_is_a_way_of_its_own(url: str, stands_on: Serving) -> None:
    made = user(stands_on.store, "bot.compulsory@firm.example", Role.CSM)
    with program(url, key(stands_on.store, made)) as client:
        assert client.get("/api/me").status_code == 200


def test_which_roles_must() -> None:
    assert compulsory({}) == frozenset()
    assert compulsory({COMPULSORY: ""}) == frozenset()
    assert compulsory({COMPULSORY: "admin,analyst"}) == {Role.ADMIN, Role.ANALYST}
    assert compulsory({COMPULSORY: "all"}) == set(Role)
    with pytest.raises(UserError, match="names 'boss', which is no role"):
        compulsory({COMPULSORY: "admin, boss"})
