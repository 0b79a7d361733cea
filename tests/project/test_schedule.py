"""Times of a schedule, against times read off a calendar."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.errors import DefinitionError
from keepwell.project import load
from keepwell.project.schedule import Timing, Work
from tests.cli.test_commands import make

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        # summer time: Berlin is two hours ahead
        ("30 5 * * *", utc(2025, 7, 1, 0), utc(2025, 7, 1, 3, 30)),
        ("30 5 * * *", utc(2025, 7, 1, 3, 30), utc(2025, 7, 2, 3, 30)),
        # 6 July 2025 is a Sunday; the next working day is the 7th
        ("0 7 * * 1-5", utc(2025, 7, 4, 12), utc(2025, 7, 7, 5)),
        # on 30 March 2025 the clock goes from 2:00 to 3:00: half past two comes an hour later, at half past three
        ("30 2 * * *", utc(2025, 3, 29, 12), utc(2025, 3, 30, 1, 30)),
        ("30 2 * * *", utc(2025, 3, 30, 1, 30), utc(2025, 3, 31, 0, 30)),
        # on 26 October 2025 it goes from 3:00 back to 2:00: half past two is at 0:30 and at 1:30 UTC, and counts once
        ("30 2 * * *", utc(2025, 10, 25, 12), utc(2025, 10, 26, 0, 30)),
        ("30 2 * * *", utc(2025, 10, 26, 0, 30), utc(2025, 10, 27, 1, 30)),
        ("0 0 29 2 *", utc(2025, 1, 1), utc(2028, 2, 28, 23)),
    ],
)
def test_the_next_time(cron: str, after: datetime, expected: datetime) -> None:
    assert Timing(cron, BERLIN).after(after) == expected


def with_schedule(folder: Path, text: str) -> Path:
    make(folder)
    path = folder / "keepwell.yml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return folder


def test_a_schedule_is_read_from_the_project(tmp_path: Path) -> None:
    folder = with_schedule(
        tmp_path / "acme",
        "schedule:\n  load: 0 5 * * *\n  score: {cron: '30  5 * * *', zone: America/New_York}\n",
    )
    project = load(folder)
    assert project.schedule == {
        Work.LOAD: Timing("0 5 * * *", project.zone),
        Work.SCORE: Timing("30 5 * * *", ZoneInfo("America/New_York")),
    }


def test_the_version_does_not_depend_on_the_schedule(tmp_path: Path) -> None:
    plain, timed = make_plain(tmp_path / "plain"), tmp_path / "timed"
    with_schedule(timed, "schedule: {load: 0 5 * * *}\n")
    assert load(plain).version() == load(timed).version()


def make_plain(folder: Path) -> Path:
    make(folder)
    return folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schedule: {load: 0 25 * * *}\n", "is no time that ever comes"),
        ("schedule: {load: 0 0 31 2 *}\n", "is no time that ever comes"),
        ("schedule: {load: daily}\n", "not a cron expression"),
        ("schedule: {loud: 0 5 * * *}\n", "did you mean 'load'"),
        ("schedule: {load: {cron: 0 5 * * *, zone: Berlin}}\n", "did you mean 'Europe/Berlin'"),
    ],
)
def test_a_wrong_schedule_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(with_schedule(tmp_path / "acme", text))
    assert message in str(caught.value)
