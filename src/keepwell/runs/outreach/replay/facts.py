"""What messages read of the facts on a day of the past: read once a day, as it was known when the day began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.people import Around, around
from keepwell.runs.outreach.replay.past import Morning
from keepwell.runs.outreach.wording import Seen
from keepwell.runs.outreach.wording import asked as asked_by
from keepwell.signals.definition import ACCOUNT


@dataclass(frozen=True)
class PastFacts(Facts):
    """The facts as of the morning of a day; of the accounts that are `expected` what is known is read at once."""

    morning: Morning
    expected: frozenset[str] = frozenset()
    _around: dict[str, Around] = field(default_factory=dict, repr=False)

    def around(self, account_ids: Sequence[str]) -> Mapping[str, Around]:
        """What was known of accounts, by their ids."""
        missing = set(account_ids) - set(self._around)
        if missing:
            asked = sorted(missing if self._around else missing | self.expected)
            self._around.update(around(self.project, self.warehouse, asked, self.morning.wave.as_of))
        return {id: self._around[id] for id in account_ids if id in self._around}

    def seen(self, there: Mapping[str, Around], texts: Sequence[str]) -> Mapping[str, Seen]:
        """What was measured of accounts; whatever texts name of it was."""
        if not any(asked_by(text) for text in texts):
            return {}
        observed, places = self.morning.sight.observed, self._places
        found = {}
        for id in there:
            if id in places:
                place = places[id]
                facts = self.morning.sight.facts(place)
                signals = {name: value for name, value in facts.items() if not name.startswith(ACCOUNT)}
                found[id] = Seen(signals, observed.segments[place], observed.stages[place])
        return found

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {id: place for place, id in enumerate(self.morning.ids)}
