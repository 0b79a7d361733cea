"""What a condition asks of messages, and the answers in its place."""

from keepwell.outreach.asking import ASKABLE, answered, asked
from keepwell.signals.expression import parse
from keepwell.signals.writing import written

TEXT = "not opened(guide) and max(score, 3) - -active > 2 and (clicked(offer) or plan in ['a']) and when(replied(guide), 1, 2) == 1"


def test_templates_are_named_in_reading_order() -> None:
    assert asked(parse(TEXT, ASKABLE)) == ("guide", "offer", "guide")
    assert asked(parse("score > 3")) == ()


def test_each_question_gets_its_answer() -> None:
    answers = {("opened", "guide"): False, ("clicked", "offer"): None, ("replied", "guide"): True}
    found = answered(parse(TEXT, ASKABLE), lambda function, template: answers[function, template])
    assert written(found) == written(
        parse(
            "not false and max(score, 3) - -active > 2 and (null or plan in ['a']) and when(true, 1, 2) == 1"
        )
    )
