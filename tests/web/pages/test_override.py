"""The main way through the pages in a real Chromium, on a firm of its own, since scores follow what is said."""

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from keepwell.people import Role, Scope
from keepwell.web.app import app
from tests.web.chromium import NEEDED
from tests.web.entered import PASSWORD, Browser, user
from tests.web.firm import small_firm
from tests.web.served import running

pytestmark = NEEDED


def test_from_today_to_an_override_its_score_and_its_trace(
    browser: Chromium, quick: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with small_firm(tmp_path_factory.mktemp("overridden")) as firm, running(app(firm)) as url:
        user(firm.store, "ada@acme.example", Role.ADMIN, password=PASSWORD, scope=Scope.ALL)
        page = browser.new_context(base_url=url).new_page()
        page.goto("/")
        page.get_by_label("E-mail address").fill("ada@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

        page.get_by_role("link", name="=Evil()").first.click()
        expect(page.get_by_role("heading", name="Why 20.0")).to_be_visible()
        page.get_by_role("button", name="Override").click()
        page.get_by_label("Is, 0 to 100").fill("75")
        page.get_by_label("Why", exact=True).locator("visible=true").fill("Signed for two more years")
        page.locator("#override").get_by_role("button", name="Override").click()
        expect(page.locator("#said")).to_be_hidden()
        expect(page.get_by_text("Override of the score to 75")).to_be_visible()

        overridden = page.get_by_role("heading", name="Why 75.0")
        for _ in range(200):  # the server's chores copy it and score anew, within moments
            page.reload()
            if overridden.count():
                break
        expect(overridden).to_be_visible()
        expect(page.get_by_text("Signed for two more years").first).to_be_visible()
        page.goto("/admin/audit")
        trace = page.locator("main tbody tr").filter(has_text="override").filter(has_text="ada@acme.example")
        expect(trace.first).to_be_visible()
        page.context.close()
        with Browser(url) as nobody:
            assert nobody.look("/admin/audit").url.path == "/sign-in"
