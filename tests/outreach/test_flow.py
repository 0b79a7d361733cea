"""How steps lead to one another: worked out by hand on small journeys."""

from keepwell.outreach.flow import circles, ends, idle, unreached
from keepwell.outreach.journey import Journey
from keepwell.outreach.step import Arm, Branch, Exit, Experiment, Note, Start, Step, Wait
from keepwell.outreach.trigger import ByHand
from keepwell.signals.expression import parse

WHEN = parse("x > 1")
NOTE, OUT, WAIT = Note("note", "n"), Exit("exit"), Wait("wait", event="login")


def fork(then: tuple[Step, ...] = (), otherwise: tuple[Step, ...] = ()) -> Branch:
    return Branch("branch", WHEN, then, otherwise)


def test_only_an_exit_on_every_way_ends() -> None:
    assert not ends(())
    assert not ends((NOTE,))
    assert ends((OUT,))
    assert not ends((fork((OUT,)),))
    assert ends((fork((OUT,), (NOTE, OUT)),))
    assert ends((NOTE, Experiment("e", (Arm("a", 0.5, (OUT,)), Arm("b", 0.5, (fork((OUT,), (OUT,)),))))))
    assert not ends((Experiment("e", (Arm("a", 0.5, (OUT,)), Arm("b", 0.5))),))


def test_what_stands_behind_an_end_is_not_reached() -> None:
    assert list(unreached((NOTE, WAIT))) == []
    assert list(unreached((OUT, NOTE, WAIT))) == [NOTE]
    assert list(unreached((fork((OUT,)), NOTE))) == []
    assert list(unreached((fork((OUT, NOTE), (OUT,)), WAIT))) == [WAIT, NOTE]


def test_a_wait_is_idle_where_nothing_follows_on_any_level() -> None:
    assert list(idle((WAIT,))) == [WAIT]
    assert list(idle((WAIT, NOTE))) == []
    assert list(idle((fork((WAIT,), (NOTE,)),))) == [WAIT]
    assert list(idle((fork((WAIT,)), NOTE))) == []


def journey(name: str, *starts: str) -> Journey:
    return Journey(name, ByHand(), (NOTE, *(Start(f"start.{one}", one) for one in starts)))


def test_circles_are_found_and_ways_that_end_are_none() -> None:
    found = [
        way
        for _, _, way in circles([journey("a", "b", "d"), journey("b", "c"), journey("c", "a"), journey("d")])
    ]
    assert found == [("a", "b", "c", "a"), ("b", "c", "a", "b"), ("c", "a", "b", "c")]
    assert list(circles([journey("a", "b"), journey("b", "gone")])) == []
