"""What is known of accounts over time, as journeys go by it: by the last wave of live runs, and by the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

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

    def together(self, other: "Asks") -> "Asks":
        """What two versions of a journey go by."""
        return Asks(
            tuple(sorted({*self.names, *other.names})),
            self.banded or other.banded,
            self.events | other.events,
            tuple(sorted({*self.questions, *other.questions})),
        )

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
        places: set[int] = set(self._new)
        for name in asks.names:
            places |= self._differing(name)
        if asks.banded:
            places |= self._differing(None)
        return [self.now.ids[place] for place in sorted(places)]

    @cached_property
    def _then(self) -> list[int | None]:
        """Where each account stood in the wave before."""
        before = {} if self.before is None else self.before.places
        return [before.get(id) for id in self.now.ids]

    @cached_property
    def _new(self) -> frozenset[int]:
        """Where the accounts stand that the wave before did not know."""
        return frozenset(place for place, then in enumerate(self._then) if then is None)

    @cached_property
    def _found(self) -> dict[str | None, frozenset[int]]:
        """Where accounts stand that differ in a name, as far as that was asked."""
        return {}

    def _differing(self, name: str | None) -> frozenset[int]:
        """Where accounts stand that differ in a value or (`None`) in their band."""
        if name not in self._found:
            now, before = _column(self.now, name), _column(self.before, name)
            self._found[name] = frozenset(
                place
                for place, then in enumerate(self._then)
                if then is not None and _at(now, place) != _at(before, then)
            )
        return self._found[name]

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


def _column(sighting: Sighting | None, name: str | None) -> Sequence[object]:
    """A column of values, or (`None`) the bands; nothing where it was not looked at."""
    if sighting is None:
        return ()
    return sighting.bands.get(USUAL_PURPOSE, ()) if name is None else sighting.columns.get(name, ())


def _at(column: Sequence[object], place: int) -> object:
    return column[place] if column else None


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
