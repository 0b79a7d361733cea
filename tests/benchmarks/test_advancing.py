"""What the benchmark of journeys times is what it says: every enrollment comes to a message, but for those held out, and waits."""

from pathlib import Path

from benchmarks import advancing
from keepwell.store import enrollments


def test_all_come_to_their_message_and_wait(tmp_path: Path) -> None:
    assert advancing.prepared(tmp_path / "made", 500, tmp_path)() == 500
    with advancing.opened(tmp_path / "store.sqlite").reading() as connection:
        counts = tuple(enrollments.counts(connection))
        wanted = enrollments.wanted(connection, 1000)
    held_out = sum(each.count for each in counts if each.held_out)
    assert sum(each.count for each in counts) == 500
    assert 25 < held_out < 80
    assert [each.step for each in wanted] == ["guide"] * (500 - held_out)
