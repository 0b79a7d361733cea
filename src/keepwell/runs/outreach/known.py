"""What is known of accounts over time, as journeys go by it: by the last wave of live runs, and by the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.outreach.enrollment import Enrollment
from keepwell.outreach.journey import Journey
from keepwell.outreach.reads import asked, awaited, questions
from keepwell.outreach.timeline import Event, Known, Timeline
from keepwell.outreach.trigger import USUAL_PURPOSE
from keepwell.runs.outreach.sighting import Sighting
from keepwell.signals.meaning import Value

Answers = Mapping[str, datetime]
"""What came back for an enrollment: since when each question, such as `opened(micro_guide)`, has the answer yes."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a journey goes by: names of values, whether bands count, which events it waits for, and what it asks of its messages."""

    names: tuple[str, ...]
    banded: bool
    events: frozenset[str]
    questions: tuple[str, ...]

    @classmethod
    def of(cls, journey: Journey) -> "Asks":
        """What a journey goes by."""
        banded = journey.goal is not None and journey.goal.band is not None
        return cls(tuple(sorted(asked(journey))), banded, awaited(journey), tuple(sorted(questions(journey))))

    @property
    def nothing(self) -> bool:
        """Whether time alone moves it."""
        return not (self.names or self.banded or self.events or self.questions)


NOTHING = Timeline()


@dataclass(frozen=True)
class Knowledge:
    """What the last wave knew of all accounts (`now`), and what the one before it did (`None`: there was none, or it does not matter)."""

    now: Sighting
    before: Sighting | None = None

    def changed(self, asks: Asks) -> list[str]:
        """The accounts of which the last wave knows something else than the one before, of what a journey goes by; all where there was none before."""
        return [id for id in self.now.ids if self._state(self.now, id, asks) != self._old(id, asks)]

    def timeline(
        self,
        enrollment: Enrollment,
        asks: Asks,
        events: Sequence[Event] = (),
        answers: Answers | None = None,
    ) -> Timeline:
        """What is known of the account of an enrollment, since it was advanced last.

        What the wave before knew counts up to the instant at which the last one was made: it had not changed since the enrollment was
        advanced, or else that would have been advanced.
        """
        if asks.nothing:
            return NOTHING
        known = self._known(enrollment, asks)
        if asks.questions:
            known = _answered(known, asks.questions, answers or {}, enrollment.at)
        return Timeline(tuple(known), tuple(events))

    def _known(self, enrollment: Enrollment, asks: Asks) -> list[Known]:
        made_at = self.now.wave.made_at
        found = []
        if enrollment.at < made_at and self.before is not None:
            at = min(self.before.wave.made_at, enrollment.at)
            found.append(_of(self.before, enrollment.account, asks, at))
        at = made_at if found else min(made_at, enrollment.at)
        found.append(_of(self.now, enrollment.account, asks, at))
        return found

    def _old(self, id: str, asks: Asks) -> object:
        return None if self.before is None else self._state(self.before, id, asks)

    @staticmethod
    def _state(sighting: Sighting, id: str, asks: Asks) -> object:
        place = sighting.places.get(id)
        if place is None:
            return None
        values = tuple(sighting.columns[name][place] for name in asks.names if name in sighting.columns)
        bands = sighting.bands.get(USUAL_PURPOSE) if asks.banded else None
        return values, None if bands is None else bands[place]


def _of(sighting: Sighting, account: str, asks: Asks, at: datetime) -> Known:
    place = sighting.places.get(account)
    if place is None:
        return Known(at)
    bands = {}
    if asks.banded:
        band = sighting.bands[USUAL_PURPOSE][place] if USUAL_PURPOSE in sighting.bands else None
        bands = {} if band is None else {USUAL_PURPOSE: band}
    return Known(at, sighting.values(place, asks.names), bands)


def _answered(
    known: Sequence[Known], questions: Sequence[str], answers: Answers, begin: datetime
) -> list[Known]:
    """The same with the answers: no until an answer has come, yes from then on."""
    base = known[0] if known else Known(begin)
    instants = sorted({each.at for each in known} | {max(at, base.at) for at in answers.values()} | {base.at})
    found = []
    for at in instants:
        last = next((each for each in reversed(known) if each.at <= at), base)
        said: dict[str, Value] = {name: name in answers and answers[name] <= at for name in questions}
        found.append(Known(at, {**last.values, **said}, last.bands))
    return found
