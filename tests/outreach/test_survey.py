"""Surveys: their scales, who is asked, and how often."""

from dataclasses import replace

import pytest

from keepwell.outreach.survey import Kind, Survey
from tests.outreach.made import BEGIN, DAY, ZONE

NPS = Survey("nps", Kind.NPS)


@pytest.mark.parametrize(("kind", "least", "most"), [(Kind.NPS, 0, 10), (Kind.CSAT, 1, 5), (Kind.CES, 1, 7)])
def test_each_kind_has_its_scale(kind: Kind, least: int, most: int) -> None:
    survey = Survey("s", kind)
    assert [survey.takes(each) for each in (least - 1, least, most, most + 1, None)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_the_sample_is_its_share_and_keeps_its_members() -> None:
    contacts = [f"C{n}" for n in range(4000)]
    third = {each for each in contacts if replace(NPS, sample=0.3).asks(each)}
    half = {each for each in contacts if replace(NPS, sample=0.5).asks(each)}
    assert third < half
    assert abs(len(third) - 1200) < 100  # more than three standard deviations, which are 29
    assert all(NPS.asks(each) for each in contacts)
    assert not any(replace(NPS, sample=0.0).asks(each) for each in contacts)


def test_nobody_is_asked_again_too_soon() -> None:
    assert NPS.spaced(None, BEGIN, ZONE)
    assert not NPS.spaced(BEGIN, BEGIN + 89 * DAY, ZONE)
    assert NPS.spaced(BEGIN, BEGIN + 90 * DAY, ZONE)
