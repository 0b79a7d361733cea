"""What admins and people do on their pages, as forms send it."""

import re
from collections.abc import Callable
from html import unescape

from keepwell.people import Role, Scope
from keepwell.runs.people import keys, members
from keepwell.web.server.serving import Serving
from tests.web.entered import PASSWORD, Browser

Opens = Callable[[str], Browser]


def test_an_invitation_leads_from_the_page_to_a_changed_and_disabled_user(
    entered: Opens, stands_on: Serving
) -> None:
    ada = entered("ada")
    ada.look("/admin/teams")
    assert "North" in ada.send("/admin/teams", name="North").text
    (north,) = [team for team in members.everybody(stands_on.store).teams if team.name == "North"]
    ada.look("/admin/people")
    fields = {"email": "eve@acme.example", "role": "csm", "scope": "segment", "segments": ["small", "large"]}
    page = ada.send("/admin/people", data=fields, teams=[north.number]).text
    link = re.search(r'<code id="link">([^<]+)</code>', page)
    assert link
    with Browser(str(ada.client.base_url)) as eve:
        path = "/invitation/" + unescape(link[1]).rpartition("/")[2]
        eve.look(path)
        assert eve.send(path, name="Eve", password=PASSWORD).status_code == 200
        made = members.found(stands_on.store, "eve@acme.example")
        assert (made.role, made.scope, made.segments) == (Role.CSM, Scope.SEGMENT, ("small", "large"))
        here = f"/admin/people/{made.number}"
        assert "eve@acme.example" in ada.look(here).text
        ada.send(here, role="viewer", scope="team", teams=[north.number], owner="Eve E.")
        changed = members.found(stands_on.store, "eve@acme.example")
        assert (changed.role, changed.scope, changed.segments, changed.owner) == (
            Role.VIEWER,
            Scope.TEAM,
            (),
            "Eve E.",
        )
        assert eve.client.get("/profile").status_code == 200
        ada.send(f"{here}/disable")
        assert eve.client.get("/profile").status_code == 303
    told = ada.look("/admin/audit?about=eve@acme.example").text
    for event in ("user:invited", "user:joined", "user:changed", "user:disabled"):
        assert f'<td class="nowrap">{event}</td>' in told
    assert "Every entry is as it was written" in ada.look("/admin/audit/verify").text


def test_what_cannot_be_is_told_on_the_page(entered: Opens, stands_on: Serving) -> None:
    ada = entered("ada")
    number = members.found(stands_on.store, "ada@acme.example").number
    ada.look("/admin/people")
    wrong = ada.send("/admin/people", email="ada@acme.example", role="csm", scope="own")
    assert (wrong.status_code, "is a user already" in wrong.text) == (400, True)
    alone = ada.send(f"/admin/people/{number}", role="viewer", scope="all")
    assert (alone.status_code, "is the only admin" in alone.text) == (409, True)


def test_a_key_is_made_on_ones_profile_and_ended_by_an_admin(entered: Opens, stands_on: Serving) -> None:
    kim, ada = entered("kim"), entered("ada")
    kim.look("/profile/keys")
    page = kim.send("/profile/keys", name="nightly", scopes=["scores:read"], days="7").text
    secret = re.search(r'<code id="secret">([^<]+)</code>', page)
    assert secret
    assert keys.recognise(stands_on.store, secret[1]) is not None
    assert secret[1] not in kim.look("/profile").text
    assert kim.send("/profile/keys", name="more", scopes=["people:manage"], days="7").status_code == 400
    (kept,) = [key for key, owner in keys.every(stands_on.store) if owner.email == "kim@acme.example"]
    assert "nightly" in ada.look("/admin/keys").text
    ada.send(f"/admin/keys/{kept.number}/revoke")
    assert keys.recognise(stands_on.store, secret[1]) is None


def test_the_table_of_roles_is_the_one_in_the_code(entered: Opens) -> None:
    page = entered("ada").look("/admin/roles").text
    for line, marks in {"plans:apply": "00011", "overrides:write": "01001", "people:manage": "00001"}.items():
        row = page.split(f"<code>{line}</code>")[1].split("</tr>")[0]
        assert "".join("1" if ">may<" in cell else "0" for cell in row.split("<td>")[1:]) == marks
