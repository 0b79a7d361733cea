"""What links lead to: looking uses nothing, and a link works once."""

import re
from collections.abc import Callable

from keepwell.people import Role
from keepwell.runs.people import links, members
from keepwell.runs.people.links import Offer
from keepwell.store.engine import Store
from tests.web.entered import PASSWORD, Browser

Opens = Callable[..., Browser]


def test_an_invitation_is_looked_at_accepted_and_over(browser: Opens, store: Store) -> None:
    path = links.invite(store, "new.coming@firm.example", Offer(Role.ANALYST), actor="ada")
    kim = browser()
    for _ in range(2):
        page = kim.look(path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "You will be an <strong>analyst</strong>" in page.text
    weak = kim.send(path, name="Kim", password="password1234")
    assert (weak.status_code, "too easily guessed" in weak.text) == (400, True)
    assert 'value="Kim"' in weak.text
    kim.send(path, name="<script>alert(1)</script>", password=PASSWORD, zone="Asia/Tokyo", locale="de-DE")
    profile = kim.look("/profile")
    assert 'value="Asia/Tokyo"' in profile.text
    assert 'value="de-DE"' in profile.text
    assert profile.status_code == 200
    assert "<script>alert" not in profile.text
    assert "&lt;script&gt;alert" in profile.text
    late = browser()
    answer = late.look(path)
    assert (answer.status_code, "this link does not work" in answer.text) == (404, True)


def test_whose_zone_is_not_known_reads_days_in_the_projects(browser: Opens, store: Store) -> None:
    path = links.invite(store, "far.off@firm.example", Offer(Role.CSM), actor="ada")
    with browser() as far:
        far.look(path)
        far.send(path, name="Far", password=PASSWORD, zone="Mars/Olympus_Mons")
        page = far.look("/profile").text
        assert re.findall(r'name="zone" type="text" value="([^"]*)"', page) == ["Europe/Berlin"]


def test_a_new_password_signs_nobody_in(browser: Opens, store: Store, email: str) -> None:
    number = members.found(store, email).number
    path = links.offer_reset(store, number, actor="ada")
    kim = browser()
    kim.look(path)
    assert kim.send(path, password="short").status_code == 400
    assert "Your password is set" in kim.send(path, password="velvet anchor gazette").text
    assert kim.client.get("/profile").status_code == 303
    assert kim.sign_in(email, "velvet anchor gazette").status_code != 401


def test_the_server_is_set_up_once(browser: Opens, store: Store, email: str) -> None:
    assert links.set_up(store) is None
    assert browser().look("/set-up/anything").status_code == 404
