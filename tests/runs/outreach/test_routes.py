"""People under way keep the version by which they began, read from the copy that was kept, or move to the new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.outreach.lot import Drum
from keepwell.project import load
from keepwell.project.snapshot import Folder, taken
from keepwell.runs.outreach.by_hand import put_in
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.store import notes, snapshots, versions
from keepwell.store.engine import Store
from keepwell.store.versions import Seen
from tests.project import rescues
from tests.runs.firm import AS_OF, ago
from tests.runs.outreach.living import KEY, World, instant, light, living, world

HEAD = "journey: adoption_rescue\ntrigger: {by_hand: true}\n"
FIRST = HEAD + "steps:\n  - wait: 3 days\n  - {note: Old, id: said}\n  - wait: 5 days\n  - note: Last\n"
SECOND = HEAD + "steps:\n  - wait: 3 days\n  - {note: New, id: said}\n  - wait: 5 days\n  - note: Added\n"


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Store:
    return light(seeded, tmp_path)


@pytest.fixture
def one(tmp_path: Path, store: Store) -> Iterator[World]:
    (tmp_path / "firm").mkdir()
    made = world(tmp_path / "firm", store)
    made.firm.account(1, ago(400), seats=10)
    made.score(0)
    yield made
    made.firm.warehouse.close()


def applied(one: World, tmp_path: Path, name: str, journey: str) -> None:
    """Keeps the files of a project with the journey, and applies them."""
    folder = tmp_path / name
    rescues.write(folder, journey)
    with one.store.writing() as connection:
        snapshots.keep(connection, f"files of {name}", taken(Folder(folder)).texts, AS_OF)
        versions.see(connection, Seen(name, f"files of {name}", AS_OF))
    one.apply(name, living(*load(folder).journeys, folder=folder))


def said(one: World) -> list[str]:
    with one.store.reading() as connection:
        return sorted(each.words for each in notes.of(connection, "A1"))


@pytest.mark.parametrize(
    ("rule", "days", "words"),
    [
        ("", (1, 3), ["Old"]),
        ("", (1, 8), ["Last", "Old"]),
        ("under_way: stay\n", (4, 8), ["Last", "Old"]),
        ("under_way: move\n", (1, 3), ["New"]),
        ("under_way: move\n", (1, 8), ["Added", "New"]),
        ("under_way: move\n", (4, 8), ["Added", "Old"]),  # what is done is not done again
    ],
)
def test_they_stay_on_their_version_or_move(
    one: World, tmp_path: Path, rule: str, days: tuple[int, int], words: list[str]
) -> None:
    applied(one, tmp_path, "earlier", FIRST)
    entrance = Entrance(one.project, "files of earlier", Drum(KEY))
    put_in(one.store, entrance, "A1", "adoption_rescue", actor="kim", at=instant(0))
    one.step(0)
    after, day = days
    if after > 3:
        one.step(3)
    applied(one, tmp_path, "later", rule + SECOND)
    one.step(after)
    assert one.step(day).stuck == 0
    assert said(one) == words


def test_who_goes_by_a_version_that_nobody_kept_stands_still_and_is_told(one: World, tmp_path: Path) -> None:
    applied(one, tmp_path, "earlier", FIRST)
    entrance = Entrance(one.project, "files of one", Drum(KEY))  # a copy that does not hold the journey
    put_in(one.store, entrance, "A1", "adoption_rescue", actor="kim", at=instant(0))
    applied(one, tmp_path, "later", SECOND)
    assert (one.step(3).stuck, one.step(4).stuck, said(one)) == (1, 0, [])
