"""Who may change the score, who must approve a change, and when one is large or the score has drifted: governance.yml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Charge:
    """Who answers for a scorecard: its `owner` agrees to each change of it (`None`: nobody need); `may_change` may apply one.

    `may_change` is `None` where anybody may. The owner always may.
    """

    owner: str | None = None
    may_change: frozenset[str] | None = None

    def allows(self, actor: str) -> bool:
        """Whether a person may apply a change of the scorecard."""
        return self.may_change is None or actor == self.owner or actor in self.may_change


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A change by which more than the share `moved` (0–1) of the accounts change band needs so many `approvals`."""

    moved: float
    approvals: int = 2


class Every(StrEnum):
    """How often the score is to be reviewed."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is a breach: a PSI above `psi`, a band's share moved by more than `band_share` (0–1), an AUC lower by more than
    `auc_drop`; with `freshness` also a feed that has fallen silent."""

    psi: float = 0.25
    band_share: float = 0.10
    auc_drop: float = 0.05
    freshness: bool = True


@dataclass(frozen=True, slots=True)
class Governance:
    """The rules of a project for changing its score. Every change needs so many `approvals` by others than its author."""

    approvals: int = 0
    scorecards: Mapping[str, Charge] = field(default_factory=dict)
    guardrail: Guardrail | None = None
    reviews: Every | None = None
    monitor: Monitor = field(default_factory=Monitor)

    def needed(self, moved: float) -> int:
        """How many approvals a change needs by which the share `moved` (0–1) of the accounts change band."""
        if self.guardrail is not None and moved > self.guardrail.moved:
            return max(self.approvals, self.guardrail.approvals)
        return self.approvals

    def charge(self, scorecard: str) -> Charge:
        """Who answers for a scorecard; nobody in particular, where nothing is said of it."""
        return self.scorecards.get(scorecard, Charge())
