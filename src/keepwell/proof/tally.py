"""What evidence rests on: how many rows and accounts, and why others could not be judged."""

from dataclasses import dataclass

MIN_OUTCOMES = 10
"""The least number of accounts that the outcome happened to, below which no figure is shown."""

MIN_OTHERS = 10
"""The least number of accounts that it did not happen to, below which no figure is shown."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows (an account at an as_of) and of different accounts.

    `rows`: all rows. `judged`: those with both a score and a known outcome; every figure is over these alone. `accounts`: how many
    different accounts they are of. `happened`: judged rows that the outcome happened to; `outcomes`: of how many different accounts;
    `others`: how many different accounts have a judged row that it did not happen to. `contacted`: judged rows that outreach reached
    before the outcome or the horizon's end.

    Not judged: `censored` (the horizon is not over yet), `too_soon` (it happened within the action gap), `otherwise` (the account
    ended for another cause), `not_at_risk` (not of the outcome's population), `unscored` (the outcome is known, but there was no score).
    """

    rows: int
    judged: int
    accounts: int
    happened: int
    outcomes: int
    others: int
    contacted: int
    censored: int
    too_soon: int
    otherwise: int
    not_at_risk: int
    unscored: int

    @property
    def enough(self) -> bool:
        """Whether there are enough outcomes, and enough others, for figures."""
        return self.outcomes >= MIN_OUTCOMES and self.others >= MIN_OTHERS

    @property
    def rate(self) -> float:
        """The share of judged rows that the outcome happened to, 0–1 (0 if none is judged)."""
        return self.happened / self.judged if self.judged else 0.0
