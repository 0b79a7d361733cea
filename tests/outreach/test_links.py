"""Links: read as they were made, and by nobody altered; what they carry is worked out from the definition of HMAC."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.outreach.links import Link, Links, Use

SECRET = b"0123456789abcdef0123456789abcdef"
LINKS = Links(SECRET, "https://firm.example/hello/")
URL = "https://shop.example/guide?a=1&b=ü#top"

MADE = {
    Link(Use.UNSUBSCRIBE, 7): LINKS.unsubscribe(7),
    Link(Use.PREFERENCES, 7): LINKS.preferences(7),
    Link(Use.CLICK, 7, URL): LINKS.click(7, URL),
    Link(Use.PIXEL, 7): LINKS.pixel(7),
    Link(Use.ANSWER, 7, "nps"): LINKS.answer(7, "nps"),
    Link(Use.ANSWER, 7, "nps=0"): LINKS.answer(7, "nps", 0),
    Link(Use.CONFIRM, 7): LINKS.confirm(7),
}


def _token(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize("link", MADE, ids=str)
def test_a_link_is_read_as_it_was_made(link: Link) -> None:
    url = MADE[link]
    assert url.startswith(f"https://firm.example/hello/m/{link.use}/")
    assert LINKS.read(_token(url)) == link


def test_a_token_is_what_the_definition_gives() -> None:
    said = b"\x01" + (7).to_bytes(8, "big")
    code = hmac.new(SECRET, b"keepwell link " + said, hashlib.sha256).digest()[:16]
    assert _token(LINKS.unsubscribe(7)) == base64.urlsafe_b64encode(said + code).decode().rstrip("=")
    assert len(_token(LINKS.unsubscribe(7))) == 34


def test_a_survey_link_says_its_survey_and_its_answer() -> None:
    assert [
        (each.survey, each.score) for each in (Link(Use.ANSWER, 1, "nps"), Link(Use.ANSWER, 1, "nps=0"))
    ] == [
        ("nps", None),
        ("nps", 0),
    ]


@given(st.sampled_from(list(MADE.values())), st.data())
def test_no_letter_of_a_token_can_be_altered(url: str, data: st.DataObject) -> None:
    token = _token(url)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    altered = token[:place] + letter + token[place + 1 :]
    assert altered == token or LINKS.read(altered) is None


@given(st.text(max_size=80))
def test_what_was_not_made_here_is_not_read(token: str) -> None:
    assert LINKS.read(token) is None
    assert LINKS.returned(token) is None


def test_another_secret_reads_nothing() -> None:
    other = Links(b"another secret of many bytes", "https://firm.example")
    assert all(other.read(_token(url)) is None for url in MADE.values())


def test_a_link_for_one_use_is_worth_nothing_for_another() -> None:
    raw = bytearray(base64.urlsafe_b64decode(_token(LINKS.pixel(7)) + "=="))
    raw[0] = 1
    assert LINKS.read(base64.urlsafe_b64encode(raw).decode().rstrip("=")) is None


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//evil.example", "/account", "https://", "ftp://firm.example/", "https://a b"],
)
def test_a_click_leads_to_a_page_of_the_web_alone(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL such as"):
        LINKS.click(7, url)


def test_what_comes_back_is_known_by_the_address_that_it_comes_to() -> None:
    address = LINKS.returns(7, "bounces@firm.example")
    local, _, domain = address.partition("@")
    assert (domain, local.startswith("bounces+")) == ("firm.example", True)
    assert len(local) <= 64  # RFC 5321, 4.5.3.1.1
    assert LINKS.returned(address) == LINKS.returned(address.upper()) == Link(Use.RETURN, 7)
    assert LINKS.returned("bounces@firm.example") is None
    assert LINKS.returned(f"bounces+{_token(LINKS.unsubscribe(7))}@firm.example") is None


def test_a_mailbox_has_to_be_an_address() -> None:
    with pytest.raises(ValueError, match="is no e-mail address"):
        LINKS.returns(7, "bounces")


def test_a_secret_is_long_enough_and_never_shown() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Links(b"short", "https://firm.example")
    with pytest.raises(ValueError, match="is no URL"):
        Links(SECRET, "firm.example")
    assert "0123" not in repr(LINKS)
