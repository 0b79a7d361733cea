"""Webhooks on their page: added, their secret shown once, tried, told again, removed."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from standardwebhooks.webhooks import Webhook

from keepwell.channels.addresses import HOSTS_VARIABLE
from keepwell.web.server.serving import Serving
from tests.channels.receiver import receiving
from tests.web.api.waiting import eventually
from tests.web.entered import Browser


def test_a_webhook_is_added_tried_told_again_and_removed(
    entered: Callable[[str], Browser], stands_on: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")
    ada = entered("ada")
    ada.look("/admin/webhooks")
    assert "No webhooks yet" in ada.page
    with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/in"
        made = ada.send("/admin/webhooks", {"events": ["band.changed"]}, url=url, about="<b>CRM</b>")
        assert made.status_code == 200
        found = re.search(r'<code id="secret">(whsec_[^<]+)</code>', made.text)
        assert found is not None
        listed = ada.look("/admin/webhooks").text
        assert (url in listed, "<b>CRM" in listed, found[1] in listed) == (True, False, False)
        path = re.search(r'href="(/admin/webhooks/\d+)"', listed)
        assert path is not None
        ada.look(path[1])
        ada.send(f"{path[1]}/test")
        headers, body = eventually(lambda: receiver.got)[0][1:]
        assert Webhook(unescape(found[1])).verify(body, headers)["type"] == "test"
        assert eventually(lambda: "delivered" in ada.look(path[1]).text)
        again = re.search(rf'action="({path[1]}/deliveries/\d+/replay)"', ada.page)
        assert again is not None
        ada.send(again[1])
        assert eventually(lambda: receiver.got[1:])[0][1]["webhook-id"] == headers["webhook-id"]
    for step, words in (("pause", "it is told nothing"), ("resume", "Pause")):
        assert words in ada.send(f"{path[1]}/{step}").text
    other = re.search(r"whsec_[^<\"]+", ada.send(f"{path[1]}/secret").text)
    assert other is not None
    assert other[0] != found[1]
    ada.look(path[1])
    assert "No webhooks yet" in ada.send(f"{path[1]}/remove").text


def test_what_makes_no_webhook_is_told_on_the_page(entered: Callable[[str], Browser]) -> None:
    ada = entered("ada")
    ada.look("/admin/webhooks")
    refused = ada.send("/admin/webhooks", {"events": ["band.changed"]}, url="https://127.0.0.1/")
    assert (refused.status_code, "is not of the open internet" in refused.text) == (400, True)
