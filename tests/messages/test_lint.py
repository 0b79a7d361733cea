"""What is wrong with a message is told before anybody gets it."""

from dataclasses import replace

import pytest

from keepwell.messages.lint import MOST_BYTES, Finding, findings
from keepwell.messages.written import Written

WAY_OUT = "https://firm.example/u/1"
GOOD = Written(
    "Your first export", f"Text {WAY_OUT}", f'<p>Text</p><a href="{WAY_OUT}">out</a><img alt="" src="x">'
)


def of(message: Written, channel: str = "email") -> list[Finding]:
    return list(findings(message, channel, ways_out=(WAY_OUT,)))


def test_a_good_one_has_nothing_wrong() -> None:
    assert of(GOOD) == []


@pytest.mark.parametrize(
    "link", ["", "/page", "javascript:alert(1)", "data:text/html,x", "https://", "www.firm.example"]
)
def test_links_that_lead_nowhere_stop_it(link: str) -> None:
    (found,) = of(replace(GOOD, html=GOOD.html + f'<a href="{link}">x</a>'))
    assert found.stops
    assert repr(link) in found.what


@pytest.mark.parametrize("subject", ["ACT NOW TODAY", "Free!!!", "You are a winner", "$$ for you"])
def test_subjects_like_spam_are_told(subject: str) -> None:
    (found,) = of(replace(GOOD, subject=subject))
    assert "spam" in found.what
    assert not found.stops


@pytest.mark.parametrize(
    ("message", "says", "stops"),
    [
        (replace(GOOD, subject=""), "no subject", True),
        (replace(GOOD, subject="x" * 61), "61 characters", False),
        (replace(GOOD, html="<p>no way</p>"), "unsubscribe", True),
        (replace(GOOD, text="no way"), "unsubscribe", True),
        (replace(GOOD, html=GOOD.html + "é" * (MOST_BYTES // 2)), "102 KB", False),
        (replace(GOOD, html=GOOD.html + '<img src="y">'), "1 of its pictures", False),
    ],
)
def test_each_mistake_is_told(message: Written, says: str, stops: bool) -> None:
    (found,) = of(message)
    assert says in found.what
    assert found.stops is stops


def test_a_message_in_the_product_needs_no_subject_and_no_way_out() -> None:
    assert findings(Written("", "Text", "<p>Text</p>"), "in_app") == ()
    assert [found.stops for found in findings(Written("", " ", "<p></p>"), "in_app")] == [True]
