"""What a condition asks of messages is looked up by name, and the engine goes by the answers."""

from datetime import timedelta

import pytest

from keepwell.outreach.asking import ASKABLE, looked_up, template_of
from keepwell.outreach.engine import advance
from keepwell.outreach.reads import questions
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Branch
from keepwell.outreach.timeline import Known, Timeline
from keepwell.signals.expression import names, parse
from keepwell.signals.writing import written
from tests.outreach.made import BEGIN, SETTING, enrolled, journey, message, note, wait

TEXT = "not opened(guide) and max(score, 3) - -active > 2 and (clicked(offer) or plan in ['a']) and when(replied(guide), 1, 2) == 1"


def test_questions_become_names_and_are_written_as_before() -> None:
    found = looked_up(parse(TEXT, ASKABLE))
    assert list(names(found)) == [
        "opened(guide)",
        "score",
        "active",
        "clicked(offer)",
        "plan",
        "replied(guide)",
    ]
    assert written(found) == written(parse(TEXT, ASKABLE))
    assert [template_of(name) for name in names(found)] == ["guide", None, None, "offer", None, "guide"]


@pytest.mark.parametrize(
    ("answer", "done"),
    [(True, ["guide"]), (False, ["guide", "call"]), (None, ["guide"])],
    ids=["opened", "not opened", "nobody knows"],
)
def test_the_engine_goes_by_the_answer(answer: bool | None, done: list[str]) -> None:
    asked = looked_up(parse("not opened(guide)", ASKABLE))
    rescue = journey(message("guide"), wait("pause", "1 day"), Branch("branch", asked, (note("call"),)))
    assert questions(rescue) == {"opened(guide)"}
    answers = {} if answer is None else {"opened(guide)": answer}
    told = Timeline((Known(BEGIN, answers),))
    found = advance(route_of(rescue), enrolled(rescue), told, SETTING, BEGIN + timedelta(days=2))
    assert [intent.step.id for intent in found.intents] == done
