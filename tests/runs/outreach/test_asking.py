"""Messages that ask a survey: with links that answer it, to those who are in its sample, and not again too soon."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.outreach.links import Links
from keepwell.outreach.survey import Kind, Survey
from keepwell.runs.outreach.sending import Sent
from keepwell.store.engine import Store
from tests.runs.firm import Firm
from tests.runs.outreach.posting import KEY, RULES, TEMPLATES, Post, hello, journey, lite, posted

TEXT = """\
subject: A question

{{ surveys.pulse.url }}
{% for each in surveys.pulse.answers %}{{ each.score }}={{ each.url }} {% endfor %}
"""
ASK = journey(hello("ask", template="ask"), name="ask")
OTHER = journey(hello("other", template="other"), name="other")
TEXTS = {**TEMPLATES, "email/ask": TEXT, "email/other": "subject: Another\n\n{{ surveys.ease.url }}\n"}
PULSE, EASE = Survey("pulse", Kind.CSAT), Survey("ease", Kind.CES)

Make = Callable[..., Post]


@pytest.fixture
def make(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A firm with one person, whose journeys ask surveys."""
    store: Store = lite(seeded, tmp_path, monkeypatch)
    with Firm(tmp_path) as firm:

        def made(pulse: Survey = PULSE, **fields: object) -> Post:
            rules = replace(RULES, surveys={"pulse": pulse, "ease": EASE})
            post = posted(firm, store, ASK, OTHER, journey(), rules=rules, templates=TEXTS)
            post.account()
            post.person(1, "ana")
            return post

        yield made


def test_a_message_holds_links_that_answer(make: Make) -> None:
    post = make()
    post.want(step="ask", name="ask")
    post.plan()
    assert post.send() == Sent(accepted=1)
    (shown,) = post.caught()
    links = Links(KEY, RULES.public_url)
    (entry,) = post.entries()
    assert links.answer(entry.number, "pulse") in shown.message.text
    for score in range(1, 6):
        assert f"{score}={links.answer(entry.number, 'pulse', score)}" in shown.message.text


def test_who_is_not_in_the_sample_is_not_asked_and_gets_other_messages(make: Make) -> None:
    post = make(replace(PULSE, sample=0.0))
    post.want(step="ask", name="ask")
    post.want()
    post.plan()
    assert post.send() == Sent(accepted=1, skipped=1)
    assert [(each.journey, each.reason) for each in post.entries()] == [
        ("ask", "not_sampled"),
        ("rescue", ""),
    ]


def test_nobody_is_asked_again_too_soon_by_whichever_survey(make: Make) -> None:
    post = make()
    post.want(step="ask", name="ask")
    post.plan()
    assert post.send() == Sent(accepted=1)
    day = 24
    post.want(step="other", name="other", hours=89 * day)
    post.plan(89 * day)
    assert post.send(89 * day) == Sent(skipped=1)
    assert post.entries()[-1].reason == "asked_lately"
    post.want(step="other", name="other", hours=91 * day)
    post.plan(91 * day)
    assert post.send(91 * day) == Sent(accepted=1)
