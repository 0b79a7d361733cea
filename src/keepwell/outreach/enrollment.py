"""Enrollments: one account in one run of one journey, where it stands, and how it ended."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from keepwell.outreach.journey import Journey, walked
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import DONE, Route
from keepwell.outreach.step import Experiment
from keepwell.outreach.trigger import Reentry


class End(StrEnum):
    """How an enrollment ended."""

    REACHED = "reached"  # its goal
    EXITED = "exited"  # one of the journey's exits held
    LEFT = "left"  # it came to a step that ends it
    EXPIRED = "expired"
    FINISHED = "finished"  # no step is left, and the time for the goal is over


class Refusal(StrEnum):
    """Why an account is not put into a journey once more."""

    BEEN_THERE = "been_there"
    UNDER_WAY = "under_way"
    COOLING_DOWN = "cooling_down"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """An account in a run of a journey.

    `version` is the definition that it goes by. `at`: up to when it has been advanced. `place` is the step it stands at, since `since`;
    `DONE`: only the goal is watched. `held_out`: it goes on as a ghost, and nothing comes of it. `arms`: which arm it takes of each experiment.
    `done`: steps that are not done again, `round`: how often it has been put at a step, from 1. `end` and `ended_at`: `None` while it is
    under way; `because`: what ended it, in words.
    """

    id: str
    journey: str
    version: str
    account: str
    began_at: datetime
    at: datetime
    place: str
    since: datetime
    key: str = ""
    held_out: bool = False
    arms: Mapping[str, str] | None = None
    done: frozenset[str] = frozenset()
    round: int = 1
    end: End | None = None
    ended_at: datetime | None = None
    because: str = ""

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.end is None

    def ended(self, end: End, at: datetime, because: str = "") -> "Enrollment":
        """The enrollment once it has ended, for good."""
        return replace(self, end=end, ended_at=at, at=at, because=because)

    def put(self, place: str, at: datetime) -> "Enrollment":
        """The enrollment once it has come to a step."""
        return replace(self, place=place, since=at)


def refusal(
    journey: Journey, earlier: Sequence[Enrollment], at: datetime, zone: ZoneInfo, key: str = ""
) -> Refusal | None:
    """Why an account that has been through a journey before does not enter it now; `None`: it does.

    `key` names the fact that triggers it. A cooldown is counted from the last end, in the project's zone.
    """
    if journey.reentry is Reentry.PER_KEY:
        return Refusal.BEEN_THERE if any(each.key == key for each in earlier) else None
    if any(each.under_way for each in earlier):
        return Refusal.UNDER_WAY
    ends = [each.ended_at for each in earlier if each.ended_at is not None]
    if journey.reentry is Reentry.NEVER:
        return Refusal.BEEN_THERE if ends else None
    cools = journey.cooldown is not None and bool(ends) and at < journey.cooldown.after(max(ends), zone)
    return Refusal.COOLING_DOWN if cools else None


def identity(journey: Journey, account: str, earlier: int, key: str = "") -> str:
    """The id of an account's next enrollment, after so many earlier ones: 32 hexadecimal digits.

    Whoever works it out at the same time comes to the same, so that of two who enrol an account one finds it done.
    """
    which = f"key {key}" if journey.reentry is Reentry.PER_KEY else f"number {earlier}"
    parts = (journey.name, account, which)
    written = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hashlib.sha256(written).hexdigest()[:32]


def begun(
    route: Route,
    version: str,
    account: str,
    at: datetime,
    drum: Drum,
    *,
    earlier: int = 0,
    key: str = "",
    holdout: float = 0.0,
) -> Enrollment:
    """An account at the begin of a journey, with its lots drawn: whether it is held out, and its arm of every experiment.

    `holdout` is the share of accounts that every journey leaves alone.
    """
    journey = route.journey
    held_out = drum.held_out(account, holdout) or drum.held_out_of(journey.name, account, journey.holdout)
    arms = {
        step.id: drum.arm(journey.name, step, account).name
        for step in walked(journey.steps)
        if isinstance(step, Experiment)
    }
    return Enrollment(
        id=identity(journey, account, earlier, key),
        journey=journey.name,
        version=version,
        account=account,
        began_at=at,
        at=at,
        place=route.first,
        since=at,
        key=key,
        held_out=held_out,
        arms=arms,
    )


def moved(enrollment: Enrollment, version: str, before: Route, after: Route) -> Enrollment:
    """The enrollment once it goes by another version of its journey, as its step ids say.

    It stands where it stood. Where that step is no more, it comes to the first of those that followed it and still are; where there is none,
    its steps are done. Steps that it has done are not done again, wherever they stand now; those put before its place are passed by.
    """
    place = enrollment.place
    while place != DONE and place not in after.steps:
        place = before.following[place]
    there = enrollment if place == enrollment.place else enrollment.put(place, enrollment.at)
    return replace(there, version=version)


def put_back(enrollment: Enrollment, place: str, at: datetime) -> Enrollment:
    """The enrollment once somebody has put it at a step by hand: from there on steps are done once more, as another occurrence.

    Raises:
        ValueError: it has ended.
    """
    if not enrollment.under_way:
        raise ValueError(f"the enrollment {enrollment.id} has ended")
    return replace(enrollment, place=place, since=at, at=at, done=frozenset(), round=enrollment.round + 1)
