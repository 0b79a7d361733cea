"""What success teams say of accounts and scores, beside the scores of that time and what became of the accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from keepwell.project.project import Project
from keepwell.proof.agreement import (
    WORDS,
    Feedback,
    FeedbackAgreement,
    PulseAgreement,
    Pulses,
    feedback_agreement,
    pulse_agreement,
)
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import CENSORED, Panel
from keepwell.runs.panels import SEGMENT, STAGE
from keepwell.scoring.observed import Bools, Groups, Ints
from keepwell.scoring.scorecard import Scorecard
from keepwell.sql.opinions import opinions_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.selection import naive

PULSES, FEEDBACK = "pulses", "feedback"
HEALTH = "health"
TEAM, SCORECARD = "team", "scorecard"
NOBODY, NO_CARD = "not said", "none"

_LONGEST = np.timedelta64(31, "D")
"""An opinion older than the next as_of before it by more than this is of a time that nobody scored."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """How people agree with the scores of one purpose, all of them first, then by team and by scorecard. Empty: nobody said anything."""

    pulses: tuple[PulseAgreement, ...]
    feedback: tuple[FeedbackAgreement, ...]


NOTHING_SAID = Opinions((), ())


def opinions(project: Project, warehouse: Warehouse, outcome: Outcome, panel: Panel) -> Opinions:
    """How pulses and feedback agree with the scores of a panel, and with what became of the accounts.

    Each is held against its account's score at the last as_of at or before it, so that a score never knows the pulse it is compared with; what
    became of the account is what the panel says as of then. Opinions of times without an as_of shortly before are left out. Pulses are
    of health; feedback is of the purpose that it names. Teams are what the column `team` says, or else the author.
    """
    adverse = outcome.kind.adverse
    pulses, feedback = (
        _pulses(project, warehouse, outcome, panel),
        _feedback(project, warehouse, outcome, panel),
    )
    return Opinions(
        () if pulses is None or not len(pulses.account) else pulse_agreement(pulses, adverse=adverse),
        ()
        if feedback is None or not len(feedback.account)
        else feedback_agreement(feedback, adverse=adverse),
    )


def _pulses(project: Project, warehouse: Warehouse, outcome: Outcome, panel: Panel) -> Pulses | None:
    if outcome.purpose != HEALTH:
        return None
    said = _said(project, warehouse, PULSES, ("score", "author", TEAM), panel)
    if said is None:
        return None
    values: pa.ChunkedArray = said.rows["score"]
    return Pulses(
        said.account,
        values.cast(pa.float64()).to_numpy(zero_copy_only=False),
        np.where(said.found, panel.score[said.row], np.nan),
        np.where(said.found, panel.state[said.row], CENSORED),
        said.groups(project, outcome, panel),
    )


def _feedback(project: Project, warehouse: Warehouse, outcome: Outcome, panel: Panel) -> Feedback | None:
    said = _said(project, warehouse, FEEDBACK, ("verdict", "purpose", "author", TEAM), panel)
    if said is None:
        return None
    words = {str(word): code for code, word in enumerate(WORDS)}
    spoken = [_plain(text) for text in said.rows["verdict"].to_pylist()]
    word = np.array([words.get(text, -1) for text in spoken], dtype=np.int64)
    purposes = [_plain(text) or HEALTH for text in said.rows["purpose"].to_pylist()]
    kept = (word >= 0) & np.array(
        [purpose == _plain(outcome.purpose) for purpose in purposes], dtype=np.bool_
    )
    made = said.groups(project, outcome, panel)
    return Feedback(
        said.account[kept],
        word[kept],
        np.where(said.found, panel.state[said.row], CENSORED)[kept],
        {name: Groups(groups.names, groups.codes[kept]) for name, groups in made.items()},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Opinions, and for each the row of the panel that it is held against (any, where none is `found`)."""

    rows: pa.Table
    account: Ints
    row: Ints
    found: Bools

    def groups(self, project: Project, outcome: Outcome, panel: Panel) -> dict[str, Groups]:
        """The team of each, and the scorecard that its account had."""
        teams, authors = (self.rows[name].to_pylist() for name in (TEAM, "author"))
        by = [team or author or NOBODY for team, author in zip(teams, authors, strict=True)]
        cards = [card for card in project.scorecards if card.purpose == outcome.purpose]
        chosen = np.where(self.found, _cards(cards, panel)[self.row], len(cards))
        names = (*(card.name for card in cards), NO_CARD)
        return {TEAM: Groups.of([str(each) for each in by]), SCORECARD: Groups(names, chosen)}


def _said(
    project: Project, warehouse: Warehouse, table: str, columns: Sequence[str], panel: Panel
) -> _Said | None:
    """What a table holds, of the time that the panel covers; `None` without the table or without rows in the panel."""
    kinds: Mapping[str, object] = warehouse.tables().get(table, {})
    if not kinds or not len(panel):
        return None
    statement = opinions_statement(table, warehouse.tables()[table], columns, project.zone)
    rows = warehouse.query(statement).combine_chunks()
    instants = np.array([naive(as_of) for as_of in panel.as_ofs], dtype="datetime64[us]")
    at = rows["at"].to_numpy().astype("datetime64[us]")
    point = np.searchsorted(instants, at, side="right") - 1
    within = (point >= 0) & (at - instants[np.maximum(point, 0)] <= _LONGEST)
    kept = np.flatnonzero(within)
    rows = rows.take(pa.array(kept))
    account, point = rows["account"].to_numpy().astype(np.int64), point[kept]
    width = int(max(panel.account.max(), account.max(initial=0))) + 1
    keys, wanted = panel.point * width + panel.account, point * width + account
    row = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return _Said(rows, account, row, np.asarray(keys[row] == wanted))


def _cards(cards: Sequence[Scorecard], panel: Panel) -> Ints:
    """The scorecard of each row of a panel: the first that is for its segment and stage; as many as there are, if none is."""
    chosen = np.full(len(panel), len(cards), dtype=np.int64)
    for index, card in enumerate(cards):
        fits = panel.groups[SEGMENT].among(card.segments) & panel.groups[STAGE].among(card.stages)
        chosen[fits & (chosen == len(cards))] = index
    return chosen


def _plain(text: str | None) -> str:
    """A word as people write it, in the form that Keepwell knows: `Too high` is `too_high`."""
    return "_".join((text or "").lower().replace("-", " ").replace("_", " ").split())
