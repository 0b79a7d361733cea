"""The way through a journey, drawn by hand."""

import pytest

from keepwell.outreach.route import DONE, route_of
from keepwell.outreach.step import Arm, Branch, Experiment
from keepwell.signals.expression import parse
from tests.outreach.made import journey, note

LOW = parse("use < 5")


def test_steps_within_a_branch_lead_out_of_it() -> None:
    inner = Branch("inner", LOW, (note("b"),), ())
    arms = Experiment("arms", (Arm("x", 1, (note("c"),)), Arm("y", 1)))
    route = route_of(journey(Branch("outer", LOW, (note("a"), inner), (arms,)), note("d")))
    assert route.first == "outer"
    assert route.following == {
        "outer": "d",
        "a": "inner",
        "inner": "d",
        "b": "d",
        "arms": "d",
        "c": "d",
        "d": DONE,
    }
    assert set(route.steps) == set(route.following)


def test_a_journey_without_steps_is_done_at_once() -> None:
    assert route_of(journey()).first == DONE


@pytest.mark.parametrize("id", ["a", ""])
def test_an_id_stands_once(id: str) -> None:
    with pytest.raises(ValueError, match="two steps"):
        route_of(journey(note("a"), Branch("which", LOW, (note(id),))))
