"""What a fit proposes: per scorecard the weights, scales and bands before and after, and why, in words."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.project.edits import Edit
from keepwell.proof.fitting.comparison import Banded, Compared
from keepwell.proof.fitting.contradictions import Bearing
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Outcome
from keepwell.runs.contradicting import Contradiction
from keepwell.scoring.scorecard import Fitted, Line, Scorecard


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the weights of a scorecard were learned from.

    `rows`, `rarer` (of the outcome or its opposite, whichever is rarer) and `accounts` are counts; `own` (0–1) is how far its own
    data, and not the start, decided; `pooled` says that the start is what all scorecards of the purpose say together; `silent` says that no measure went the declared way, so that the start stayed. `rounding` is the
    AUC of the rounded weights less that of the exact ones, over what was learned from.
    """

    rows: int
    rarer: int
    accounts: int
    own: float
    pooled: bool
    silent: bool
    rounding: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A measure's weight in points of 100 of the whole score.

    `before` and `after`; `start` is what it was pulled towards, `alone` what the data say without any pull, from `low` to `high`
    (95%). `bearing` is which way it goes by itself. `alike` names measures that say nearly the same and were weighed as one with it,
    `opposed` those that say the opposite. `scale` is a proposed scale (`None`: it stays).
    """

    signal: str
    label: str
    dimension: str
    before: float
    after: float
    start: float
    alone: float
    low: float
    high: float
    bearing: Bearing
    alike: tuple[str, ...]
    opposed: tuple[str, ...]
    scale: Line | None = None

    @property
    def why(self) -> str:
        """The rationale in words."""
        said = [*self._told(), f"the data alone say {self.low:.0f} to {self.high:.0f} of 100"]
        if self.alike:
            said.append(f"says nearly the same as {' and '.join(self.alike)}, so they were weighed as one")
        return "; ".join(said)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the measure itself, in words; a person must look."""
        found = []
        if self.bearing.contradicts:
            found.append(
                f"{self.label} goes against its declared direction: AUC {ranged(self.bearing.auc)} where 0.50 is chance. "
                "It keeps the least weight. Check its scale and direction, or drop it"
            )
        found += [
            f"{self.label} and {other} contradict each other: what is good by one is bad by the other. Check both scales"
            for other in self.opposed
        ]
        return tuple(found)

    def _told(self) -> list[str]:
        if self.bearing.auc is None:
            return ["known of too few accounts to say which way it goes by itself"]
        by_itself = f"by itself AUC {ranged(self.bearing.auc)}"
        if self.bearing.contradicts:
            return [f"{by_itself}, AGAINST its declared direction"]
        return [by_itself if self.bearing.tells else f"{by_itself}, which chance could be"]


@dataclass(frozen=True, slots=True)
class CardProposal:
    """One scorecard, before and after.

    `file` is where it is written. `learnt` and `measures` are `None` and empty where weights were not asked for. `evidence` compares
    both on the test; `bands_before` and `bands_after` are the outcome's rates by band there, the former by the old score.
    """

    file: str
    before: Scorecard
    after: Scorecard
    learnt: Learnt | None
    measures: tuple[Weighed, ...]
    evidence: Compared
    bands_before: tuple[Banded, ...]
    bands_after: tuple[Banded, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of scorecards, with its reasons and its evidence; nothing is written yet.

    Learned from as_ofs `first` to `last`; tested on as_ofs from `begins` to `ends`. `evidence` compares the scores of all scorecards
    of the purpose together. `left` says why a scorecard was left as it is. `contradictions` are with other outcomes of
    the kind. `diff` is the change of the files as text.
    """

    outcome: Outcome
    fitted: Fitted
    first: datetime
    last: datetime
    begins: datetime
    ends: datetime
    cards: tuple[CardProposal, ...]
    left: tuple[str, ...]
    evidence: Compared
    edits: tuple[Edit, ...]
    diff: str
    contradictions: tuple[Contradiction, ...] = ()


def ranged(estimate: Estimate | None) -> str:
    """A figure with its interval: `0.66 (0.63–0.69)`."""
    return "unknown" if estimate is None else f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"
