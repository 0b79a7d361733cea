"""`trigger:` of a journey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from keepwell.outreach.trigger import (
    USUAL_PURPOSE,
    BandEnters,
    BandLeaves,
    Becomes,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    RenewalWithin,
    Scheduled,
    ScoreDrops,
    Trigger,
)
from keepwell.project.reading.asking import Asking
from keepwell.project.reading.conditions import condition
from keepwell.project.reading.expressions import Rows
from keepwell.project.report import hint, listed
from keepwell.project.schedule import Timing
from keepwell.project.shape.compound import Fields
from keepwell.scoring.score import Band
from keepwell.signals.expression import Comparison, Expression, Literal, Logic, Membership, Name

ANY = "any"
_SOME_DAY = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Triggers:
    """What a trigger can refer to. `purposes`, `segments` and `stages` are the declared ones, `None` if they could not be read."""

    asking: Asking
    purposes: frozenset[str] | None
    segments: tuple[str, ...] | None
    stages: tuple[str, ...] | None
    zone: ZoneInfo

    def read(self, said: Fields) -> Trigger | None:
        """The trigger, `None` once the report says why it cannot be read."""
        ways: Mapping[str, Callable[[Fields], Trigger | None]] = {
            "band_enters": lambda said: BandEnters(Band(said["band_enters"]), self._purpose(said)),
            "band_leaves": lambda said: BandLeaves(Band(said["band_leaves"]), self._purpose(said)),
            "score_drops": self._drops,
            "signal": self._becomes,
            "event": self._event,
            "fact": lambda said: self._fact(said, said["fact"], "fact"),
            "renewal_within": self._renewal,
            "segment_enters": lambda said: self._enters(said, "segment", self.segments),
            "stage_enters": lambda said: self._enters(said, "stage", self.stages),
            "milestone_missed": self._milestone,
            "schedule": self._scheduled,
            "by_hand": self._by_hand,
        }
        return next((way(said) for key, way in ways.items() if key in said), None)

    def _purpose(self, said: Fields) -> str:
        purpose: str = said.get("purpose", USUAL_PURPOSE)
        if self.purposes is not None and purpose not in self.purposes:
            place = said.at("purpose") if "purpose" in said else said.place
            do = hint(purpose, sorted(self.purposes)) or "write a scorecard of that purpose"
            self.asking.report.add(place, f"no scorecard has the purpose {purpose!r}", do)
        return purpose

    def _drops(self, said: Fields) -> ScoreDrops | None:
        if "within" not in said:
            return None
        return ScoreDrops(float(said["score_drops"]), said["within"], self._purpose(said))

    def _becomes(self, said: Fields) -> Becomes | None:
        when = self.asking.condition(said, "signal")
        return None if when is None else Becomes(when)

    def _event(self, said: Fields) -> Happens | None:
        names: tuple[str, ...] = said["event"]
        among = (
            Comparison("==", Name("name"), Literal(names[0]))
            if len(names) == 1
            else Membership(Name("name"), names)
        )
        found = self._fact(said, "events", "event")
        if found is None:
            return None
        return Happens("events", among if found.where is None else Logic("and", (among, found.where)))

    def _fact(self, said: Fields, table: str, key: str) -> Happens | None:
        if not self.asking.fed(table, said.at(key)):
            return None
        where: Expression | None = condition(said, Rows(table, self.asking.catalog, self.asking.report))
        return Happens(table, where)

    def _renewal(self, said: Fields) -> RenewalWithin:
        self.asking.fed("subscriptions", said.at("renewal_within"), "renews_at")
        return RenewalWithin(said["renewal_within"])

    def _enters(self, said: Fields, what: str, known: tuple[str, ...] | None) -> Enters:
        key = f"{what}_enters"
        name: str = said[key]
        if known is not None and name not in known:
            do = hint(name, known) or f"define it in segments.yml under `{what}s: {{{name}: ...}}`"
            self.asking.report.add(said.at(key), f"there is no {what} {name!r}", do)
        return Enters(what, name)

    def _milestone(self, said: Fields) -> MilestoneMissed:
        self.asking.fed("milestones", said.at("milestone_missed"), "due_at")
        name: str = said["milestone_missed"]
        return MilestoneMissed(None if name == ANY else name, said.get("after"))

    def _scheduled(self, said: Fields) -> Scheduled | None:
        from croniter import croniter

        cron = " ".join(said["schedule"].split())
        try:
            valid = croniter.is_valid(cron) and Timing(cron, self.zone).after(_SOME_DAY) is not None
        except ValueError:
            valid = False
        if not valid:
            self.asking.report.add(
                said.at("schedule"),
                f"{cron!r} is no time that ever comes",
                "type minute, hour, day, month and weekday, for example 0 9 * * 1 for nine on Mondays",
            )
        return Scheduled(cron) if valid else None

    def _by_hand(self, said: Fields) -> ByHand:
        if not said["by_hand"]:
            others = ("band_enters", "score_drops", "signal", "event")
            self.asking.report.add(
                said.at("by_hand"),
                "nothing begins this journey",
                f"type true, or another trigger such as {listed(others)}",
            )
        return ByHand()
