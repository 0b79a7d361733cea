"""Good practice for scorecards: that everyone has one, that each can be reached, that hard facts and the present count."""

from collections.abc import Iterator

from keepwell.project.edits import AddKey, Edit, NewFile
from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.lint.uses import below
from keepwell.project.project import Project
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals.definition import Aggregate, Change, How

LAST = 99
"""The order that a catch-all scorecard is given."""


def _of(project: Project, purpose: str) -> list[Scorecard]:
    return [card for card in project.scorecards if card.purpose == purpose]


def _file(project: Project, card: Scorecard) -> str:
    return project.where[f"scorecard:{card.name}"].partition(":")[0]


class NoScorecard(Rule):
    """A project without a scorecard scores nobody."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Projects without scorecards."""
        if not project.scorecards:
            yield self.found(
                "scorecards:1",
                "there is no scorecard",
                "write scorecards/default.yml, or start from `keepwell init`",
            )


class NoCatchAll(Rule):
    """The last scorecard of a purpose should match everyone, or accounts that no other one matches go without a score
    and nobody notices."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Health scorecards of which none matches everyone; for other purposes a choice is meant."""
        cards = _of(project, "health")
        if not cards or any(card.segments is None and card.stages is None for card in cards):
            return
        if _covered(project, cards):
            return
        last = cards[-1]
        yield self.found(
            project.where.get(f"scorecard:{last.name}.for", project.where[f"scorecard:{last.name}"]),
            f"no scorecard for health matches everyone; the last, {last.name}, does not either",
            f"add one without `for:` and with `order: {LAST}`, so that it is tried last",
            _catch_all(project, last),
        )


def _covered(project: Project, cards: list[Scorecard]) -> bool:
    """Whether the scorecards together match every pair of segment and stage."""
    segments = [name for name, _ in project.segments] + ([] if _ends(project.segments) else ["any"])
    stages = [name for name, _ in project.stages] + ([] if _ends(project.stages) else ["any"])
    return all(any(matches(card, one, other) for card in cards) for one in segments for other in stages)


def _ends(choices: tuple[tuple[str, object], ...]) -> bool:
    return bool(choices) and choices[-1][1] is None


def matches(card: Scorecard, segment: str, stage: str) -> bool:
    """Whether a scorecard is for that segment and stage."""
    return (card.segments is None or segment in card.segments) and (
        card.stages is None or stage in card.stages
    )


def _catch_all(project: Project, card: Scorecard) -> NewFile:
    """A copy of a scorecard, under another name and for everyone."""
    file = _file(project, card)
    lines = (project.folder / file).read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept: list[str] = []
    skipping = False
    for line in lines:
        top = line[:1] not in (" ", "#", "\n", "\r", "}", "]", "")
        skipping = line.startswith("for:") if top else skipping
        if skipping or line.startswith("order:"):
            continue
        kept.append(f"scorecard: everyone_else\norder: {LAST}\n" if line.startswith("scorecard:") else line)
    if f"scorecard:{card.name}.missing" not in project.where:
        kept.append(f"missing: {card.missing}\n")
    return NewFile("scorecards/everyone_else.yml", "".join(kept))


class NeverReached(Rule):
    """The first scorecard that matches an account wins, in the order of `order:` and then of the files' names: one that
    stands after another for the same accounts scores nobody."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Scorecards whose accounts all match an earlier one."""
        for purpose in project.purposes():
            cards = _of(project, purpose)
            for index, card in enumerate(cards):
                hiding = next((one for one in cards[:index] if _hides(one, card)), None)
                if hiding is None:
                    continue
                edits: list[Edit] = []
                if f"scorecard:{hiding.name}.order" not in project.where and not _hides(card, hiding):
                    edits.append(AddKey(_file(project, hiding), (), "order", str(LAST)))
                yield self.found(
                    project.where[f"scorecard:{card.name}"],
                    f"every account that {card.name} is for is scored by {hiding.name} before",
                    f"add `order: {LAST}` to {hiding.name}, or narrow its `for:`",
                    *edits,
                )


def _hides(one: Scorecard, other: Scorecard) -> bool:
    def within(some: frozenset[str] | None, all_of: frozenset[str] | None) -> bool:
        return all_of is None or (some is not None and some <= all_of)

    return within(other.segments, one.segments) and within(other.stages, one.stages)


class NoCap(Rule):
    """Some facts outweigh any average: a failed payment, an open escalation, a champion who left. A health score
    without a cap averages them away."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Health scorecards with measures and without caps."""
        for card in _of(project, "health"):
            if card.measures and not card.caps:
                yield self.found(
                    project.where[f"scorecard:{card.name}"],
                    f"{card.name} has no cap",
                    "add, for example, `caps: {payment_failed: {when: payment_failures >= 1, at_most: 40}}`",
                )


class NoRecency(Rule):
    """A health score must move when behaviour does: at least one measure should look at the last weeks, at a change, or
    at the time since something happened."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Health scorecards of which no measure looks at the last 90 days."""
        for card in _of(project, "health"):
            if card.measures and not any(_recent(project, one.signal) for one in card.measures):
                yield self.found(
                    project.where[f"scorecard:{card.name}"],
                    f"no measure of {card.name} looks at the last 90 days",
                    "measure, for example, {from: events, aggregate: active_days, window: 28 days}",
                )


def _recent(project: Project, name: str) -> bool:
    for signal in below(project, name):
        match signal.meaning:
            case Change():
                return True
            case Aggregate(how=How.DAYS_SINCE_LAST | How.GAP_RATIO, table=table) if table != "accounts":
                return True
            case Aggregate(window=window) if window is not None and window.start.days <= 92:
                return True
    return False


class LowCoverage(Rule):
    """A band that rests on a third of the weight is a guess that looks like a fact: below `min_coverage` the account
    should have no band."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Scorecards with a min_coverage below a third."""
        for card in project.scorecards:
            if card.measures and card.min_coverage < 1 / 3:
                yield self.found(
                    project.where.get(
                        f"scorecard:{card.name}.min_coverage", project.where[f"scorecard:{card.name}"]
                    ),
                    f"{card.name} gives a band to accounts of which {card.min_coverage:.0%} of the weight is known",
                    "type, for example, `min_coverage: 60%`",
                )
