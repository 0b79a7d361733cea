"""Lots: as the hash's definition gives them, even, independent of each other, and kept when shares change.

Limits of chi-square at 0.1% are those of printed tables: 43.82 for 19 degrees of freedom, 27.88 for 9, 10.83 for 1.
"""

import hashlib
from collections import Counter

import pytest

from keepwell.outreach.lot import Drum
from keepwell.outreach.step import Arm, Experiment

KEY = b"0123456789abcdef0123456789abcdef"
DRUM = Drum(KEY)
ACCOUNTS = [f"A{n}" for n in range(20_000)]  # alike but for a digit, as ids are
EVEN = Experiment("subject", (Arm("a", 1), Arm("b", 1)))


def _chi_square(counts: list[int], expected: list[float]) -> float:
    return sum((seen - want) ** 2 / want for seen, want in zip(counts, expected, strict=True))


def _together(first: list[bool], second: list[bool]) -> float:
    """The chi-square of a table of two by two against no connection."""
    pairs, n = Counter(zip(first, second, strict=True)), len(first)
    a, b = sum(first) / n, sum(second) / n
    cells = [(x, y) for x in (True, False) for y in (True, False)]
    expected = [n * (a if x else 1 - a) * (b if y else 1 - b) for x, y in cells]
    return _chi_square([pairs[cell] for cell in cells], expected)


def test_a_lot_is_what_the_definition_of_hmac_gives() -> None:
    padded = KEY.ljust(64, b"\0")
    message = b"\0\0\0\x07holdout\0\0\0\x02A1"
    inner = hashlib.sha256(bytes(x ^ 0x36 for x in padded) + message).digest()
    drawn = hashlib.sha256(bytes(x ^ 0x5C for x in padded) + inner).hexdigest()
    assert DRUM.lot("holdout", "A1") == (int(drawn[:16], 16) // 2**11) / 2**53


def test_a_short_key_is_refused_and_a_key_is_never_shown() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Drum(b"short")
    assert "0123" not in repr(DRUM)


def test_where_a_text_ends_makes_a_difference() -> None:
    assert DRUM.lot("ab", "c") != DRUM.lot("a", "bc")


def test_lots_are_even() -> None:
    counts = Counter(int(DRUM.lot("holdout", account) * 20) for account in ACCOUNTS)
    assert _chi_square([counts[n] for n in range(20)], [1000.0] * 20) < 43.82


def test_lots_of_two_journeys_have_nothing_to_do_with_each_other() -> None:
    first = [DRUM.held_out_of("rescue", account, 0.1) for account in ACCOUNTS]
    for second in (
        [DRUM.held_out_of("renewal", account, 0.1) for account in ACCOUNTS],
        [DRUM.held_out(account, 0.05) for account in ACCOUNTS],
        [DRUM.arm("rescue", EVEN, account).name == "a" for account in ACCOUNTS],
    ):
        assert _together(first, second) < 10.83
    assert _together(first, [DRUM.held_out_of("rescue", account, 0.2) for account in ACCOUNTS]) > 1000


def test_neighbours_have_nothing_to_do_with_each_other() -> None:
    drawn = [DRUM.held_out_of("rescue", account, 0.5) for account in ACCOUNTS]
    assert _together(drawn[:-1], drawn[1:]) < 10.83


def test_another_key_gives_other_lots() -> None:
    other = Drum(b"fedcba9876543210")
    first = [DRUM.held_out(account, 0.5) for account in ACCOUNTS]
    assert _together(first, [other.held_out(account, 0.5) for account in ACCOUNTS]) < 10.83


@pytest.mark.parametrize(("less", "more"), [(0.0, 0.1), (0.1, 0.11), (0.1, 0.5), (0.5, 1.0)])
def test_a_larger_share_only_takes_accounts_in(less: float, more: float) -> None:
    few = {account for account in ACCOUNTS if DRUM.held_out_of("rescue", account, less)}
    many = {account for account in ACCOUNTS if DRUM.held_out_of("rescue", account, more)}
    assert few <= many
    assert abs(len(many) / len(ACCOUNTS) - more) < 0.015


def test_none_of_nothing_and_all_of_everything_are_held_out() -> None:
    assert not any(DRUM.held_out(account, 0.0) for account in ACCOUNTS)
    assert all(DRUM.held_out(account, 1.0) for account in ACCOUNTS)


def test_arms_have_their_shares() -> None:
    arms = Experiment("subject", (Arm("a", 50), Arm("b", 30), Arm("c", 20)))
    counts = Counter(DRUM.arm("rescue", arms, account).name for account in ACCOUNTS)
    assert (
        _chi_square([counts[name] for name in "abc"], [10_000, 6_000, 4_000]) < 13.82
    )  # 2 degrees of freedom


def test_accounts_change_their_arm_only_where_the_boundary_passes_over_them() -> None:
    before = {account: DRUM.arm("rescue", EVEN, account).name for account in ACCOUNTS}
    moved = Experiment("subject", (Arm("a", 3), Arm("b", 2)))
    after = {account: DRUM.arm("rescue", moved, account).name for account in ACCOUNTS}
    changed = {(before[each], after[each]) for each in ACCOUNTS if before[each] != after[each]}
    assert changed == {("b", "a")}
    share = sum(before[each] != after[each] for each in ACCOUNTS) / len(ACCOUNTS)
    assert abs(share - 0.1) < 0.015
