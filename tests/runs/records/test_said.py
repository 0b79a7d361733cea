"""What people say of accounts: checked, kept, and in the score once it is copied."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, ForbiddenError, UserError
from keepwell.people import Role
from keepwell.runs import answering, copying, noting, overriding, pulsing
from keepwell.runs.overriding import Correction
from keepwell.runs.reaching import Reached, reached
from keepwell.runs.score import score
from keepwell.store.engine import Store
from keepwell.store.feedback import Verdict
from keepwell.store.notes import Kind
from tests.runs.firm import AS_OF, Firm, project
from tests.runs.records.conftest import ADMIN, ANA, KIM, person

LOW = Correction(30, "Their champion left")
WALL = datetime(2025, 3, 1, 10, tzinfo=UTC)


def _score(firm: Firm) -> float | None:
    (scores,) = score(project(), firm.warehouse)
    found = scores.of(1)
    assert found is not None
    return found.score


def test_an_override_is_in_the_score_and_its_end_gives_the_score_back(
    firm: Firm, store: Store, acme: Reached
) -> None:
    given = overriding.override(project(), store, acme, LOW, by=KIM)
    assert _score(firm) == 100
    copying.copy(store, firm.warehouse, project().zone)
    assert _score(firm) == 30
    overriding.end(project(), store, acme, given.number, why="She came back", by=ANA)
    copying.copy(store, firm.warehouse, project().zone)
    assert _score(firm) == 100
    (found,) = overriding.given(store, acme)
    assert (found.author, found.ended_by, found.ended_why) == (KIM.email, ANA.email, "She came back")


def test_of_two_the_later_one_counts_though_the_projects_clock_stands_still(
    firm: Firm, store: Store, acme: Reached
) -> None:
    for value in (30, 60, 45):
        overriding.override(project(), store, acme, replace(LOW, value=value), by=KIM)
    copying.copy(store, firm.warehouse, project().zone)
    assert _score(firm) == 45
    assert all(AS_OF - timedelta(seconds=1) <= each.from_at < AS_OF for each in overriding.given(store, acme))


def test_where_the_clock_runs_it_says_when(store: Store, acme: Reached) -> None:
    live = project(as_of=None)
    with clock.pinned(WALL):
        given = overriding.override(live, store, acme, LOW, by=KIM)
    assert (given.from_at, given.until_at) == (WALL, WALL + timedelta(days=30))


@pytest.mark.parametrize(
    ("changed", "what", "where"),
    [
        ({"value": 100.5}, "100.5 is no score", "value"),
        ({"value": float("nan")}, "nan is no score", "value"),
        ({"reason": "  "}, "reason is missing", "reason"),
        ({"reason": "x" * 10_001}, "reason has 10,001 characters", "reason"),
        ({"reason": "nul \0"}, "holds a character that is none", "reason"),
        ({"reason": "half \ud83d"}, "holds a character that is none", "reason"),
        ({"target": "logins_"}, "no scorecard of health has a dimension or measure 'logins_'", "target"),
        ({"purpose": "helth"}, "there is no purpose 'helth'", "purpose"),
        ({"until_at": AS_OF - timedelta(days=1)}, "is not after", "until_at"),
        ({"until_at": AS_OF + timedelta(days=367)}, "for a year at most", "until_at"),
    ],
)
def test_what_makes_no_override_is_told(
    store: Store, acme: Reached, changed: dict[str, object], what: str, where: str
) -> None:
    with pytest.raises(UserError, match=what) as caught:
        overriding.override(project(), store, acme, replace(LOW, **changed), by=KIM)  # type: ignore[arg-type]
    assert caught.value.where == where
    assert caught.value.do
    assert overriding.given(store, acme) == ()


@pytest.mark.parametrize("target", ["score", "adoption", "voice", "logins", "nps"])
def test_scores_dimensions_and_measures_can_be_overridden(store: Store, acme: Reached, target: str) -> None:
    assert overriding.override(project(), store, acme, replace(LOW, target=target), by=KIM).target == target


def test_an_override_ends_once_and_only_by_way_of_its_account(
    firm: Firm, store: Store, acme: Reached
) -> None:
    given = overriding.override(project(), store, acme, LOW, by=KIM)
    other = reached(firm.warehouse, store, ANA, "A2")
    with pytest.raises(AbsentError, match="A2 has no override"):
        overriding.end(project(), store, other, given.number, by=ANA)
    overriding.end(project(), store, acme, given.number, by=ANA)
    with pytest.raises(ConflictError, match="has ended on 2025-06-29"):
        overriding.end(project(), store, acme, given.number, by=ANA)


def test_a_pulse_is_from_0_to_100(store: Store, acme: Reached) -> None:
    for wrong in (-1, 101, float("nan")):
        with pytest.raises(UserError, match="is no pulse"):
            pulsing.pulse(project(), store, acme, score=wrong, by=KIM)
    for right in (0, 100):
        pulsing.pulse(project(), store, acme, score=right, by=KIM)
    assert [(each.score, each.author) for each in pulsing.given(store, acme, to=KIM)] == [
        (100.0, KIM.email),
        (0.0, KIM.email),
    ]


def test_who_sees_no_words_sees_only_their_own_reasons(store: Store, acme: Reached) -> None:
    marketer = replace(ANA, role=Role.MARKETER)
    pulsing.pulse(project(), store, acme, score=50, reason="hers", by=ANA)
    pulsing.pulse(project(), store, acme, score=40, reason="his", by=KIM)
    assert [each.reason for each in pulsing.given(store, acme, to=marketer)] == ["", "hers"]
    assert [each.reason for each in pulsing.given(store, acme, to=ANA)] == ["his", "hers"]


def test_feedback_is_of_the_score_that_was_kept_last(firm: Firm, store: Store, acme: Reached) -> None:
    other = reached(firm.warehouse, store, ANA, "A2")
    for account in (acme, other):
        answering.answer(
            project(), firm.warehouse, store, account, verdict=Verdict.TOO_HIGH, reason="Hm", by=KIM
        )
    (full,), (empty,) = answering.given(store, acme, to=ANA), answering.given(store, other, to=ANA)
    assert (full.score, full.band, full.verdict, full.purpose) == (100.0, "green", Verdict.TOO_HIGH, "health")
    assert (empty.score, empty.band) == (0.0, "red")


def test_feedback_of_an_unscored_account_says_so(firm: Firm, store: Store) -> None:
    firm.account(3, AS_OF, key=str(UUID(int=3)))
    unscored = reached(firm.warehouse, store, ANA, "A3")
    said = answering.answer(project(), firm.warehouse, store, unscored, verdict=Verdict.RIGHT, by=KIM)
    assert (said.score, said.band) == (None, None)


def test_a_meeting_becomes_a_fact_without_words_and_a_thought_does_not(
    firm: Firm, store: Store, acme: Reached
) -> None:
    held = AS_OF - timedelta(days=2)
    noting.note(project(), store, acme, words_="We met", kind=Kind.MEETING, held_at=held, by=KIM)
    noting.note(project(), store, acme, words_="A thought", by=KIM)
    assert copying.copy(store, firm.warehouse, project().zone).facts == 1
    rows = firm.warehouse.query("SELECT kind, author, occurred_at FROM facts.interactions").to_pylist()
    assert rows == [{"kind": "meeting", "author": KIM.email, "occurred_at": held.replace(tzinfo=None)}]
    with pytest.raises(UserError, match="is still to come"):
        noting.note(project(), store, acme, words_="x", held_at=AS_OF + timedelta(days=1), by=KIM)


def test_a_note_is_changed_by_its_author_and_removed_by_them_or_an_admin(store: Store, acme: Reached) -> None:
    mine = noting.note(project(), store, acme, words_="Mine", by=KIM)
    with pytest.raises(ForbiddenError, match="wrote the note"):
        noting.change(store, acme, mine.number, "Hers", by=ANA)
    with pytest.raises(ForbiddenError, match="wrote the note"):
        noting.remove(store, acme, mine.number, by=ANA)
    assert noting.change(store, acme, mine.number, " Mine still ", by=KIM).words == "Mine still"
    noting.remove(store, acme, mine.number, by=ADMIN)
    with pytest.raises(AbsentError, match="A1 has no note"):
        noting.change(store, acme, mine.number, "again", by=KIM)


def test_notes_are_hidden_from_those_who_do_not_see_words_but_their_own(store: Store, acme: Reached) -> None:
    marketer = person("mo", Role.MARKETER)
    for who in (KIM, marketer):
        noting.note(project(), store, acme, words_=f"By {who.name}", by=who)
    assert [each.words for each in noting.written(store, acme, to=ANA)] == ["By Mo", "By Kim"]
    assert [each.words for each in noting.written(store, acme, to=marketer)] == ["By Mo"]
