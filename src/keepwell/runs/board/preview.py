"""What other weights would do to every account of the shown run, without a run: from the values that it found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import numpy as np

from keepwell.errors import AbsentError, UserError
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.told import Seen, Teller
from keepwell.runs.effects import Effect, effect
from keepwell.scoring.bands import BY_CODE, NO_BAND, band_of, range_of_bands
from keepwell.scoring.observed import Trits
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Scorecard
from keepwell.scoring.scores import Scores

HEAVIEST = 1e6
"""The largest weight."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of one scorecard that somebody tries: of its dimensions by name, of its measures by signal; what is not named stays."""

    scorecard: str
    dimensions: Mapping[str, float]
    measures: Mapping[str, float]

    def on(self, card: Scorecard) -> Scorecard:
        """The scorecard with these weights.

        Raises:
            UserError: a weight is below 0, beyond `HEAVIEST`, or nothing in the scorecard or in one of its dimensions weighs anything.
        """
        for name, weight in (*self.dimensions.items(), *self.measures.items()):
            if not 0 <= weight <= HEAVIEST:
                raise UserError(f"{weight:g} is no weight", where=name, do="name a number from 0 up")
        dimensions = tuple(
            replace(
                dimension,
                weight=self.dimensions.get(dimension.name, dimension.weight),
                measures=tuple(
                    replace(one, weight=self.measures.get(one.signal, one.weight))
                    for one in dimension.measures
                ),
            )
            for dimension in card.dimensions
        )
        if not sum(dimension.weight for dimension in dimensions):
            raise UserError(
                "nothing weighs anything", where=card.name, do="give a dimension a weight above 0"
            )
        for dimension in dimensions:
            if dimension.weight and not sum(one.weight for one in dimension.measures):
                raise UserError(
                    "no measure in it weighs anything",
                    where=dimension.name,
                    do="give one of them a weight above 0",
                )
        return replace(card, dimensions=dimensions)


@dataclass(frozen=True, slots=True)
class Span:
    """How many accounts at the least and at the most."""

    least: int
    most: int

    @property
    def sure(self) -> bool:
        """Whether it is one number."""
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Preview:
    """What other weights would do to the accounts in reach, as of the shown run.

    Scores are exact. Bands are a fold over days, and those before the run are not scored anew here: so `effect` starts from the bands that
    accounts hold by the present weights, while a plan, and the first run after it was applied, fold the last `history` days by the new
    ones. What that can come to is told by `moved` and, of each band (`None`: none), `after`. `open` accounts have a new score within
    the margin of a way up, so that their band depends on those days.
    """

    as_of: datetime
    history: int
    effect: Effect
    moved: Span
    after: Mapping[Band | None, Span]
    open: int


def preview(desk: Desk, weights: Weights) -> Preview:
    """How the scores of all accounts in reach would be with other weights, beside how they are by the version of the shown run.

    Frozen peers, values, conditions and overrides are those of the run.

    Raises:
        AbsentError: nothing was scored yet, or no such scorecard scored it.
        UserError: the weights cannot be.
    """
    if desk.sheet is None:
        raise AbsentError("nothing has been scored yet", do="score first: keepwell score")
    definition = desk.basis.definition
    if weights.scorecard not in {card.name for card in definition.cards}:
        raise AbsentError(
            f"the scores rest on no scorecard {weights.scorecard!r}", do="look at the list of scorecards"
        )
    cards = tuple(weights.on(card) if card.name == weights.scorecard else card for card in definition.cards)
    tried = replace(desk.basis, definition=replace(definition, cards=cards))
    teller = Teller(desk.warehouse, desk.sheet, tried, desk.labels, words=False)
    seen, before = _before(desk, desk.sheet)
    after, mine = teller.told(seen), desk.reached[seen.places]
    evaluation = after.evaluation
    worst, best = (
        (before.bands, before.bands)  # the days of the present weights are folded already
        if cards == definition.cards
        else range_of_bands(evaluation.cards, evaluation.chosen, evaluation.score)
    )
    concerned = mine & ~(np.isnan(before.evaluation.score) & np.isnan(evaluation.score))
    held = before.bands[concerned]
    worst, best = worst[concerned], best[concerned]
    return Preview(
        as_of=desk.sheet.as_of,
        history=desk.project.history,
        effect=effect(before, after, mine),
        moved=Span(
            least=int(((held < worst) | (held > best)).sum()),
            most=int(((held != worst) | (held != best)).sum()),
        ),
        after={band_of(code): _span(worst, best, code) for code in (NO_BAND, *range(len(BY_CODE)))},
        open=int((worst != best).sum()),
    )


def _span(worst: Trits, best: Trits, code: int) -> Span:
    sure, possible = (worst == code) & (best == code), (worst <= code) & (code <= best)
    return Span(int(sure.sum()), int(possible.sum()))


def _before(desk: Desk, sheet: Sheet) -> tuple[Seen, Scores]:
    """What the run found of all accounts in reach, and their scores: kept, for whoever tries weights tries others next."""
    teller = replace(desk.teller, words=False)
    places = teller.with_those_below(np.flatnonzero(desk.reached & sheet.kept).tolist())

    def made() -> tuple[Seen, Scores]:
        seen = teller.observed(places)
        return seen, teller.told(seen)

    titles = tuple(one.title for one in desk.labels.values())
    return desk.shelf.get(
        ("before", desk.purpose, sheet.run, len(sheet), sha256(places.tobytes()).digest(), titles), made
    )
