"""The ledger: every arrow and every step without one, and what an entry is known by."""

from dataclasses import replace

import pytest

from keepwell.outreach.ledger import ARROWS, SENT, WAITING, Key, State, Step, after

# A row per state, a column per step, in the order of `Step`; a dot: nothing happens.
TABLE = """
             hold approve  lapse skip    expire  hand_over   defer    refuse accept   lose    deliver   bounce  complain
planned      held approved .     skipped expired .           .        .      .        .       .         .       .
held         .    approved .     skipped expired .           .        .      .        .       .         .       .
approved     .    .        held  skipped expired handed_over .        .      .        .       .         .       .
handed_over  .    .        .     .       .       .           approved failed accepted unknown delivered bounced complained
accepted     .    .        .     .       .       .           .        .      .        .       delivered bounced complained
delivered    .    .        .     .       .       .           .        .      .        .       .         bounced complained
bounced      .    .        .     .       .       .           .        .      .        .       .         .       .
complained   .    .        .     .       .       .           .        .      .        .       .         .       .
failed       .    .        .     .       .       .           .        .      .        .       .         .       .
unknown      .    .        .     .       .       .           .        failed accepted .       delivered bounced complained
skipped      .    .        .     .       .       .           .        .      .        .       .         .       .
expired      .    .        .     .       .       .           .        .      .        .       .         .       .
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CASES = [(row[0], step, to) for row in ROWS for step, to in zip(HEAD, row[1:], strict=True)]
KEY = Key.to("E1", "check_in", 1, "email", "Ana@Firm.example")


def test_the_table_speaks_of_every_state_and_step() -> None:
    assert ({row[0] for row in ROWS}, set(HEAD)) == (set(State), set(Step))
    assert len(CASES) == len(State) * len(Step)


@pytest.mark.parametrize(("state", "step", "to"), CASES)
def test_a_step_leads_where_its_arrow_does_or_nowhere(state: str, step: str, to: str) -> None:
    assert after(State(state), Step(step)) == (state if to == "." else to)


def test_what_was_handed_over_is_never_waiting_again_unless_the_provider_refused_to_take_it() -> None:
    back = {(state, step) for (state, step), to in ARROWS.items() if to in WAITING and state not in WAITING}
    assert back == {(State.HANDED_OVER, Step.DEFER)}
    assert not WAITING & SENT


def test_however_an_address_is_spelt_it_is_one_message() -> None:
    same = Key.to("E1", "check_in", 1, "email", " ana@FIRM.example.")
    assert same == KEY
    assert same.message_id("firm.example") == KEY.message_id("firm.example")


@pytest.mark.parametrize(
    "change",
    [
        {"enrollment": "E2"},
        {"step": "check_i"},
        {"occurrence": 2},
        {"recipient": "b@firm.example"},
        {"channel": "in_app"},
    ],
)
def test_every_part_of_the_key_makes_a_difference(change: dict[str, object]) -> None:
    other = replace(KEY, **change)  # type: ignore[arg-type]
    assert other.idempotency != KEY.idempotency
    assert other.message_id("firm.example") != KEY.message_id("firm.example")


def test_where_a_part_ends_makes_a_difference() -> None:
    assert Key("E1", "a", 1, "bc", "x").idempotency != Key("E1", "ab", 1, "c", "x").idempotency


def test_a_message_id_is_as_the_standard_wants_it_and_tells_nobody_who_it_is_for() -> None:
    written = KEY.message_id("mail.firm.example")
    left, _, right = written.strip("<>").partition("@")
    assert (written[0], written[-1], right) == ("<", ">", "mail.firm.example")
    assert len(left) == 32
    assert set(left) <= set("0123456789abcdef")
    assert left != KEY.idempotency


def test_what_an_entry_is_known_by_stays_the_same_for_ever() -> None:
    # Worked out with `printf ... | sha256sum` from the lengths and parts, so that no later version sends again.
    assert KEY.idempotency == "2a47c7838b093760a37a397b0444f192"
